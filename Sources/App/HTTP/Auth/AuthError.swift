import HTTPTypes
import Identity

/// An error as Supabase Auth's clients expect it.
struct AuthError: Error {
    /// Part of the protocol: never renamed.
    enum Code: String, Sendable {
        /// The body is no JSON object, or a field has the wrong type.
        case badJSON = "bad_json"
        /// A field is missing or wrong.
        case validationFailed = "validation_failed"
        /// Another grant than `refresh_token`.
        case invalidCredentials = "invalid_credentials"
        case noAuthorization = "no_authorization"
        /// The access token is not ours or has expired.
        case badJWT = "bad_jwt"
        /// The code is wrong, expired or used.
        case otpExpired = "otp_expired"
        case refreshTokenNotFound = "refresh_token_not_found"
        case refreshTokenAlreadyUsed = "refresh_token_already_used"
        case sessionNotFound = "session_not_found"
        case userNotFound = "user_not_found"
        case phoneProviderDisabled = "phone_provider_disabled"
        case overEmailSendRateLimit = "over_email_send_rate_limit"
        case overRequestRateLimit = "over_request_rate_limit"
        /// A defect of ours, or too much to do.
        case unexpectedFailure = "unexpected_failure"
    }

    let status: HTTPResponse.Status
    let code: Code
    let message: String
    var retryAfter: Int?

    init(
        _ status: HTTPResponse.Status, _ code: Code, _ message: String, retryAfter: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    static func invalid(_ message: String) -> AuthError {
        AuthError(.badRequest, .validationFailed, message)
    }

    static let noPhones = AuthError(
        .unprocessableContent, .phoneProviderDisabled, "Unsupported phone provider")

    static let unexpected = AuthError(
        .internalServerError, .unexpectedFailure,
        "Unexpected failure, please check server logs for more information")

    /// `nil` for a defect.
    init?(_ error: any Error) {
        switch error {
        case let error as AuthError: self = error
        case let error as SignInError: self.init(error)
        default:
            guard let known = APIError(error) else { return nil }
            let code: Code =
                known.status.code >= 500 ? .unexpectedFailure : .validationFailed
            self.init(known.status, code, known.message, retryAfter: known.retryAfter)
        }
    }

    private init(_ error: SignInError) {
        let text = error.description
        switch error {
        case .emailInvalid: self.init(.unprocessableContent, .validationFailed, text)
        case .mailTooSoon(let seconds):
            self.init(.tooManyRequests, .overEmailSendRateLimit, text, retryAfter: seconds)
        case .tooManyRequests(let seconds):
            self.init(.tooManyRequests, .overRequestRateLimit, text, retryAfter: seconds)
        case .mailQueueFull:
            self.init(.serviceUnavailable, .unexpectedFailure, text, retryAfter: 60)
        case .codeRejected: self.init(.forbidden, .otpExpired, text)
        case .refreshTokenUnknown: self.init(.badRequest, .refreshTokenNotFound, text)
        case .refreshTokenReused: self.init(.badRequest, .refreshTokenAlreadyUsed, text)
        case .accessTokenInvalid: self.init(.forbidden, .badJWT, text)
        case .sessionEnded: self.init(.forbidden, .sessionNotFound, text)
        case .accountGone: self.init(.forbidden, .userNotFound, text)
        }
    }
}
