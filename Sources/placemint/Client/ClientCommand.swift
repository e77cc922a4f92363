import ArgumentParser
import Client
import Foundation
import Outbound

/// How a command for users ends. Documented in docs/command-line.md, and never renumbered.
enum Ending: Int32, CaseIterable {
    case done = 0
    /// A video failed, or something else did not go as it should.
    case failed = 1
    case notSignedIn = 3
    case notEnoughCredits = 4
    case notConfirmed = 5
    case unreachable = 6
    case refused = 7
    case interrupted = 130

    var code: ExitCode { ExitCode(rawValue) }

    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .interrupted
        case ClientError.unreachable: self = .unreachable
        case ClientError.refused(let refusal):
            switch refusal.status {
            case 401: self = .notSignedIn
            case 402: self = .notEnoughCredits
            default: self = .refused
            }
        default: self = .failed
        }
    }
}

/// Which server, whose key, and in which form the answer is wanted.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's address. Otherwise PLACEMINT_SERVER, or the profile's.")
    var server: String?

    @Option(help: "The profile to use. 'placemint profiles' lists them.")
    var profile: String?

    @Flag(help: "Write the server's JSON to the standard output, for scripts.")
    var json = false

    static let localServer = "http://127.0.0.1:8080"

    /// The chosen server, and the key for it, if there is one.
    /// - Parameter mayBeNew: whether the profile need not be there yet.
    /// - Throws: `ClientError`.
    func target(mayBeNew: Bool = false) throws -> (server: URL, key: String?) {
        let environment = ProcessInfo.processInfo.environment
        let known = try Profiles(environment: environment).find(profile)
        if let profile, known == nil, !mayBeNew {
            throw ClientError.usage(
                "There is no profile '\(profile)'. 'placemint login --profile \(profile)' makes it."
            )
        }
        let isChosen = profile != nil && known != nil
        let named = server ?? (isChosen ? nil : environment["PLACEMINT_SERVER"])
        let address = try named.map(Self.address) ?? known?.server ?? Self.address(Self.localServer)
        let key = environment["PLACEMINT_API_KEY"].flatMap { $0.isEmpty ? nil : $0 }
        // A profile's key goes to the profile's server alone.
        return (address, key ?? (known?.server == address ? known?.key : nil))
    }

    /// - Throws: `ClientError.usage`.
    static func address(_ text: String) throws -> URL {
        let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: bare), let host = url.host(), !host.isEmpty,
            url.scheme == "https" || url.scheme == "http"
        else {
            throw ClientError.usage("'\(text)' is no address, such as https://studio.example")
        }
        let isHere = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
        if url.scheme == "http", !isHere {
            Terminal.complain("Warning: \(bare) is not encrypted; others may read your key.")
        }
        return url
    }
}

/// A command that asks a server.
protocol ClientCommand: AsyncParsableCommand, Sendable {
    var options: ServerOptions { get }
    /// Whether it makes sense without a key.
    static var isPublic: Bool { get }
    /// Whether it makes the profile it is given.
    static var makesProfile: Bool { get }
    func run(_ client: StudioClient) async throws
}

extension ClientCommand {
    static var isPublic: Bool { false }
    static var makesProfile: Bool { false }

    func run() async throws { try await run(within: Interruption()) }

    /// Whatever stops a command ends in one line and an exit code.
    private func run(within interruption: Interruption) async throws {
        let transport = Transport()
        let outcome: Result<Void, any Error>
        do {
            let (server, key) = try options.target(mayBeNew: Self.makesProfile)
            guard Self.isPublic || key != nil else {
                throw ClientError.notSignedIn(at: server)
            }
            let client = StudioClient(server: server, token: key, transport: transport)
            try await interruption.guarding { try await run(client) }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        if case .failure(let error) = outcome { throw Self.ending(of: error, json: options.json) }
    }

    private static func ending(of error: any Error, json: Bool) -> any Error {
        if error is ExitCode { return error }
        let ending = Ending(error)
        if json, let refusal = (error as? ClientError)?.refusal, !refusal.json.isEmpty {
            Terminal.complain(String(decoding: refusal.json, as: UTF8.self))
        } else if ending != .interrupted {
            Terminal.complain("placemint: \(error)")
        }
        return ending.code
    }
}

/// Ctrl-C, as the end of a task instead of the end of the process.
struct Interruption {
    /// Runs work that is cancelled by Ctrl-C.
    /// - Throws: what the work throws; `CancellationError`.
    func guarding(_ work: @escaping @Sendable () async throws -> Void) async throws {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT)
        let (presses, keyboard) = AsyncStream.makeStream(of: Void.self)
        source.setEventHandler { keyboard.yield() }
        source.resume()
        defer {
            source.cancel()
            signal(SIGINT, SIG_DFL)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask { for await _ in presses { return } }
            try await group.next()
            // Either it is done, or it is to stop, and says so.
            group.cancelAll()
            try await group.next()
        }
    }
}
