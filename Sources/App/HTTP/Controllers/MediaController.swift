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
        var response = try await delivery.response(for: asset, to: request, context)
        if let name = query["filename"].map(String.init) {
            response.headers[.contentDisposition] = Self.attachment(name)
        }
        return response
    }

    /// RFC 6266: the name in UTF-8, percent-encoded, so that nothing in it can end the header.
    static func attachment(_ name: String) -> String {
        let plain = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")
        let encoded =
            String(name.prefix(120)).addingPercentEncoding(withAllowedCharacters: plain) ?? "file"
        return "attachment; filename*=UTF-8''\(encoded)"
    }
}
