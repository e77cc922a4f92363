package import Foundation
package import Postgres

/// The built-in sign-in: a code by mail, then a session that is refreshed.
///
/// It cannot be used to learn whether an address has an account: asking for a code does and answers
/// the same for every address, takes as long, and is limited alike; the mail goes out afterwards.
package struct SignIn: Sendable {
    package let tokens: AccessTokens
    let pool: Pool
    private let secret: Secret
    private let mails: MailQueue
    private let now: @Sendable () -> Date

    /// Loads the keys, or makes them.
    /// - Throws: `PostgresError`.
    package static func load(
        _ pool: Pool, tokens: AccessTokens, mails: MailQueue,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> SignIn {
        SignIn(
            tokens: tokens, pool: pool, secret: try await .load(pool), mails: mails, now: now)
    }

    /// Sends a code to the address; it replaces the one before. No account is made yet.
    /// - Parameter createsAccount: whether an address without an account gets a code. If it does
    ///   not, the caller is not told: a code is made all the same, and never sent.
    /// - Throws: `SignInError.mailTooSoon`, `.mailQueueFull`; `PostgresError`.
    package func requestCode(for email: EmailAddress, createsAccount: Bool) async throws {
        let time = now()
        try await mails.enqueue {
            let code = OneTimeCode.random()
            let isSent = try await pool.transaction { tx in
                try OneTimeCode.replace(with: code, for: email, secret: secret, at: time, in: tx)
                return try Account.exists(email, in: tx) || createsAccount
            }
            guard isSent else { return nil }
            return SignInMail(
                to: email, code: code, writtenAt: time, expiresAt: time + OneTimeCode.lifetime)
        }
    }

    /// Signs the owner of an address in, and makes their account the first time.
    /// - Parameter userAgent: what the browser calls itself, for the list of devices.
    /// - Throws: `SignInError.codeRejected`; `PostgresError`.
    package func open(
        _ email: EmailAddress, code: String, userAgent: String? = nil
    ) async throws -> Session {
        let (time, token) = (now(), RefreshToken.random())
        let opened = try await pool.transaction { tx -> (Account, SessionRecord)? in
            guard
                try OneTimeCode.redeem(code, for: email, secret: secret, at: time, in: tx)
            else { return nil }
            let account = try Account.signedIn(email, at: time, in: tx)
            return (
                account,
                try .start(for: account, with: token, userAgent: userAgent, at: time, in: tx)
            )
        }
        guard let (account, session) = opened else { throw SignInError.codeRejected }
        return try await self.session(account, session, token)
    }

    /// Trades a refresh token for a new session of the same sign-in.
    /// - Throws: `SignInError.refreshTokenUnknown`, `.refreshTokenReused`; `PostgresError`.
    package func refresh(_ text: String) async throws -> Session {
        let (time, token) = (now(), try RefreshToken(text))
        let (account, refresh) = try await pool.transaction { tx in
            let refresh = try SessionRecord.refresh(token, secret: secret, at: time, in: tx)
            guard case .granted(let session, _) = refresh else { return (Account?.none, refresh) }
            return (try Account.find(session.userID, in: tx), refresh)
        }
        switch refresh {
        case .refused(let reason): throw reason
        case .granted(let session, let next):
            guard let account else { throw SignInError.accountGone }
            return try await self.session(account, session, next)
        }
    }

    /// Whose token this is. Unlike `AccessTokens.verify`, also asks whether the session goes on.
    /// - Throws: `SignInError.accessTokenInvalid`, `.sessionEnded`; `PostgresError`.
    package func account(_ accessToken: String) async throws -> Account {
        let claims = try await tokens.verify(accessToken)
        return try await pool.transaction { tx in
            guard try SessionRecord.isAlive(claims.sessionID, of: claims.userID, in: tx) else {
                throw SignInError.sessionEnded
            }
            return try Account.find(claims.userID, in: tx)
        }
    }

    /// Signs out.
    /// - Throws: `SignInError.accessTokenInvalid`, `.sessionEnded`; `PostgresError`.
    package func close(_ scope: SignOutScope, _ accessToken: String) async throws {
        let claims = try await tokens.verify(accessToken)
        try await pool.transaction { tx in
            guard try SessionRecord.isAlive(claims.sessionID, of: claims.userID, in: tx) else {
                throw SignInError.sessionEnded
            }
            try SessionRecord.end(scope, of: claims.userID, asking: claims.sessionID, in: tx)
        }
    }

    /// Ends an account for good: its sessions, and the codes on their way to its address.
    package static func remove(_ user: ID<User>, in tx: Transaction) throws {
        try tx.rows(
            """
            WITH gone AS (DELETE FROM auth.users WHERE id = \(user) RETURNING email)
            DELETE FROM auth.one_time_codes AS code USING gone WHERE code.email = gone.email
            """)
    }

    /// Deletes codes that expired, sessions that nobody came back to, and tokens used long ago.
    /// To be called now and then.
    package func purge() async throws {
        let time = now()
        try await pool.transaction { tx in
            try OneTimeCode.purge(at: time, in: tx)
            try SessionRecord.purge(at: time, in: tx)
        }
    }

    private func session(
        _ account: Account, _ session: SessionRecord, _ refreshToken: RefreshToken
    ) async throws -> Session {
        let (token, expiresAt) = try await tokens.issue(for: account, session: session)
        return Session(
            account: account, accessToken: token, expiresAt: expiresAt,
            refreshToken: refreshToken.text)
    }
}
