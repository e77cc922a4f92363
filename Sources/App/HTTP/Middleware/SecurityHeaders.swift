import HTTPTypes
import Hummingbird

/// Tells browsers to run nothing but our own files, to frame us nowhere and to guess no types.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = StudioContext

    /// - Parameters:
    ///   - forms: where forms may lead, by redirects too.
    ///   - connections: what scripts may ask.
    static func policy(
        forms: String = "'self'", connections: String = "'self'"
    ) -> String {
        """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
        media-src 'self' blob:; connect-src \(connections); manifest-src 'self'; form-action \(forms); \
        base-uri 'none'; frame-ancestors 'none'
        """
    }

    private let fields: [(HTTPField.Name?, String)]

    /// - Parameter connections: other origins that scripts may ask, as a sign-in's elsewhere.
    init(connections: [String] = []) {
        let policy = Self.policy(
            connections: (["'self'"] + connections).joined(separator: " "))
        fields = [
            (HTTPField.Name("Content-Security-Policy"), policy),
            (HTTPField.Name("X-Content-Type-Options"), "nosniff"),
            (HTTPField.Name("Referrer-Policy"), "same-origin"),
            (HTTPField.Name("Cross-Origin-Opener-Policy"), "same-origin"),
            (HTTPField.Name("Permissions-Policy"), "geolocation=(), microphone=()"),
        ]
    }

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
