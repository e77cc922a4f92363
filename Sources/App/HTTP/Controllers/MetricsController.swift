import HTTPTypes
import Hummingbird
import NIOCore

/// What Prometheus asks. Not for the public: see docs/monitoring.md.
struct MetricsController {
    let page: MetricsPage
    /// Asked of everybody, when there is one.
    let token: String?
    /// Whether a program on this machine needs no token. Behind a proxy that runs here too,
    /// everybody might be one.
    let trustsThisMachine: Bool

    func addRoutes(to router: Router<StudioContext>) {
        router.get("metrics", use: metrics)
    }

    @Sendable func metrics(_ request: Request, _ context: StudioContext) async throws -> Response {
        if let token {
            guard OperatorAccess.carries(token, request) else { throw APIError.wrongToken }
        } else {
            let isLocal = OperatorAccess.isLocal(request, from: context.remoteAddress)
            guard trustsThisMachine, isLocal else { throw APIError.notFound("page") }
        }
        let text = await page.text()
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; version=0.0.4; charset=utf-8",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension APIError {
    /// For what operators' programs ask with a token of their own.
    static let wrongToken = APIError(
        .unauthorized, .unauthorized, "Send 'Authorization: Bearer <the operator's token>'.")
}
