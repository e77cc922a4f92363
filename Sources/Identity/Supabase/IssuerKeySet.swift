internal import Foundation
internal import JWTKit

/// The keys that an issuer publishes and that can be used here, by their names. Each verifies one
/// algorithm, which follows from what the key is and never from what a token says.
struct IssuerKeySet: Sendable {
    /// Supabase has one key in use, one on standby and a few that are being retired.
    private static let keysLimit = 32
    /// Supabase's names are uuids.
    private static let nameLimit = 128

    struct Key: Sendable {
        /// `ES256` or `RS256`.
        let name: String
        let algorithm: any JWTAlgorithm
    }

    /// What the keys are made of, to tell whether anything has changed.
    let material: [String: [String]]
    private let keys: [String: Key]
    /// Keys in the answer that cannot be used here.
    let skipped: Int

    /// Reads a key set (RFC 7517). A key that is not understood, or is not for verifying, is
    /// skipped; of two with one name, the second.
    /// - Throws: `DecodingError` for what is no key set.
    init(_ json: Data) async throws {
        let published = try JSONDecoder().decode(Published.self, from: json).keys
        var keys: [String: Key] = [:]
        var material: [String: [String]] = [:]
        for jwk in published.prefix(Self.keysLimit).compactMap(\.value) {
            guard let kid = jwk.kid, 1...Self.nameLimit ~= kid.utf8.count, keys[kid] == nil,
                let key = await jwk.key()
            else { continue }
            keys[kid] = key
            material[kid] = jwk.material
        }
        self.keys = keys
        self.material = material
        skipped = published.count - keys.count
    }

    var isEmpty: Bool { keys.isEmpty }

    var count: Int { keys.count }

    subscript(kid: String) -> Key? { keys[kid] }

    private struct Published: Decodable {
        let keys: [Readable]
    }

    /// `nil` for an entry of another shape, which leaves the others as they are.
    private struct Readable: Decodable {
        let value: PublishedKey?

        init(from decoder: any Decoder) throws {
            // Such an entry is somebody else's to use, and skipped.
            value = try? PublishedKey(from: decoder)
        }
    }
}

/// A key as it is published (RFC 7517, 7518).
private struct PublishedKey: Decodable {
    /// Smaller ones are broken, larger ones take long to verify with.
    private static let modulusBytes = 256...1024
    private static let coordinateBytes = 32
    /// 65537 has three.
    private static let exponentBytes = 1...4

    let kid: String?
    let kty: String
    let alg: String?
    let use: String?
    let keyOps: [String]?
    let crv: String?
    let x: String?
    let y: String?
    let n: String?
    let e: String?
    /// The private half, which everybody knows once it is published.
    let d: String?

    private enum CodingKeys: String, CodingKey {
        case kid, kty, alg, use, crv, x, y, n, e, d
        case keyOps = "key_ops"
    }

    var material: [String] { [kty, crv ?? "", x ?? "", y ?? "", n ?? "", e ?? ""] }

    /// `nil` when it is not for verifying, or of a kind that is not known here.
    func key() async -> IssuerKeySet.Key? {
        guard use ?? "sig" == "sig", keyOps?.contains("verify") ?? true, d == nil else {
            return nil
        }
        return switch (kty, alg) {
        case ("EC", nil), ("EC", "ES256"): await ellipticKey()
        case ("RSA", nil), ("RSA", "RS256"): await rsaKey()
        default: nil
        }
    }

    private func ellipticKey() async -> IssuerKeySet.Key? {
        guard crv == "P-256", let x, let y,
            [x, y].allSatisfy({ Data(base64URL: $0)?.count == Self.coordinateBytes }),
            // A point that is not on the curve is no key.
            let key = try? ES256PublicKey(parameters: (x: x, y: y))
        else { return nil }
        return await named("ES256") { await $0.add(ecdsa: key, kid: $1) }
    }

    private func rsaKey() async -> IssuerKeySet.Key? {
        guard let n, let e, Self.modulusBytes ~= Data(base64URL: n)?.count ?? 0,
            Self.exponentBytes ~= Data(base64URL: e)?.count ?? 0,
            // Numbers that make no key.
            let key = try? Insecure.RSA.PublicKey(modulus: n, exponent: e)
        else { return nil }
        return await named("RS256") { await $0.add(rsa: key, digestAlgorithm: .sha256, kid: $1) }
    }

    private func named(
        _ name: String,
        _ add: @Sendable (JWTKeyCollection, JWKIdentifier) async -> JWTKeyCollection
    ) async -> IssuerKeySet.Key? {
        let kid = JWKIdentifier(string: name)
        // It was just added.
        let algorithm = try? await add(JWTKeyCollection(), kid).getKey(for: kid)
        guard let algorithm, algorithm.name == name else { return nil }
        return IssuerKeySet.Key(name: name, algorithm: algorithm)
    }
}
