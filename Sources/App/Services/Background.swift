import ServiceLifecycle

/// A loop that runs until the server is told to stop.
struct Background: Service {
    let loop: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await loop()
            } catch is CancellationError {
                return
            }
        }
    }
}

/// Does something when the server is told to stop.
struct Farewell: Service {
    let farewell: @Sendable () async -> Void

    func run() async throws {
        // Ends when the server does.
        try? await gracefulShutdown()
        await farewell()
    }
}
