import App
import ArgumentParser
import Ledger
import Payments

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compares purchases with Stripe, and makes good what was missed.",
        discussion: """
            Fetches events that were never delivered, applies what waits, settles open purchases \
            whose time is over, and compares paid sessions, refunds and disputes. What does not fit \
            is listed and changes nothing. The server does the same every 15 minutes for the last \
            two days.

            Status 0: nothing needs a person. Status 3: something does.
            """,
        subcommands: [RunReconciliation.self, RetryEvent.self, DismissEvent.self],
        defaultSubcommand: RunReconciliation.self)
}

struct RunReconciliation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Compares and repairs. The default.")

    private static let attentionStatus: Int32 = 3

    @Option(help: "How many days back to look. Stripe keeps events for 30.")
    var days = 30

    func validate() throws {
        guard (1...365).contains(days) else {
            throw ValidationError("--days must be a number from 1 to 365")
        }
    }

    func run() async throws {
        let window = Duration.seconds(days * 86_400)
        try await CommandEnvironment.run { settings, logger in
            let report = try await Serving(settings, logger: logger).reconcile(window: window)
            if settings.payments == .sandbox {
                Terminal.say("Payments are the sandbox's: there is no Stripe to compare with.")
            }
            tell(report)
            if !report.isClean { throw ExitCode(Self.attentionStatus) }
        }
    }

    private func tell(_ report: Reconciliation.Report) {
        Terminal.say(
            "Events recovered: \(report.recoveredEvents)",
            "Paid sessions compared: \(report.comparedSessions)",
            "Purchases settled: \(report.settled.count)",
            "Purchases expired: \(report.expired)",
            "Refunds and disputes caught up on: \(report.reversed.count)")
        for session in report.settled { Terminal.say("  settled \(session)") }
        for id in report.reversed { Terminal.say("  caught up on \(id)") }
        list("Differences, for a person to understand", report.differences.map(\.description))
        list("Events waiting for their next attempt", report.waiting.map(line))
        list("Events to review: 'reconcile retry' or 'dismiss'", report.toReview.map(line))
        if report.isClean { Terminal.say("Nothing needs a person.") }
    }

    private func line(_ event: Reconciliation.Report.Event) -> String {
        "\(event.id) \(event.type): \(event.reason ?? "not tried yet"), attempts: \(event.attempts)"
    }

    private func list(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        Terminal.say("\(title):")
        for line in lines { Terminal.say("  \(line)") }
    }
}

struct RetryEvent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Has an event tried again that waits for a review.")

    @Argument(help: "The event: evt_…")
    var event: String

    @OptionGroup var signature: OperatorSignature

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            try await Serving(settings, logger: logger)
                .retryEvent(event, by: try signature.action(.retryEvent))
            Terminal.say("\(event) was tried again; 'placemint reconcile' says how it stands.")
        }
    }
}

struct DismissEvent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "Puts an event away for good. It changes nothing.")

    @Argument(help: "The event: evt_…")
    var event: String

    @OptionGroup var signature: OperatorSignature

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            try await Serving(settings, logger: logger)
                .dismissEvent(event, by: try signature.action(.dismissEvent))
            Terminal.say("\(event) is put away.")
        }
    }
}
