import HTTPTypes
import Hummingbird
import Logging

/// Gives every error the one shape, and every answer what is left of its caller's rate. What is not
/// the caller's doing is logged with its cause and shown without it.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = StudioContext

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let refusal = try answer(error, request, context)
            response = try refusal.response(from: request, context: context)
            if refusal.leavesBody { context.closeAfterAnswer(&response) }
        }
        context.rate.write(to: &response.headers)
        return response
    }

    private func answer(
        _ error: any Error, _ request: Request, _ context: StudioContext
    ) throws -> APIError {
        if let known = APIError(error) {
            if known.status.code >= 500 {
                context.logger.warning(
                    "A request was turned away",
                    metadata: ["code": "\(known.code.rawValue)", "error": "\(error)"])
            }
            return known
        }
        if error is CancellationError { throw error }
        context.logger.error(
            "A request failed",
            metadata: [
                "http.method": "\(request.method)",
                "http.route": "\(context.endpointPath ?? "unmatched")", "error": "\(error)",
            ])
        return APIError(
            .internalServerError, .internalError, "Something went wrong on our side. Try again.")
    }
}
