import Foundation
import Subprocess
import SystemPackage

/// One run of ffmpeg or ffprobe, from start to end.
///
/// The program is asked to stop, then killed, when the task is cancelled or its time is up.
struct ToolRun: Sendable {
    let tool: MediaTool
    let arguments: [String]
    /// Wall-clock time it may take.
    let limit: Duration

    /// How long the program may tidy up once asked to stop.
    private static let grace = Duration.seconds(1)

    typealias Feed = @Sendable (ToolInput) async throws -> Void
    typealias Read = @Sendable ([UInt8]) async throws -> Void

    /// - Parameters:
    ///   - feed: writes the program's standard input, which is closed afterwards.
    ///   - read: receives its standard output, piece by piece.
    /// - Throws: `ToolError`, `CancellationError`, or what the closures throw.
    func callAsFunction(
        feed: @escaping Feed = { _ in }, read: @escaping Read = { _ in }
    ) async throws {
        let path = try tool.path()
        BrokenPipe.ignored
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await start(path, feed: feed, read: read) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw ToolError.timedOut(tool)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func start(_ path: String, feed: @escaping Feed, read: @escaping Read) async throws {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: Self.grace)]
        let outcome: ExecutionResult<Ending, SequenceOutput, SequenceOutput>
        do {
            outcome = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: environment,
                platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
            ) { try await Self.follow($0, feed: feed, read: read) }
        } catch {
            // A killed program's pipes break in many ways; cancellation is the reason to report.
            try Task.checkCancellation()
            throw error
        }
        try Task.checkCancellation()
        guard outcome.terminationStatus.isSuccess else {
            throw ToolError.failed(tool, detail: outcome.closureResult.lastWords)
        }
        if let fault = outcome.closureResult.feedFault { throw fault }
    }

    private struct Ending: Sendable {
        let lastWords: String
        /// Kept until the exit status is known, because a program that fails also closes its input.
        let feedFault: (any Error)?
    }

    private static func follow(
        _ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>,
        feed: @escaping Feed, read: @escaping Read
    ) async throws -> Ending {
        let output = execution.standardOutput
        let errors = execution.standardError
        let input = ToolInput(writer: execution.standardInputWriter)
        async let lastWords = tail(of: errors)
        async let fault = deliver(feed, to: input)
        for try await piece in output {
            try await read(piece.withUnsafeBytes { Array($0) })
        }
        return try await Ending(lastWords: lastWords, feedFault: fault)
    }

    private static func deliver(_ feed: Feed, to input: ToolInput) async -> (any Error)? {
        do {
            try await feed(input)
            try await input.close()
            return nil
        } catch {
            return error
        }
    }

    /// What the program said last, bounded because a damaged file makes it say a lot.
    private static func tail(of errors: SubprocessOutputSequence) async throws -> String {
        let most = 4096
        var kept: [UInt8] = []
        for try await piece in errors {
            kept = piece.withUnsafeBytes { kept + $0 }.suffix(most)
        }
        return String(decoding: kept, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Only what the programs need: they read untrusted bytes, and the server's environment holds
    /// its secrets.
    private var environment: Subprocess.Environment {
        let passed = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"]
        let ours = ProcessInfo.processInfo.environment.filter { passed.contains($0.key) }
        let pairs = ours.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) }
        return .custom(Dictionary(uniqueKeysWithValues: pairs))
    }
}

/// Writing to a program that has just died must be an error, not the end of the server.
private enum BrokenPipe {
    static let ignored: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}
