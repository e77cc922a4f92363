import Foundation
import HTTPTypes
import Hummingbird

/// The one shape of an error over HTTP, OpenAI's:
/// `{"error":{"message","type","param","code"}}`.
struct APIError: Error {
    /// Part of the API: never renamed.
    enum Code: String, CaseIterable, Sendable {
        /// A field is missing or wrong; `param` names it.
        case invalidRequest = "invalid_request"
        /// The body is not JSON, or not the JSON that was expected.
        case invalidJSON = "invalid_json"
        /// No token, or one that is wrong, expired or revoked.
        case unauthorized
        case forbidden
        /// There is none, or it belongs to somebody else.
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        /// A video under way cannot be deleted or downloaded yet.
        case notFinished = "not_finished"
        /// The body or the photo has too many bytes.
        case payloadTooLarge = "payload_too_large"
        /// The body came too slowly.
        case requestTimeout = "request_timeout"
        /// The file is no picture that can be used.
        case unsupportedMediaType = "unsupported_media_type"
        /// The picture is damaged, or too small to show a product.
        case imageUnreadable = "image_unreadable"
        /// The picture has too many pixels.
        case imageTooLarge = "image_too_large"
        case promptRequired = "prompt_required"
        case promptTooLong = "prompt_too_long"
        case modelNotFound = "model_not_found"
        case sizeNotSupported = "size_not_supported"
        case secondsNotSupported = "seconds_not_supported"
        case referenceNotSupported = "reference_not_supported"
        case referenceRequired = "reference_required"
        /// The model cannot change a video, or the video is none that it made.
        case editsNotSupported = "edits_not_supported"
        /// No model here can make a video longer.
        case extensionsNotSupported = "extensions_not_supported"
        /// No model here keeps characters.
        case charactersNotSupported = "characters_not_supported"
        /// `required` and `balance` stand beside `code`.
        case insufficientCredits = "insufficient_credits"
        /// What a key may spend in a month is spent.
        case keyLimitReached = "key_limit_reached"
        /// A payment was taken back, or is disputed. `balance` stands beside `code`.
        case spendingFrozen = "spending_frozen"
        /// The same Idempotency-Key came with another request before.
        case idempotencyKeyReused = "idempotency_key_reused"
        case tooManyUnfinished = "too_many_unfinished"
        case rateLimited = "rate_limited"
        /// Every connection to the database is busy; try again.
        case overloaded
        /// This server is going; another one answers.
        case shuttingDown = "shutting_down"
        /// There is no room for files.
        case storageFull = "storage_full"
        /// The model's provider has a problem that is the operator's to mend.
        case modelUnavailable = "model_unavailable"
        /// A video that is over cannot be cancelled.
        case alreadyFinished = "already_finished"
        /// Tokens cannot be verified, as the sign-in's keys cannot be had.
        case signInUnavailable = "sign_in_unavailable"
        /// The payment provider does not answer, or says no.
        case paymentsUnavailable = "payments_unavailable"
        /// A defect of ours. The request id finds it in the log.
        case internalError = "internal_error"
    }

    let status: HTTPResponse.Status
    let code: Code
    let param: String?
    let message: String
    var retryAfter: Int?
    /// The methods that the address has.
    var allowed: [String] = []
    var numbers: [String: Int] = [:]

    init(
        _ status: HTTPResponse.Status, _ code: Code, param: String? = nil, _ message: String
    ) {
        self.status = status
        self.code = code
        self.param = param
        self.message = message
    }

    static func invalid(_ param: String?, _ message: String) -> APIError {
        APIError(.badRequest, .invalidRequest, param: param, message)
    }

    static let paymentsUnavailable = APIError(
        .serviceUnavailable, .paymentsUnavailable,
        "Payments are not available at the moment. You were not charged. Try again in a minute.")

    static let shuttingDown = APIError(
        .serviceUnavailable, .shuttingDown, "This server is shutting down.")

    private static let insufficientStorage = HTTPResponse.Status(
        code: 507, reasonPhrase: "Insufficient Storage")

    static let storageFull = APIError(
        insufficientStorage, .storageFull,
        "There is no room for files at the moment. Nothing was kept and nothing charged. "
            + "Try again later.")

    static func notFound(_ what: String) -> APIError {
        APIError(.notFound, .notFound, "There is no such \(what).")
    }

    /// Whether the rest of the body is not waited for, as it comes too slowly.
    var leavesBody: Bool { code == .requestTimeout || code == .shuttingDown }

    private var type: String {
        switch status.code {
        case 401: "authentication_error"
        case 402: "insufficient_quota"
        case 403: "permission_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}

extension APIError: ResponseGenerator {
    private struct Body: Encodable {
        let error: Content
    }

    private struct Content: Encodable {
        let error: APIError

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.init(stringValue) }
            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(error.message, forKey: Key("message"))
            try container.encode(error.type, forKey: Key("type"))
            try container.encode(error.param, forKey: Key("param"))
            try container.encode(error.code.rawValue, forKey: Key("code"))
            for (name, number) in error.numbers {
                try container.encode(number, forKey: Key(name))
            }
        }
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = try JSONReply(Body(error: Content(error: self)), status: status).response()
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        if !allowed.isEmpty { response.headers[.allow] = allowed.joined(separator: ", ") }
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
