internal import Crypto
internal import Foundation
internal import JWTKit
package import Logging
package import Outbound
internal import Postgres
internal import Synchronization

/// Checks the access tokens of a Supabase project: ES256 and RS256 with the project's published
/// keys, HS256 with its secret where one is set.
///
/// The algorithm follows from the key. A token that names HS256 is checked with the secret alone,
/// so a public key is never taken for one; every other name must be the one that its key is for.
/// Like the built-in check this asks no one: a token is good until it expires, also after its
/// session has ended at Supabase.
package final class SupabaseTokens: TokenVerifier {
    /// Ours have 900 bytes; a project's hooks and people's metadata may add some thousands.
    static let bytesLimit = 16_384
    /// Checked tokens remembered, some 250 bytes each: a signature takes a hundred times longer.
    private static let rememberedLimit = 20_000
    /// The key set of a project has about a thousand bytes.
    private static let fetchLimits = Transport.Limits(
        head: .seconds(5), whole: .seconds(5), bytes: 65_536)

    private struct Remembered {
        let holder: TokenHolder
        let claims: IssuedClaims
        /// `nil` for what the secret has signed, which changes with a restart only.
        let epoch: Int?
    }

    private let issuer: String
    private let secret: SymmetricKey?
    private let keys: IssuerKeys
    private let now: @Sendable () -> Date
    private let remembered = Mutex(
        RecentMap<SHA256Digest, Remembered>(limit: rememberedLimit))

    package convenience init(_ project: SupabaseProject, transport: Transport, logger: Logger) {
        self.init(project, logger: logger, now: { Date() }) {
            try await Self.fetchKeys(of: project, transport)
        }
    }

    /// - Parameter fetch: the project's key set as it is published.
    init(
        _ project: SupabaseProject, logger: Logger, now: @escaping @Sendable () -> Date,
        fetch: @escaping @Sendable () async throws -> Data
    ) {
        issuer = project.authURL
        secret = project.jwtSecret.map { SymmetricKey(data: Data($0.utf8)) }
        keys = IssuerKeys(
            mayBeEmpty: project.jwtSecret != nil, logger: logger, now: now, fetch: fetch)
        self.now = now
    }

    /// - Throws: `OutboundError`, `CancellationError`.
    static func fetchKeys(of project: SupabaseProject, _ transport: Transport) async throws -> Data
    {
        guard let url = project.keySetURL else { throw OutboundError.unreachable("no address") }
        let answer = try await transport.send(
            "GET", url, headers: project.headers, limits: fetchLimits)
        guard answer.status == 200 else { throw OutboundError.status(answer.status) }
        return answer.body
    }

    /// Keeps the keys fresh. Runs until cancelled.
    package func run() async throws { try await keys.run() }

    func refreshWhenDue() async throws { try await keys.refreshWhenDue() }

    package func holder(of token: String) async throws -> TokenHolder {
        let bytes = Data(token.utf8)
        guard bytes.count <= Self.bytesLimit else { throw SignInError.accessTokenInvalid }
        let digest = SHA256.hash(data: bytes)
        if let known = remembered.withLock({ $0[digest] }), isGood(known) { return known.holder }
        let good = try await check(bytes)
        remembered.withLock { $0[digest] = good }
        return good.holder
    }

    private func isGood(_ known: Remembered) -> Bool {
        known.claims.isCurrent(at: now()) && (known.epoch == nil || known.epoch == keys.epoch)
    }

    /// What costs nothing comes first: only a token that might be good has the keys asked for.
    private func check(_ bytes: Data) async throws -> Remembered {
        let token = try IssuedToken(bytes)
        let claims = token.claims
        guard !token.header.isCritical, claims.fits(issuer: issuer, at: now()),
            let userID = ID<User>(claims.sub)
        else { throw SignInError.accessTokenInvalid }
        let epoch = try await verify(token)
        guard let address = claims.address else { throw SupabaseAuthError.addressMissing }
        // A later time than now would keep the address from being changed until then.
        let issuedAt = min(now(), claims.iat.map(Date.init(timeIntervalSince1970:)) ?? now())
        let holder = TokenHolder(
            userID: userID, email: address, sessionID: claims.sessionID.flatMap { ID($0) },
            issuedAt: issuedAt)
        return Remembered(holder: holder, claims: claims, epoch: epoch)
    }

    /// - Returns: the epoch of the key, if a published one has signed it.
    private func verify(_ token: IssuedToken) async throws -> Int? {
        guard token.header.alg != "HS256" else {
            guard let secret,
                HMAC<SHA256>.isValidAuthenticationCode(
                    token.signature, authenticating: token.signed, using: secret)
            else { throw SignInError.accessTokenInvalid }
            return nil
        }
        guard ["ES256", "RS256"].contains(token.header.alg), let kid = token.header.kid,
            let (key, epoch) = try await keys.key(kid), key.name == token.header.alg,
            // A signature of another length is an error there, and a wrong signature here.
            (try? key.algorithm.verify(token.signature, signs: token.signed)) ?? false
        else { throw SignInError.accessTokenInvalid }
        return epoch
    }
}
