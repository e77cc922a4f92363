import HTTPTypes
import Hummingbird

/// Tells browsers to run nothing but our own files, to frame us nowhere and to guess no types.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = StudioContext

    private let policy: String

    /// - Parameters:
    ///   - connections: other origins that scripts may ask, as a sign-in's elsewhere.
    ///   - bucket: the origin that links to files redirect to, if they do.
    init(connections: [String] = [], bucket: String? = nil) {
        policy = Self.policy(
            files: bucket.map { " " + $0 } ?? "",
            connections: (["'self'"] + connections).joined(separator: " "))
    }

    /// - Parameters:
    ///   - forms: where forms may lead, by redirects too.
    ///   - files: where pictures and clips may come from beside this server.
    ///   - connections: what scripts may ask.
    static func policy(
        forms: String = "'self'", files: String = "", connections: String = "'self'"
    ) -> String {
        """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:\(files); \
        media-src 'self' blob:\(files); connect-src \(connections); manifest-src 'self'; form-action \(forms); \
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
