import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Studio

/// What signed links open.
struct MediaController {
    let assets: AssetStore
    let links: MediaLinks
    let delivery: AssetDelivery

    func addRoutes(to router: Router<StudioContext>) {
        router.get("media/{asset}", use: show)
    }

    /// `filename` makes it a download under that name; it is the visitor's own choice.
    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        let query = request.uri.queryParameters
        guard let id = ID<Asset>(compact: context.parameters.get("asset") ?? ""),
            let expires = query["expires"].flatMap({ Int($0) }),
            let signature = query["signature"].map(String.init),
            links.opens(id, expires: expires, signature: signature),
            let asset = try await assets.find(id)
        else { throw APIError.notFound("file") }
        return try await delivery.response(
            for: asset, to: request, context, filename: query["filename"].map(String.init))
    }
}
