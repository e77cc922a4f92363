internal import Crypto
package import Foundation
internal import JWTKit
package import Postgres
internal import Synchronization

/// Makes and checks the tokens that requests carry: ES256, for one hour.
///
/// Checking asks no database: a token stays good until it expires, also after its session has
/// ended. That is how Supabase Auth does it; `SignIn.account` is the check that looks.
package final class AccessTokens: TokenVerifier {
    package static let lifetime: TimeInterval = 3600

    /// Ours have about 900 bytes.
    private static let bytesLimit = 4096
    /// Checked tokens remembered, some 200 bytes each: an ES256 check takes a hundred times longer
    /// than a look here.
    private static let rememberedLimit = 20_000
    /// Between two looks for new keys, however many tokens name unknown ones.
    private static let reloadPause: TimeInterval = 30

    /// What a good token says.
    package struct Claims: Equatable, Sendable {
        package let userID: ID<User>
        package let email: String
        package let sessionID: ID<Session>
        package let issuedAt: Date
        package let expiresAt: Date
    }

    private struct State {
        var ring: KeyRing
        var reloadedAt: Date
        var remembered = RecentMap<SHA256Digest, Claims>(limit: rememberedLimit)
    }

    private let pool: Pool
    private let issuer: String
    private let now: @Sendable () -> Date
    private let state: Mutex<State>

    /// Loads the signing keys, or makes the first.
    /// - Parameter issuer: the public URL of `/auth/v1`.
    /// - Throws: `PostgresError`.
    package static func load(
        _ pool: Pool, issuer: String, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> AccessTokens {
        let ring = try await KeyRing(SigningKey.load(pool, at: now()))
        return AccessTokens(pool, issuer: issuer, now: now, ring: ring)
    }

    private init(
        _ pool: Pool, issuer: String, now: @escaping @Sendable () -> Date, ring: KeyRing
    ) {
        self.pool = pool
        self.issuer = issuer
        self.now = now
        state = Mutex(State(ring: ring, reloadedAt: now()))
    }

    package var keySet: JSONWebKeySet { ring.published }

    private var ring: KeyRing { state.withLock { $0.ring } }

    // MARK: Making

    /// - Returns: the token and when it expires, to the second.
    func issue(
        for account: Account, session: SessionRecord
    ) async throws -> (token: String, expiresAt: Date) {
        let issuedAt = now()
        let end = Date(
            timeIntervalSince1970: (issuedAt + Self.lifetime).timeIntervalSince1970.rounded(.down))
        let payload = AccessTokenPayload(
            account, session, issuer: issuer, at: issuedAt, until: end)
        return (try await ring.sign(payload), end)
    }

    // MARK: Checking

    /// Accepts only what this service issued: ES256, one of our keys by its `kid`, our issuer and
    /// audience, not expired.
    /// - Throws: `SignInError.accessTokenInvalid`; `PostgresError` when an unknown key had to be
    ///   looked up and could not.
    package func verify(_ token: String) async throws -> Claims {
        let bytes = Data(token.utf8)
        guard bytes.count <= Self.bytesLimit else { throw SignInError.accessTokenInvalid }
        let digest = SHA256.hash(data: bytes)
        if let claims = state.withLock({ $0.remembered[digest] }) { return try current(claims) }
        let claims = try await check(bytes)
        state.withLock { $0.remembered[digest] = claims }
        return claims
    }

    package func holder(of token: String) async throws -> TokenHolder {
        let claims = try await verify(token)
        return TokenHolder(
            userID: claims.userID, email: claims.email, sessionID: claims.sessionID,
            issuedAt: claims.issuedAt)
    }

    private func check(_ token: Data) async throws -> Claims {
        let (header, payload, signature) = try parse(token)
        guard header.alg == "ES256", let kid = header.kid,
            let algorithm = try await algorithm(kid), algorithm.name == "ES256"
        else { throw SignInError.accessTokenInvalid }
        guard isSigned(token, signature, algorithm), payload.iss == issuer,
            payload.aud == AccessTokenPayload.audience, payload.role == AccessTokenPayload.role,
            let userID = ID<User>(payload.sub), let sessionID = ID<Session>(payload.sessionID)
        else { throw SignInError.accessTokenInvalid }
        return try current(
            Claims(
                userID: userID, email: payload.email, sessionID: sessionID,
                issuedAt: Date(timeIntervalSince1970: TimeInterval(payload.iat)),
                expiresAt: Date(timeIntervalSince1970: TimeInterval(payload.exp))))
    }

    private func parse(_ token: Data) throws -> (JWTHeader, AccessTokenPayload, Data) {
        do {
            let parts = try DefaultJWTParser().parse(token, as: AccessTokenPayload.self)
            return (parts.header, parts.payload, parts.signature)
        } catch {
            throw SignInError.accessTokenInvalid
        }
    }

    private func isSigned(
        _ token: Data, _ signature: Data, _ algorithm: any JWTAlgorithm
    ) -> Bool {
        guard let end = token.lastIndex(of: UInt8(ascii: ".")) else { return false }
        // A signature of another length is an error there, and a wrong signature here.
        return (try? algorithm.verify(signature, signs: token[..<end])) ?? false
    }

    private func current(_ claims: Claims) throws -> Claims {
        guard claims.expiresAt > now() else { throw SignInError.accessTokenInvalid }
        return claims
    }

    /// The key of that name; looks for new ones when the name is unknown, as another server may
    /// have begun to sign with one.
    private func algorithm(_ kid: String) async throws -> (any JWTAlgorithm)? {
        if let known = ring.algorithm(kid) { return known }
        let time = now()
        let mayReload = state.withLock { state in
            guard time.timeIntervalSince(state.reloadedAt) >= Self.reloadPause else { return false }
            state.reloadedAt = time
            return true
        }
        guard mayReload else { return nil }
        let fresh = try await KeyRing(SigningKey.load(pool, at: time))
        state.withLock { $0.ring = fresh }
        return fresh.algorithm(kid)
    }
}
