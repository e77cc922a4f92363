import Hummingbird

/// Where a scheduler has work moved on, when no process does so by itself.
struct TickController {
    let tick: Tick
    let token: String

    func addRoutes(to router: Router<StudioContext>) {
        router.post("internal/tick", use: run)
    }

    private struct Reply: Encodable {
        let report: Tick.Report

        private enum CodingKeys: String, CodingKey {
            case polled, worked, moved, remaining
            case alreadyRunning = "already_running"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(report.moved, forKey: .moved)
            try container.encode(report.polled, forKey: .polled)
            try container.encode(report.worked, forKey: .worked)
            try container.encode(report.remaining, forKey: .remaining)
            try container.encode(report.wasRunning, forKey: .alreadyRunning)
        }
    }

    @Sendable func run(_ request: Request, _ context: StudioContext) async throws -> Response {
        guard OperatorAccess.carries(token, request) else { throw APIError.wrongToken }
        return try JSONReply(Reply(report: try await tick.run())).response()
    }
}
