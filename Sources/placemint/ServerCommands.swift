import App
import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the API and the web client, and works on jobs.",
        discussion: """
            Stops gracefully on SIGTERM or Ctrl-C: requests are answered, jobs are finished or \
            handed back. WORKERS=0 serves the API alone.
            """)

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            try await Serving(settings, logger: logger, metrics: CommandEnvironment.metrics())
                .serve()
        }
    }
}

struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Works on jobs, without serving anything. For more processes on one database.")

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            try await Serving(settings, logger: logger, metrics: CommandEnvironment.metrics())
                .work()
        }
    }
}

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Applies pending migrations to the database.")

    @Flag(help: "Only say what is pending; status 1 if anything is.")
    var check = false

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            let names = try await Serving(settings, logger: logger).migrate(onlyCheck: check)
            for name in names { Terminal.say((check ? "pending " : "applied ") + name) }
            if names.isEmpty { Terminal.say("The database is up to date.") }
            if check, !names.isEmpty { throw ExitCode.failure }
        }
    }
}
