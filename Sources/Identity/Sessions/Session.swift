package import Foundation

/// Somebody signed in, with what their client needs to stay so.
package struct Session: Sendable {
    package let account: Account
    package let accessToken: String
    /// When the access token stops being accepted.
    package let expiresAt: Date
    package let refreshToken: String
}

/// Which of a person's sessions signing out ends.
package enum SignOutScope: String, Sendable {
    /// Every one.
    case global
    /// The one that asks.
    case local
    /// Every one but the one that asks.
    case others
}
