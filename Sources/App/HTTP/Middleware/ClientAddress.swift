import HTTPTypes
import Hummingbird

/// Finds out who a request comes from, when it comes through proxies that the operator trusts.
struct ClientAddress<Context: RemoteAddressContext>: RouterMiddleware {
    private static var header: HTTPField.Name? { HTTPField.Name("X-Forwarded-For") }

    let proxies: TrustedProxies

    func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let forwarded = Self.header.map { request.headers[values: $0] } ?? []
        context.remoteAddress = proxies.client(peer: context.remoteAddress, forwarded: forwarded)
        return try await next(request, context)
    }
}
