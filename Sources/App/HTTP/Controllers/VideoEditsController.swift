import Foundation
import HTTPTypes
import Hummingbird
import Media
import Studio

/// Clips made from clips: OpenAI's remix and edits, and what of its Videos API no model here can do,
/// which is said plainly instead of as an unknown address.
struct VideoEditsController {
    let orders: OrderDesk

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.post("videos/{id}/remix", use: remix)
            .post("videos/edits", use: edit)
            .post("videos/extensions", use: extend)
            .post("videos/characters", use: makeCharacter)
            .get("videos/characters/{id}", use: makeCharacter)
    }

    /// Long enough for the longest prompt, every character of it escaped.
    private static let bodyLimit = 200_000

    private struct EditRequest: Decodable {
        let prompt: String
        let video: VideoReference?

        init(_ form: Multipart) throws {
            prompt = try form.text("prompt") ?? ""
            video = try VideoReference(form)
        }

        /// - Throws: `APIError`, `DecodingError`.
        static func read(_ request: Request) async throws -> EditRequest {
            let body = try await request.wholeBody(limit: VideoEditsController.bodyLimit)
            switch try RequestForm(body, contentType: request.headers[.contentType]) {
            case .json(let data): return try JSONDecoder().decode(EditRequest.self, from: data)
            case .multipart(let form): return try EditRequest(form)
            }
        }
    }

    /// A new clip from the same photo, with another prompt; the clip itself changed, where its model
    /// can do that.
    @Sendable func remix(_ request: Request, _ context: StudioContext) async throws -> Response {
        let asked = try await EditRequest.read(request)
        let original = try await orders.job(WireID.video(context.parameters.get("id")), context)
        return try await orders.take(
            Order(remixing: original, prompt: asked.prompt), request, context)
    }

    /// The clip itself changed. Other than a remix, this is refused where its model cannot.
    @Sendable func edit(_ request: Request, _ context: StudioContext) async throws -> Response {
        let asked = try await EditRequest.read(request)
        guard let video = asked.video else {
            throw APIError.invalid("video", "video is missing: send {\"id\": \"video_…\"}.")
        }
        guard let id = video.id else {
            throw APIError(
                .badRequest, .editsNotSupported, param: "video",
                "Only videos that were made here can be edited: send {\"id\": \"video_…\"}.")
        }
        let original = try await APIError.of("video") {
            try await orders.job(WireID.video(id), context)
        }
        var order = Order(remixing: original, prompt: asked.prompt)
        order.mustEdit = true
        return try await orders.take(order, request, context)
    }

    @Sendable func extend(_ request: Request, _ context: StudioContext) async throws -> Response {
        throw APIError(
            .badRequest, .extensionsNotSupported,
            "No model here can make a video longer. Order a longer one: GET /v1/models has the "
                + "lengths.")
    }

    @Sendable func makeCharacter(
        _ request: Request, _ context: StudioContext
    ) async throws -> Response {
        throw APIError(
            .badRequest, .charactersNotSupported,
            "No model here keeps characters. Describe the person in the prompt.")
    }
}

/// `video` as OpenAI's clients send it: `{"id"}`, or a file.
private struct VideoReference: Decodable {
    /// `nil` for a file.
    let id: String?

    private enum CodingKeys: String, CodingKey { case id }

    init(from decoder: any Decoder) throws {
        do {
            id = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .id)
        } catch is DecodingError {
            throw APIError.invalid("video", "video must be {\"id\": \"video_…\"}.")
        }
    }

    /// - Returns: `nil` when there is none.
    init?(_ form: Multipart) throws {
        if let id = try form.text("video[id]") {
            self.id = id
        } else if form["video"]?.filename != nil {
            id = nil
        } else if let video = try form.json("video", as: VideoReference.self) {
            self = video
        } else {
            return nil
        }
    }
}

extension Order {
    /// The same clip again, with another prompt.
    fileprivate init(remixing job: Job, prompt: String) {
        self.init(
            model: job.model, prompt: prompt, seconds: job.seconds, size: job.size.description,
            format: job.format, brief: job.brief, backdrop: job.backdrop, image: job.image,
            crop: job.crop, remixedFrom: job.id)
    }
}
