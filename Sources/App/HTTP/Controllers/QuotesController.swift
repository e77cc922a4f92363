import Foundation
import Hummingbird
import Media
import Postgres
import Studio
import VideoModels

/// What a clip would cost and look like, for nothing.
struct QuotesController {
    let studio: Studio
    let assets: AssetStore
    let desk: PhotoDesk
    let gate: UploadGate

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.post("quotes", use: quote)
            .post("previews", use: preview)
    }

    private struct QuoteReply: Encodable {
        let credits: Int
        let prompt: String
        let warnings: [PromptWarning]
        let model: String
        let size: String
        let seconds: String
    }

    @Sendable func quote(_ request: Request, _ context: StudioContext) async throws -> Response {
        let asked = try await order(in: request, context)
        var order = asked.order
        if let photo = asked.photo {
            _ = try await APIError.ofReference { try await Photo.normalise(photo) }
            order.image = .new()  // Only whether there is a photo matters to the price.
        } else if let image = order.image {
            guard let asset = try await assets.find(image, of: context.user) else {
                throw Self.noPhoto
            }
            try order.checkCrop(of: asset.size)
        }
        let (quotation, warnings) = try studio.quote(order)
        return try JSONReply(
            QuoteReply(
                credits: quotation.quote.credits, prompt: quotation.prompt,
                warnings: warnings, model: quotation.quote.model.id,
                size: quotation.quote.size.description, seconds: String(quotation.quote.seconds))
        ).response()
    }

    @Sendable func preview(_ request: Request, _ context: StudioContext) async throws -> Response {
        let asked = try await order(in: request, context)
        guard let photo = try await photo(of: asked, context) else {
            throw APIError(
                .badRequest, .referenceRequired, param: "input_reference",
                "A preview needs a photo.")
        }
        let model = try studio.catalogue.requestedModel(asked.order.model)
        let quote = try model.quote(
            size: asked.order.size, seconds: asked.order.seconds, hasReference: true)
        let frame = try await APIError.ofReference {
            try await FirstFrame.compose(
                photo: photo, size: quote.size, backdrop: asked.order.backdrop,
                crop: asked.order.crop)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "image/jpeg", .contentLength: String(frame.count),
                .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: .init(bytes: frame)))
    }

    private func order(
        in request: Request, _ context: StudioContext
    ) async throws -> OrderRequest {
        let body = try await gate.body(
            of: request, from: context.user, limit: OrderRequest.bodyLimit)
        return try OrderRequest(body, contentType: request.headers[.contentType])
    }

    private func photo(of asked: OrderRequest, _ context: StudioContext) async throws -> Data? {
        if let photo = asked.photo { return photo }
        guard let image = asked.order.image else { return nil }
        return try await photo(image, context)
    }

    private func photo(_ id: ID<Asset>, _ context: StudioContext) async throws -> Data {
        guard let data = try await desk.data(of: id, of: context.user) else { throw Self.noPhoto }
        return data
    }

    private static let noPhoto = APIError(
        .notFound, .notFound, param: "input_reference", "There is no such photo.")
}
