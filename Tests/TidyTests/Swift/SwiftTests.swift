import Testing

@Suite struct SwiftTests {
    /// Unstructured tasks that have a reason.
    private static let excusedTasks = [
        "Sources/Studio/Jobs/Worker.swift":
            "the lease is handed back although the task that held it was cancelled"
    ]

    @Test func `all Swift files were read`() {
        #expect(SwiftText.sources.count == Repository.paths(in: "Sources", "swift").count)
        #expect(SwiftText.tests.count == Repository.paths(in: "Tests", "swift").count)
        #expect(SwiftText.sources.contains { $0.path == "Sources/Ledger/Ledger.swift" })
    }

    @Test func `files are short enough to read`() {
        expectNone(
            SwiftText.sources.flatMap { SwiftRules.size($0, limit: SwiftRules.linesOfSource) })
        expectNone(SwiftText.tests.flatMap { SwiftRules.size($0, limit: SwiftRules.linesOfTest) })
    }

    @Test func `functions are short enough to see at once`() {
        expectNone((SwiftText.sources + SwiftText.tests).flatMap(SwiftRules.functionLength))
    }

    @Test func `sources contain no banned words`() {
        expectNone(SwiftText.sources.flatMap(SwiftRules.bannedWords))
    }

    @Test func `sources make no promises`() {
        expectNone(SwiftText.sources.flatMap(SwiftRules.promises))
    }

    @Test func `tasks are structured, but for the excused`() {
        let findings = SwiftText.sources.flatMap(SwiftRules.unstructuredTasks)
        expectNone(findings.filter { Self.excusedTasks[$0.path] == nil })
        for path in Self.excusedTasks.keys {
            #expect(findings.count { $0.path == path } == 1, "\(path) needs no excuse, or two")
        }
    }

    @Test func `no error is swallowed without a reason`() {
        expectNone(SwiftText.sources.flatMap(SwiftRules.silentTries))
        expectNone(SwiftText.sources.flatMap(SwiftRules.emptyCatches))
    }

    @Test func `names say what a thing is`() {
        expectNone((SwiftText.sources + SwiftText.tests).flatMap(SwiftRules.names))
    }

    @Test func `tests are named by sentences`() {
        expectNone(SwiftText.tests.flatMap(SwiftRules.testNames))
    }
}
