package import Foundation
package import Postgres

/// Whose a good access token is.
package struct TokenHolder: Equatable, Sendable {
    package let userID: ID<User>
    package let email: String
    /// `nil` where the sessions are kept by somebody else.
    package let sessionID: ID<Session>?
    /// Of two tokens of one person, the later one knows the address better.
    package let issuedAt: Date

    package init(userID: ID<User>, email: String, sessionID: ID<Session>?, issuedAt: Date) {
        self.userID = userID
        self.email = email
        self.sessionID = sessionID
        self.issuedAt = issuedAt
    }
}

/// Tells good access tokens from others: the built-in sign-in's, or Supabase's.
package protocol TokenVerifier: Sendable {
    /// - Throws: `SignInError.accessTokenInvalid` for any token that is not good;
    ///   `SupabaseAuthError`; `PostgresError`; `CancellationError`.
    func holder(of token: String) async throws -> TokenHolder
}
