import App
import ArgumentParser
import Studio

struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Proves that the bucket holds what the rows say, and nothing else.",
        discussion: """
            Lists every object and holds it against the rows: objects that no row names, that should \
            be gone, or that have another size, and files whose object is missing. Each is named.

            Without --repair it only reads, and is safe on a running system. Status 0: all is right. \
            Status 3: something is not. Any other: it could not be checked.
            """)

    /// Tells a wrong bucket from a command that did not run.
    private static let wrongStatus: Int32 = 3

    @Flag(
        help: """
            First remove what is due, and objects older than an hour that no row names. Only on a \
            bucket that no other installation uses.
            """)
    var repair = false

    @Flag(help: "One line of JSON for each finding, and one for the summary.")
    var json = false

    func run() async throws {
        let (json, repair) = (json, repair)
        try await CommandEnvironment.run { settings, logger in
            let (summary, removed) = try await Serving(settings, logger: logger)
                .sweep(repairs: repair) { Self.tell($0, json: json) }
            tell(summary, removed)
            if summary.findings > 0 { throw ExitCode(Self.wrongStatus) }
        }
    }

    private static func tell(_ finding: AssetInventory.Finding, json: Bool) {
        guard json else {
            return Terminal.say("\(finding.kind.rawValue): \(finding.name): \(finding.remark)")
        }
        Terminal.say(json: [
            "rule": finding.kind.rawValue, "subject": finding.name, "finding": finding.remark,
        ])
    }

    private func tell(_ summary: AssetInventory.Summary, _ removed: Int) {
        guard !json else {
            return Terminal.say(json: [
                "objects": summary.objects, "rows": summary.rows, "findings": summary.findings,
                "removed": removed,
            ])
        }
        let verdict = summary.findings == 0 ? "all is right" : "\(summary.findings) are wrong"
        let done = repair ? "\(removed) objects removed. " : ""
        Terminal.say("\(done)\(summary.objects) objects, \(summary.rows) files: \(verdict).")
    }
}
