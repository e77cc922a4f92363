internal import Foundation
internal import JWTKit
internal import Postgres

/// The signing keys, ready for use.
struct KeyRing: Sendable {
    let currentID: JWKIdentifier
    let published: JSONWebKeySet
    private let collection: JWTKeyCollection
    // Verifying through the collection would take turns on its actor.
    private let algorithms: [String: any JWTAlgorithm]

    init(_ keys: [SigningKey]) async throws {
        guard let current = keys.first(where: \.isCurrent) else {
            throw PostgresError.configuration("auth.signing_keys has no current key")
        }
        currentID = JWKIdentifier(string: current.kid)
        published = JSONWebKeySet(keys: keys.compactMap(JSONWebKeySet.Key.init))
        collection = JWTKeyCollection()
        var algorithms: [String: any JWTAlgorithm] = [:]
        for key in keys {
            let kid = JWKIdentifier(string: key.kid)
            await collection.add(ecdsa: key.key, kid: kid)
            algorithms[key.kid] = try await collection.getKey(for: kid)
        }
        self.algorithms = algorithms
    }

    func sign(_ payload: AccessTokenPayload) async throws -> String {
        try await collection.sign(payload, kid: currentID)
    }

    func algorithm(_ kid: String) -> (any JWTAlgorithm)? { algorithms[kid] }
}
