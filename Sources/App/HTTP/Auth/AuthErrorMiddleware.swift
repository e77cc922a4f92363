import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Answers errors in the form that the client's version of the protocol has.
struct AuthErrorMiddleware<Context: RequestContext>: RouterMiddleware {
    /// The version with text codes, and the only one besides the first.
    private static var version: String { "2024-01-01" }
    private static var versionHeader: HTTPField.Name? { HTTPField.Name("X-Supabase-Api-Version") }
    private static var codeHeader: HTTPField.Name? { HTTPField.Name("x-sb-error-code") }

    func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch {
            return try response(to: error, request, context)
        }
    }

    private func response(
        to error: any Error, _ request: Request, _ context: Context
    ) throws -> Response {
        let known = AuthError(error)
        if known == nil {
            context.logger.error("A sign-in request failed", metadata: ["error": "\(error)"])
        } else if let known, known.status.code >= 500 {
            context.logger.warning(
                "A sign-in request was turned away", metadata: ["error": "\(error)"])
        }
        return try render(known ?? .unexpected, hasTextCodes: hasTextCodes(request))
    }

    private func hasTextCodes(_ request: Request) -> Bool {
        guard let name = Self.versionHeader, let asked = request.headers[name] else { return false }
        return asked.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil && asked >= Self.version
    }

    private struct Body: Encodable {
        let code: String
        let message: String
    }

    private struct FirstVersionBody: Encodable {
        let code: Int
        let errorCode: String
        let msg: String

        enum CodingKeys: String, CodingKey {
            case code, msg
            case errorCode = "error_code"
        }
    }

    private func render(_ error: AuthError, hasTextCodes: Bool) throws -> Response {
        let code = error.code.rawValue
        var headers = HTTPFields()
        if let name = Self.codeHeader { headers[name] = code }
        if let seconds = error.retryAfter { headers[.retryAfter] = String(seconds) }
        if error.status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        guard hasTextCodes else {
            let body = FirstVersionBody(
                code: error.status.code, errorCode: code, msg: error.message)
            return try JSONReply(body, status: error.status).response(headers: headers)
        }
        if let name = Self.versionHeader { headers[name] = Self.version }
        return try JSONReply(Body(code: code, message: error.message), status: error.status)
            .response(headers: headers)
    }
}
