/// Why somebody was not signed in, or did not stay so. The descriptions are the ones that clients
/// of Supabase Auth know.
package enum SignInError: Error, Equatable {
    case emailInvalid
    /// A mail went to this address less than a minute ago.
    case mailTooSoon(seconds: Int)
    /// Too many requests from one network address.
    case tooManyRequests(seconds: Int)
    /// As many mails wait to be sent as the queue holds.
    case mailQueueFull
    /// Wrong, expired, used, out of tries or never sent: nobody can tell which.
    case codeRejected
    case refreshTokenUnknown
    /// Used again after its successor was given out: somebody else has a copy.
    case refreshTokenReused
    /// Not an access token of ours, or past its hour.
    case accessTokenInvalid
    /// The token is good, but its session was ended.
    case sessionEnded
    case accountGone
}

extension SignInError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emailInvalid: "Unable to validate email address: invalid format"
        case .mailTooSoon(let seconds):
            "For security purposes, you can only request this after \(seconds) seconds."
        case .tooManyRequests: "Request rate limit reached"
        case .mailQueueFull: "Too many mails are waiting to be sent. Try again in a minute."
        case .codeRejected: "Token has expired or is invalid"
        case .refreshTokenUnknown: "Invalid Refresh Token: Refresh Token Not Found"
        case .refreshTokenReused: "Invalid Refresh Token: Already Used"
        case .accessTokenInvalid: "invalid JWT: unable to verify it, or it has expired"
        case .sessionEnded: "Session from session_id claim in JWT does not exist"
        case .accountGone: "User from sub claim in JWT does not exist"
        }
    }
}
