import Foundation
import HTTPTypes
import Hummingbird

extension Request {
    /// The largest body that a sign-in sends has a few hundred bytes.
    private static let authBodyLimit = 64 * 1024

    /// - Throws: `AuthError` `bad_json`; `APIError` `payload_too_large`.
    func authBody<Body: Decodable>(_ type: Body.Type) async throws -> Body {
        let data = try await wholeBody(limit: Self.authBodyLimit)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            let field = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw AuthError(
                .badRequest, .badJSON, "Could not parse request body: \(field) has another type")
        } catch {
            throw AuthError(.badRequest, .badJSON, "Could not parse request body as JSON")
        }
    }

    /// The bearer token.
    /// - Throws: `AuthError` `no_authorization`.
    func authToken() throws -> String {
        guard let header = headers[.authorization],
            let match = header.wholeMatch(of: /[Bb]earer (\S+)/)
        else {
            throw AuthError(
                .unauthorized, .noAuthorization, "This endpoint requires a valid Bearer token")
        }
        return String(match.output.1)
    }
}

extension HTTPFields {
    /// For answers that are one person's.
    static var `private`: HTTPFields { [.cacheControl: "no-store"] }
}
