internal import Foundation
internal import Postgres

extension SessionRecord {
    /// Two tabs that wake up together, or an answer that was lost, may use a token again for so
    /// long.
    private static let reuseInterval: TimeInterval = 10

    /// A session that nobody came back to for so long is over.
    private static let idleLimit: TimeInterval = 90 * 86_400

    /// Used tokens are kept for so long, to notice that somebody else uses a copy.
    private static let usedTokenLifetime: TimeInterval = 7 * 86_400

    /// Why there are no thrown errors here: what a refusal writes must be committed.
    enum Refresh: Sendable {
        case granted(SessionRecord, RefreshToken)
        case refused(SignInError)
    }

    /// Trades a token for the next one. Within `reuseInterval` a used token gives the session's
    /// active one; after that its use revokes the session.
    static func refresh(
        _ token: RefreshToken, secret: Secret, at now: Date, in tx: Transaction
    ) throws -> Refresh {
        guard let (session, isRevoked) = try lock(sessionOf: token, at: now, in: tx) else {
            return .refused(.refreshTokenUnknown)
        }
        guard !isRevoked else { return .refused(.refreshTokenReused) }
        switch try state(of: token, in: tx) {
        case .unknown:
            return .refused(.refreshTokenUnknown)
        case .active:
            let next = try session.advance(from: token, secret: secret, at: now, in: tx)
            return .granted(session, next)
        case .used(let usedAt):
            let active = try session.active(after: token, usedAt, secret: secret, at: now, in: tx)
            guard let active else {
                try session.revoke(at: now, in: tx)
                return .refused(.refreshTokenReused)
            }
            return .granted(session, active)
        }
    }

    static func purge(at now: Date, in tx: Transaction) throws {
        try tx.rows("DELETE FROM auth.sessions WHERE refreshed_at <= \(now - idleLimit)")
        try tx.rows(
            "DELETE FROM auth.refresh_tokens WHERE used_at <= \(now - usedTokenLifetime)")
    }

    // MARK: Steps

    /// Locks before the token is read, so that of two uses at once the second sees the first's.
    private static func lock(
        sessionOf token: RefreshToken, at now: Date, in tx: Transaction
    ) throws -> (SessionRecord, isRevoked: Bool)? {
        let row = try tx.row(
            """
            SELECT id, user_id, created_at, revoked_at FROM auth.sessions
            WHERE id = (SELECT session_id FROM auth.refresh_tokens WHERE digest = \(token.digest))
              AND refreshed_at > \(now - idleLimit)
            FOR UPDATE
            """)
        guard let row else { return nil }
        let session = SessionRecord(
            id: try row.value("id"), userID: try row.value("user_id"),
            startedAt: try row.value("created_at"))
        return (session, try row.optional("revoked_at", as: Date.self) != nil)
    }

    private enum TokenState {
        case unknown
        case active
        case used(Date)
    }

    private static func state(of token: RefreshToken, in tx: Transaction) throws -> TokenState {
        let row = try tx.row(
            "SELECT used_at FROM auth.refresh_tokens WHERE digest = \(token.digest)")
        guard let row else { return .unknown }
        return try row.optional("used_at").map(TokenState.used) ?? .active
    }

    private func advance(
        from token: RefreshToken, secret: Secret, at now: Date, in tx: Transaction
    ) throws -> RefreshToken {
        let next = token.successor(secret)
        try tx.rows(
            "UPDATE auth.refresh_tokens SET used_at = \(now) WHERE digest = \(token.digest)")
        try next.insert(for: id, at: now, in: tx)
        try tx.rows("UPDATE auth.sessions SET refreshed_at = \(now) WHERE id = \(id)")
        return next
    }

    /// Follows the successors to the active one, as long as each was used just now.
    private func active(
        after token: RefreshToken, _ usedAt: Date, secret: Secret, at now: Date, in tx: Transaction
    ) throws -> RefreshToken? {
        var (token, usedAt) = (token, usedAt)
        while now.timeIntervalSince(usedAt) <= Self.reuseInterval {
            token = token.successor(secret)
            switch try Self.state(of: token, in: tx) {
            case .unknown: return nil
            case .active: return token
            case .used(let next): usedAt = next
            }
        }
        return nil
    }

    private func revoke(at now: Date, in tx: Transaction) throws {
        try tx.rows("UPDATE auth.sessions SET revoked_at = \(now) WHERE id = \(id)")
    }
}
