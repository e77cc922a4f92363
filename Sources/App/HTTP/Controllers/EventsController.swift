import AsyncAlgorithms
import Foundation
import Hummingbird
import Identity
import Ledger
import NIOCore
import Postgres
import Studio

/// Server-sent events: `video` with a Video object, `credits` with the balance. A new stream
/// begins with the balance and the videos under way, so that nothing is missed in between.
struct EventsController {
    /// Proxies cut connections that are silent for a minute.
    private static let heartbeat = Duration.seconds(15)

    let hub: EventHub
    let pool: Pool
    let links: MediaLinks

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("events", use: stream)
    }

    @Sendable func stream(_ request: Request, _ context: StudioContext) async throws -> Response {
        let user = try context.user
        guard let signals = hub.open(for: user) else {
            throw APIError(
                .tooManyRequests, .rateLimited, "You have too many event streams open.")
        }
        let reader = EventReader(
            pool: pool, links: links, user: user,
            tellsCredits: try context.signedIn.may(.creditsRead))
        let steps = merge(
            chain([EventHub.Signal.resync].async, signals).map(Step.signal),
            AsyncTimerSequence(interval: Self.heartbeat, clock: .continuous).map { _ in .beat })
        let body = ResponseBody { writer in
            for await step in steps {
                switch step {
                case .signal(.closed): return try await writer.finish(nil)
                case .signal(let signal):
                    try await writer.write(ByteBuffer(string: try await reader.text(for: signal)))
                case .beat: try await writer.write(ByteBuffer(string: ":\n\n"))
                }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    private enum Step: Sendable {
        case signal(EventHub.Signal)
        case beat
    }
}

/// Turns signals into the text of events, asking the database in the person's own name.
private struct EventReader: Sendable {
    let pool: Pool
    let links: MediaLinks
    let user: ID<User>
    /// Whether the balance is the reader's to know.
    let tellsCredits: Bool

    func text(for signal: EventHub.Signal) async throws -> String {
        switch signal {
        case .credits: try await credits()
        case .video(let id):
            try await JobList(pool, of: user).find(id).map(video) ?? ""
        case .closed: ""
        case .resync:
            try await credits() + JobList(pool, of: user).unfinished().map(video).joined()
        }
    }

    private func credits() async throws -> String {
        guard tellsCredits else { return "" }
        return event("credits", BalanceReply(try await Statement(pool, of: user).standing()))
    }

    private func video(_ job: Job) -> String { event("video", VideoReply(job, links)) }

    private func event(_ name: String, _ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Our own replies always encode; a stream that skipped one would still be whole.
        guard let data = try? encoder.encode(value) else { return "" }
        return "event: \(name)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    }
}
