package import Foundation
import Metrics

/// A model whose answers are counted and timed: what it was asked, and how that came out.
package struct MeasuredModel: VideoModel {
    private let model: any VideoModel
    private let provider: String
    private let name: String

    /// - Parameters:
    ///   - provider: as in the catalogue, and so few.
    ///   - name: the model's catalogue id.
    package init(_ model: any VideoModel, name: String, provider: String) {
        self.model = model
        self.name = name
        self.provider = provider
    }

    package var rendersHere: Bool { model.rendersHere }
    package var takesFrameLink: Bool { model.takesFrameLink }

    package func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation {
        try await measured("create") {
            try await model.create(request, token: token, file: file, progress: progress)
        } outcome: {
            switch $0 {
            case .accepted: "created"
            case .clip: "completed"
            }
        }
    }

    package func status(of id: ProviderJobID) async throws -> RenderStatus {
        try await measured("status") {
            try await model.status(of: id)
        } outcome: {
            switch $0 {
            case .running: "running"
            case .completed: "completed"
            case .failed(let error, _): error.reason.outcome
            }
        }
    }

    package func download(_ id: ProviderJobID, to file: URL) async throws {
        try await measured("download") {
            try await model.download(id, to: file)
        } outcome: { _ in
            "completed"
        }
    }

    package func find(_ token: SubmitToken) async throws -> Finding {
        try await measured("find") {
            try await model.find(token)
        } outcome: {
            switch $0 {
            case .accepted: "created"
            case .nothingCreated: "nothing_created"
            case .unknown: "unknown"
            }
        }
    }

    package func cancel(_ id: ProviderJobID) async throws -> Bool {
        try await measured("cancel") {
            try await model.cancel(id)
        } outcome: {
            $0 ? "cancelled" : "not_cancelled"
        }
    }

    package func probe() async throws -> String { try await model.probe() }

    // MARK: Measuring

    private func measured<Value>(
        _ question: String, _ ask: () async throws -> Value, outcome: (Value) -> String
    ) async throws -> Value {
        let start = ContinuousClock.now
        do {
            let value = try await ask()
            count(question, outcome(value), since: start)
            return value
        } catch let error as VideoModelError {
            count(question, error.reason.outcome, since: start)
            throw error
        } catch {
            count(question, "stopped", since: start)
            throw error
        }
    }

    private func count(
        _ question: String, _ outcome: String, since start: ContinuousClock.Instant
    ) {
        Counter(
            label: "placemint_provider_requests_total",
            dimensions: [
                ("provider", provider), ("model", name), ("request", question),
                ("outcome", outcome),
            ]
        ).increment()
        CoreMetrics.Timer(
            label: "placemint_provider_request_duration_seconds",
            dimensions: [("provider", provider), ("request", question), ("outcome", outcome)]
        ).record(duration: .now - start)
    }
}

extension VideoModelError.Reason {
    /// How it is counted.
    fileprivate var outcome: String {
        switch self {
        case .rejected: "refused"
        case .notStarted: "throttled"
        case .unavailable: "unavailable"
        case .unknownOutcome: "unknown"
        case .notFound: "not_found"
        case .transient: "transient"
        case .noRoom: "no_room"
        case .failed: "failed"
        }
    }
}
