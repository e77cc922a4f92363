import HTTPTypes
import Hummingbird
import NIOCore

/// While the server is going, has each connection closed after the answer under way: whoever keeps
/// one open makes the next to another server, and no request meets a closed one.
struct LastAnswers: RouterMiddleware {
    typealias Context = StudioContext

    let drain: Drain

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard drain.isDraining else { return response }
        context.closeAfterAnswer(&response)
        return response
    }
}

extension StudioContext {
    /// Has the connection closed once an answer is written.
    func closeAfterAnswer(_ response: inout Response) {
        response.headers[.connection] = "close"
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
