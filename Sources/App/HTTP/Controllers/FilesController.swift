import Foundation
import Hummingbird
import Media
import Postgres
import Studio

/// Product photos.
struct FilesController {
    let assets: AssetStore
    let desk: PhotoDesk
    let gate: UploadGate
    let delivery: AssetDelivery
    let links: MediaLinks

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.post("files", use: upload)
            .get("files", use: list)
            .get("files/{id}", use: show)
            .delete("files/{id}", use: delete)
            .get("files/{id}/content", use: content)
    }

    /// Room for the form around a photo of the largest size.
    private static let bodyLimit = Photo.mostBytes + 64_000

    @Sendable func upload(_ request: Request, _ context: StudioContext) async throws -> Response {
        guard let contentType = request.headers[.contentType],
            contentType.lowercased().hasPrefix("multipart/form-data")
        else {
            throw APIError(
                .unsupportedMediaType, .unsupportedMediaType,
                "Send multipart/form-data with the photo in the part 'file'.")
        }
        let body = try await gate.body(of: request, from: context.user, limit: Self.bodyLimit)
        guard let file = try Multipart(body, contentType: contentType)["file"] else {
            throw APIError.invalid("file", "The part 'file' is missing.")
        }
        let asset = try await desk.take(file.data, named: file.filename, from: context.user)
        return try JSONReply(FileReply(asset, links)).response()
    }

    @Sendable func list(_ request: Request, _ context: StudioContext) async throws -> Response {
        let page = try PageReader(request: request).page { try WireID.file($0) }
        let found = try await assets.list(of: context.user, page: page)
        return try JSONReply(
            ListReply(
                found, limit: page.limit, id: { WireID.file($0.id) },
                item: { FileReply($0, links) })
        ).response()
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        try JSONReply(FileReply(try await asset(context), links)).response()
    }

    @Sendable func delete(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.file(context.parameters.get("id"))
        guard try await assets.delete(id, of: context.user) else { throw APIError.notFound("file") }
        return try JSONReply(DeletedReply(id: WireID.file(id), object: "file")).response()
    }

    @Sendable func content(_ request: Request, _ context: StudioContext) async throws -> Response {
        try await delivery.response(for: try await asset(context), to: request, context)
    }

    private func asset(_ context: StudioContext) async throws -> Asset {
        let id = try WireID.file(context.parameters.get("id"))
        guard let asset = try await assets.find(id, of: context.user), asset.kind == .productImage
        else { throw APIError.notFound("file") }
        return asset
    }
}
