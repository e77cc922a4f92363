import HTTPTypes
import Hummingbird

/// Lets web clients served from the allowed origins call the API. They send a token, never a
/// cookie, so no credentials are allowed.
struct CrossOrigin: RouterMiddleware {
    typealias Context = StudioContext

    let origins: Set<String>

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains(origin) else {
            return try await next(request, context)
        }
        let asks = request.headers[.accessControlRequestMethod] != nil
        var response =
            request.method == .options && asks
            ? Response(status: .noContent) : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        response.headers[.accessControlAllowMethods] = "GET, POST, PATCH, DELETE"
        response.headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Idempotency-Key, Apikey, X-Client-Info, "
            + "X-Supabase-Api-Version"
        response.headers[.accessControlExposeHeaders] =
            "X-Request-Id, Retry-After, Openai-Poll-After-Ms, Idempotent-Replayed, "
            + "Content-Disposition, X-Supabase-Api-Version"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }
}
