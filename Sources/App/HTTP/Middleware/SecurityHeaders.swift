import HTTPTypes
import Hummingbird

/// Tells browsers to run nothing but our own files, to frame us nowhere and to guess no types.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = StudioContext

    private let policy: String

    /// - Parameter bucket: the origin that links to files redirect to, if they do.
    init(bucket: String?) {
        policy = Self.policy(files: bucket.map { " " + $0 } ?? "")
    }

    /// - Parameters:
    ///   - forms: where forms may lead, by redirects too.
    ///   - files: where pictures and clips may come from beside this server.
    static func policy(forms: String = "'self'", files: String = "") -> String {
        """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:\(files); \
        media-src 'self' blob:\(files); connect-src 'self'; manifest-src 'self'; form-action \(forms); \
        base-uri 'none'; frame-ancestors 'none'
        """
    }

    private var fields: [(HTTPField.Name?, String)] {
        [(HTTPField.Name("Content-Security-Policy"), policy)] + Self.fixedFields
    }

    private static let fixedFields: [(HTTPField.Name?, String)] = [
        (HTTPField.Name("X-Content-Type-Options"), "nosniff"),
        (HTTPField.Name("Referrer-Policy"), "same-origin"),
        (HTTPField.Name("Cross-Origin-Opener-Policy"), "same-origin"),
        (HTTPField.Name("Permissions-Policy"), "geolocation=(), microphone=()"),
    ]

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for case (let name?, let value) in fields {
            if response.headers[name] == nil { response.headers[name] = value }
        }
        return response
    }
}
