import App
import ArgumentParser
import Foundation
import Ledger

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Proves from the rows alone that every credit is accounted for.",
        discussion: """
            Checks that every ledger is unbroken and sums to its balance, that each job was debited \
            once and refunded exactly if it failed, that each paid purchase gave its credits once, \
            and that no more was clawed back than was given. Names every row that breaks a rule.

            Safe on a running system: it only reads, and sees one moment. Status 0: all is right. \
            Status 3: something is not. Any other: it could not be checked.
            """)

    /// Tells a broken book from a command that did not run.
    private static let brokenStatus: Int32 = 3

    @Flag(help: "One line of JSON for each breach, and one for the summary.")
    var json = false

    @Flag(help: "Only list the rules.")
    var rules = false

    func run() async throws {
        if rules { return list() }
        let json = json
        try await CommandEnvironment.run { settings, logger in
            let start = ContinuousClock.now
            let summary = try await Serving(settings, logger: logger).audit { breach in
                Self.tell(breach, json: json)
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            tell(summary, seconds: seconds)
            if summary.breaches > 0 { throw ExitCode(Self.brokenStatus) }
        }
    }

    private func list() {
        for rule in Serving.auditRules {
            let name = rule.name.padding(toLength: 22, withPad: " ", startingAt: 0)
            Terminal.say("\(name) \(rule.statement)")
        }
    }

    private static func tell(_ breach: AuditBreach, json: Bool) {
        guard json else {
            return Terminal.say("\(breach.rule): \(breach.subject): \(breach.finding)")
        }
        Terminal.say(
            json: ["rule": breach.rule, "subject": breach.subject, "finding": breach.finding])
    }

    private func tell(_ summary: Audit.Summary, seconds: Double) {
        guard !json else {
            return Terminal.say(json: [
                "entries": summary.entries, "rules": summary.rules, "breaches": summary.breaches,
                "seconds": seconds,
            ])
        }
        let time = seconds.formatted(.number.precision(.fractionLength(1)))
        let verdict =
            summary.breaches == 0
            ? "all is right" : "\(summary.breaches) rows break a rule"
        Terminal.say(
            "\(summary.entries) entries, \(summary.rules) rules, \(time) s: \(verdict).")
    }
}
