import Foundation
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Synchronization

/// The API, described for programs. Put together when it is first asked for: most servers never
/// are, and a start is to be short.
final class DescriptionController: Sendable {
    private let description: OpenAPIDescription
    private let known = Mutex<[String]>([])
    private let text = Mutex<Data?>(nil)

    init(_ description: OpenAPIDescription) { self.description = description }

    /// Adds its own route, and learns the router's: they have all to be there by then.
    func addRoutes(to router: Router<StudioContext>) {
        router.get("openapi.json", use: show)
        known.withLock { $0 = router.routes.map(\.description) }
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) throws -> Response {
        let body = try text.withLock { text in
            if let text { return text }
            let made = try description.text(routes: Set(known.withLock { $0 }))
            text = made
            return made
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .contentLength: String(body.count),
                .cacheControl: "no-cache",
            ], body: ResponseBody(byteBuffer: ByteBuffer(data: body)))
    }
}
