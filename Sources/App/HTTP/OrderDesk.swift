import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Studio

/// Takes orders that came over HTTP, each once: what `POST /v1/videos`, remixes and edits share.
struct OrderDesk {
    let studio: Studio
    let pool: Pool
    let assets: AssetStore
    let desk: PhotoDesk
    let links: MediaLinks

    /// A person's own job.
    /// - Throws: `APIError` `not_found`.
    func job(_ id: ID<Job>, _ context: StudioContext) async throws -> Job {
        guard let job = try await JobList(pool, of: context.user).find(id) else {
            throw APIError.notFound("video")
        }
        return job
    }

    /// Takes an order without a photo of its own.
    /// - Throws: `APIError`; what `Studio.take` throws.
    func take(
        _ order: Order, _ request: Request, _ context: StudioContext
    ) async throws -> Response {
        let key = try request.idempotencyKey(OrderRequest.fingerprint(of: order, nil))
        let (job, isReplay) = try await take(order, key, context)
        return try reply(job, isReplay: isReplay)
    }

    /// Takes an order, and keeps the photo that came with it.
    /// - Throws: `APIError`; what `Studio.take` throws.
    func take(
        _ asked: OrderRequest, _ request: Request, _ context: StudioContext
    ) async throws -> Response {
        let user = try context.user
        let key = try request.idempotencyKey(asked.fingerprint())
        if let key, let job = try await studio.replay(key, of: user) {
            return try reply(job, isReplay: true)
        }
        var order = asked.order
        if let photo = asked.photo {
            order.image = try await APIError.ofReference {
                try await desk.take(photo, named: asked.filename, from: user).id
            }
        }
        let own = asked.photo == nil ? nil : order.image
        do {
            let (job, isReplay) = try await take(order, key, context)
            // The twin that was taken has brought the photo.
            if isReplay { try await discard(own, of: user) }
            return try reply(job, isReplay: isReplay)
        } catch {
            // A photo that came with a refused request would only lie about.
            try await discard(own, of: user)
            throw error
        }
    }

    private func discard(_ photo: ID<Asset>?, of user: ID<User>) async throws {
        guard let photo else { return }
        _ = try await assets.delete(photo, of: user)
    }

    private func take(
        _ order: Order, _ key: Studio.IdempotencyKey?, _ context: StudioContext
    ) async throws -> (Job, isReplay: Bool) {
        let (job, isReplay) = try await studio.take(
            order, from: context.user, key: key, requestID: context.requestID,
            within: try context.signedIn.allowance)
        context.logger.info(
            "An order is taken",
            metadata: ["job.id": "\(job.id)", "order.is_replay": .stringConvertible(isReplay)])
        return (job, isReplay)
    }

    private func reply(_ job: Job, isReplay: Bool) throws -> Response {
        var response = try JSONReply(VideoReply(job, links)).response()
        if isReplay, let name = HTTPField.Name("idempotent-replayed") {
            response.headers[name] = "true"
        }
        return response
    }
}

extension Request {
    /// The caller's name for a create, so that sending it twice is not ordering twice.
    /// - Parameter fingerprint: the same for the same order; asked for when there is a name.
    /// - Throws: `APIError` `invalid_request`.
    fileprivate func idempotencyKey(
        _ fingerprint: @autoclosure () throws -> Data
    ) throws -> Studio.IdempotencyKey? {
        guard let name = HTTPField.Name("idempotency-key"), let text = headers[name] else {
            return nil
        }
        guard let key = try Studio.IdempotencyKey(text, request: fingerprint()) else {
            throw APIError.invalid(nil, "Idempotency-Key must have 1 to 255 characters.")
        }
        return key
    }
}
