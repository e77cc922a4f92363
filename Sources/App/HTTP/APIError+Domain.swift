import Foundation
import Hummingbird
import Identity
import Ledger
import Media
import NIOCore
import ObjectStorage
import Postgres
import Studio
import VideoModels

extension APIError {
    /// What a domain's error means over HTTP. `nil` for what is a defect.
    init?(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as QuoteError: self.init(error)
        case let error as OrderError: self.init(error)
        case let error as LedgerError: self.init(error)
        case let error as ImageError: self.init(error)
        case let error as BriefError:
            self.init(.badRequest, .invalidRequest, param: error.param, error.description)
        case let error as SupabaseAuthError: self.init(error)
        case let error as PostgresError: self.init(error)
        case BucketError.full: self = .storageFull
        case is BucketError:
            self.init(.serviceUnavailable, .overloaded, "The file storage does not answer.")
            retryAfter = 2
        case is DecodingError: self = .json(error)
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, .payloadTooLarge, "The body is too large.")
        case let error as HTTPError: self.init(error)
        default: return nil
        }
    }

    private init(_ error: QuoteError) {
        let code = Code(rawValue: error.code.rawValue) ?? .invalidRequest
        let status: HTTPResponse.Status = error.code == .modelNotFound ? .notFound : .badRequest
        self.init(status, code, param: error.param, error.description)
    }

    private init(_ error: OrderError) {
        let (status, code): (HTTPResponse.Status, Code) =
            switch error.code {
            case .invalidRequest: (.badRequest, .invalidRequest)
            case .promptRequired: (.badRequest, .promptRequired)
            case .notFound: (.notFound, .notFound)
            case .tooManyUnfinished: (.tooManyRequests, .tooManyUnfinished)
            case .idempotencyKeyReused: (.conflict, .idempotencyKeyReused)
            case .notFinished: (.conflict, .notFinished)
            case .alreadyFinished: (.conflict, .alreadyFinished)
            case .keyLimitReached: (Self.paymentRequired, .keyLimitReached)
            case .modelUnavailable: (.serviceUnavailable, .modelUnavailable)
            case .editsNotSupported: (.badRequest, .editsNotSupported)
            }
        self.init(status, code, param: error.param, error.description)
    }

    private static let paymentRequired = HTTPResponse.Status(
        code: 402, reasonPhrase: "Payment Required")

    private init(_ error: LedgerError) {
        switch error {
        case .insufficient(let required, let balance):
            self.init(Self.paymentRequired, .insufficientCredits, error.description)
            numbers = ["required": required.amount, "balance": balance.amount]
        case .frozen(let balance, _):
            self.init(Self.paymentRequired, .spendingFrozen, error.description)
            numbers = ["balance": balance.amount]
        case .noSuchUser: self.init(.unauthorized, .unauthorized, error.description)
        case .referenceReused: self.init(.conflict, .invalidRequest, error.description)
        }
    }

    private init(_ error: SupabaseAuthError) {
        switch error {
        case .addressMissing: self.init(.forbidden, .forbidden, error.description)
        case .keysUnavailable(let seconds):
            self.init(.serviceUnavailable, .signInUnavailable, error.description)
            retryAfter = seconds
        }
    }

    private init(_ error: ImageError) {
        let code = Code(rawValue: error.code) ?? .imageUnreadable
        let status: HTTPResponse.Status =
            switch code {
            case .payloadTooLarge, .imageTooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            default: .badRequest
            }
        self.init(status, code, param: "file", error.description)
    }

    /// Runs work on an order's photo, so that what is wrong with it names the order's field.
    static func ofReference<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as ImageError {
            let known = APIError(error)
            throw APIError(known.status, known.code, param: "input_reference", known.message)
        }
    }

    /// Runs work on what a field names, so that what is wrong with it names the field.
    static func of<Value>(_ param: String, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as APIError {
            throw APIError(error.status, error.code, param: param, error.message)
        }
    }

    private init?(_ error: PostgresError) {
        guard error.isUnavailable else { return nil }
        self.init(.serviceUnavailable, .overloaded, "The server is busy. Try again.")
        retryAfter = 1
    }

    private init(_ error: HTTPError) {
        switch error.status {
        case .notFound: self.init(.notFound, .notFound, "There is nothing at this address.")
        case .methodNotAllowed:
            self.init(.methodNotAllowed, .methodNotAllowed, "Not with this method.")
        case .contentTooLarge: self.init(error.status, .payloadTooLarge, "The body is too large.")
        default:
            self.init(error.status, .invalidRequest, error.body ?? "The request is not valid.")
        }
    }

    private static func json(_ error: any Error) -> APIError {
        guard let error = error as? DecodingError else {
            return APIError(.badRequest, .invalidJSON, "The body is not JSON.")
        }
        let (path, message) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .typeMismatch(_, let context): (context.codingPath, "has the wrong type")
            case .valueNotFound(_, let context): (context.codingPath, "must not be null")
            case .dataCorrupted(let context) where !context.codingPath.isEmpty:
                (context.codingPath, "is not valid: \(context.debugDescription)")
            default: ([], "")
            }
        guard !path.isEmpty else {
            return APIError(.badRequest, .invalidJSON, "The body is not JSON.")
        }
        let param = path.map(\.stringValue).joined(separator: ".")
        return .invalid(param, "\(param) \(message).")
    }
}
