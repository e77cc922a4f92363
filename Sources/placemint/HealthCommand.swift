import App
import ArgumentParser
import Foundation

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Asks the server on this machine whether it is ready.",
        discussion: """
            For container hosts and monitors: GET /readyz at HOST and PORT, with one line about the \
            answer. Status 0 when the server can serve requests, 1 when it cannot or does not \
            answer. Starts nothing and needs no database.
            """)

    @Option(help: "Seconds to wait for the answer.")
    var timeout = 5

    func validate() throws {
        guard (1...60).contains(timeout) else {
            throw ValidationError("--timeout is from 1 to 60 seconds")
        }
    }

    func run() async throws {
        let timeout = timeout
        try await CommandEnvironment.run { settings, _ in
            try await ServerProbe(settings).run(patience: .seconds(timeout))
            Terminal.say("ready")
        }
    }
}
