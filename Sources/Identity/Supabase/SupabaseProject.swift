internal import Foundation

/// The Supabase project whose Auth signs people in instead of the built-in sign-in.
package struct SupabaseProject: Equatable, Sendable {
    /// The project's address: scheme, host and port, in lower case, no slash at the end.
    package let origin: String
    /// What browsers show the project's gateway. Anybody may know it.
    package let publishableKey: String
    /// What an HS256 project signs with; a text, used as it stands.
    package let jwtSecret: String?

    package init(origin: String, publishableKey: String, jwtSecret: String? = nil) {
        self.origin = origin
        self.publishableKey = publishableKey
        self.jwtSecret = jwtSecret
    }

    /// Where Supabase Auth is, which is what it writes into `iss`.
    package var authURL: String { origin + "/auth/v1" }

    /// The public keys (RFC 7517), which anybody may fetch.
    var keySetURL: URL? { URL(string: authURL + "/.well-known/jwks.json") }

    /// What the project's sign-in offers.
    var settingsURL: URL? { URL(string: authURL + "/settings") }

    /// The gateway lets nothing pass without it.
    var headers: [String: String] { ["apikey": publishableKey] }
}

/// Why a request with a token cannot be served, although the token may be good.
package enum SupabaseAuthError: Error, Equatable, CustomStringConvertible {
    /// Somebody without an e-mail address: anonymous, or signed in by phone.
    case addressMissing
    /// The keys that tokens are verified with were never obtained, or too long ago.
    /// - Parameter retryAfter: seconds until it is tried again.
    case keysUnavailable(retryAfter: Int)

    package var description: String {
        switch self {
        case .addressMissing:
            "This account has no e-mail address. Sign in with one to use the studio."
        case .keysUnavailable:
            "Sign-ins cannot be checked at the moment. Nothing was charged. Try again in a minute."
        }
    }
}
