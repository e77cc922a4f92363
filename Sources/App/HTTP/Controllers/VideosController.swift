import Foundation
import HTTPTypes
import Hummingbird
import Media
import Postgres
import Studio

/// Clips: OpenAI's Videos API.
struct VideosController {
    let orders: OrderDesk
    let pool: Pool
    let assets: AssetStore
    let gate: UploadGate
    let delivery: AssetDelivery
    let links: MediaLinks

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.post("videos", use: create)
            .get("videos", use: list)
            .get("videos/{id}", use: show)
            .patch("videos/{id}", use: rename)
            .delete("videos/{id}", use: delete)
            .post("videos/{id}/restore", use: restore)
            .get("videos/{id}/content", use: content)
            .post("videos/{id}/cancel", use: cancel)
    }

    @Sendable func create(_ request: Request, _ context: StudioContext) async throws -> Response {
        let body = try await gate.body(
            of: request, from: context.user, limit: OrderRequest.bodyLimit)
        let asked = try OrderRequest(body, contentType: request.headers[.contentType])
        return try await orders.take(asked, request, context)
    }

    @Sendable func list(_ request: Request, _ context: StudioContext) async throws -> Response {
        let page = try PageReader(request: request).page { try WireID.video($0) }
        let jobs = try await JobList(pool, of: context.user).page(page, try filter(of: request))
        return try JSONReply(
            ListReply(
                jobs, limit: page.limit, id: { WireID.video($0.id) },
                item: { VideoReply($0, links) })
        ).response()
    }

    private func filter(of request: Request) throws -> JobList.Filter {
        let format = request.uri.queryParameters["format"].map(String.init)
        guard let name = request.uri.queryParameters["status"] else { return .init(format: format) }
        guard let state = JobList.Filter.State(rawValue: String(name)) else {
            let known = JobList.Filter.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.invalid("status", "status must be one of \(known).")
        }
        return .init(state: state, format: format)
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        let job = try await job(context)
        var response = try JSONReply(VideoReply(job, links)).response()
        if job.machine.stage != .done, let name = HTTPField.Name("openai-poll-after-ms") {
            response.headers[name] = "1000"
        }
        return response
    }

    private struct RenameRequest: Decodable {
        let title: String?

        private enum CodingKeys: String, CodingKey { case title }

        /// `title` may be null, but has to be there: an empty object changes nothing by mistake.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            title = try container.decode(String?.self, forKey: .title)
        }
    }

    @Sendable func rename(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.video(context.parameters.get("id"))
        let body = try await request.wholeBody(limit: 10_000)
        let title = try JSONDecoder().decode(RenameRequest.self, from: body).title?.singleLine
        guard (1...Job.titleLimit).contains(title?.count ?? 1) else {
            throw APIError.invalid("title", "title must have 1 to \(Job.titleLimit) characters.")
        }
        guard let job = try await JobList(pool, of: context.user).rename(id, to: title) else {
            throw APIError.notFound("video")
        }
        return try JSONReply(VideoReply(job, links)).response()
    }

    /// Takes a deletion back, for the half minute in which that is possible.
    @Sendable func restore(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.video(context.parameters.get("id"))
        guard let job = try await JobList(pool, of: context.user).restore(id) else {
            throw APIError.notFound("video")
        }
        return try JSONReply(VideoReply(job, links)).response()
    }

    @Sendable func delete(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.video(context.parameters.get("id"))
        guard try await JobList(pool, of: context.user).delete(id) else {
            throw APIError.notFound("video")
        }
        return try JSONReply(
            DeletedReply(id: WireID.video(id), object: "video.deleted")
        ).response()
    }

    /// What of a clip can be downloaded.
    private enum Variant: String, CaseIterable {
        case video, thumbnail, spritesheet
    }

    @Sendable func content(_ request: Request, _ context: StudioContext) async throws -> Response {
        let name = request.uri.queryParameters["variant"].map(String.init) ?? "video"
        guard let variant = Variant(rawValue: name) else {
            throw APIError.invalid("variant", "variant must be video, thumbnail or spritesheet.")
        }
        let job = try await job(context)
        let id =
            switch variant {
            case .video: job.video
            case .thumbnail: job.poster
            case .spritesheet: job.spritesheet
            }
        guard let id, let asset = try await assets.find(id, of: context.user) else {
            guard job.machine.stage == .done else {
                throw APIError(.conflict, .notFinished, "This video is still being made.")
            }
            throw APIError(.notFound, .notFound, "This video has no clip.")
        }
        return try await delivery.response(for: asset, to: request, context)
    }

    /// Ends what has not begun, with its refund. What is under way is asked to stop.
    @Sendable func cancel(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.video(context.parameters.get("id"))
        guard let job = try await JobList(pool, of: context.user).cancel(id) else {
            throw APIError.notFound("video")
        }
        return try JSONReply(
            VideoReply(job, links), status: job.machine.stage == .done ? .ok : .accepted
        ).response()
    }

    private func job(_ context: StudioContext) async throws -> Job {
        try await orders.job(WireID.video(context.parameters.get("id")), context)
    }
}
