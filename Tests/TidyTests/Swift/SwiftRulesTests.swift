import Testing

/// Every rule finds its violation, and nothing in what only looks like one.
@Suite struct SwiftRulesTests {
    private func lines(_ rule: (SwiftText) -> [Finding], _ text: String) -> [Int] {
        rule(SwiftText(path: "Sources/Sample.swift", text)).map(\.line)
    }

    @Test func `long files are found`() {
        let text = SwiftText(path: "Long.swift", String(repeating: "\n", count: 501))
        #expect(SwiftRules.size(text, limit: 501).isEmpty)
        #expect(SwiftRules.size(text, limit: 500).map(\.line) == [1])
    }

    @Test(arguments: ["func f() {", "init?(_ a: [Int] = []) {", "var sum: Int {"])
    func `long functions are found`(opening: String) {
        let body = { String(repeating: "    use(\"}\") // }\n", count: $0) }
        #expect(lines(SwiftRules.functionLength, "\n\(opening)\n\(body(57))}\n").isEmpty)
        #expect(lines(SwiftRules.functionLength, "\n\(opening)\n\(body(58))}\n") == [2])
    }

    @Test(
        arguments: zip(
            [
                "try! f()", "fatalError()", "preconditionFailure(\"no\")", "print(1)",
                "public let a",
            ],
            [
                "try f()", "throw FatalError()", "precondition(true)", "page.print(1)",
                "\"public let a\"  // public",
            ]))
    func `banned words are found in code alone`(bad: String, good: String) {
        #expect(lines(SwiftRules.bannedWords, "let b = 1\n\(bad)") == [2])
        #expect(lines(SwiftRules.bannedWords, good).isEmpty)
        #expect(lines(SwiftRules.bannedWords, "/* \(bad) */ let c = \"\(bad)\"").isEmpty)
    }

    @Test func `promises are found in comments`() {
        #expect(lines(SwiftRules.promises, "let a = 1\n// TO" + "DO: later") == [2])
        #expect(lines(SwiftRules.promises, "let todo = 1").isEmpty)
    }

    @Test(arguments: ["Task {", "Task.detached {", "Task(priority: .low) {", "let a = Task { b"])
    func `unstructured tasks are found`(text: String) {
        #expect(lines(SwiftRules.unstructuredTasks, text) == [1])
    }

    @Test(arguments: ["group.addTask {", "// Task {", "\"Task {\"", "Task.sleep(for: x)"])
    func `other tasks are not`(text: String) {
        #expect(lines(SwiftRules.unstructuredTasks, text).isEmpty)
    }

    @Test func `a silent try needs a remark nearby`() {
        #expect(lines(SwiftRules.silentTries, "try? f()") == [1])
        #expect(lines(SwiftRules.silentTries, "/// Documents f.\ntry? f()") == [2])
        #expect(lines(SwiftRules.silentTries, "// far\n\n\ntry? f()") == [4])
        #expect(lines(SwiftRules.silentTries, "// near\n\ntry? f()").isEmpty)
        #expect(lines(SwiftRules.silentTries, "try? f()  // beside").isEmpty)
        #expect(lines(SwiftRules.silentTries, "\"\"\"\n try? f()\n \"\"\"").isEmpty)
    }

    @Test func `an empty catch needs a remark inside`() {
        #expect(lines(SwiftRules.emptyCatches, "do {\n} catch {\n}") == [2])
        #expect(lines(SwiftRules.emptyCatches, "} catch let error as A {}") == [1])
        #expect(lines(SwiftRules.emptyCatches, "} catch {\n // gone already\n}").isEmpty)
        #expect(lines(SwiftRules.emptyCatches, "} catch { throw b }").isEmpty)
    }

    @Test(arguments: ["JobManager", "Utils", "DefaultBucket", "BucketImpl", "HTTPHelper", "Core"])
    func `vague names are found`(name: String) {
        #expect(lines(SwiftRules.names, "let a = 1\nstruct \(name) {}") == [2])
        let file = SwiftText(path: "Sources/\(name)+Facet.swift", "")
        #expect(SwiftRules.names(file).map(\.line) == [1])
    }

    @Test(arguments: ["Defaults", "Default", "Score", "Implicit", "Commons", "ManagedClip"])
    func `plain names are not`(name: String) {
        #expect(lines(SwiftRules.names, "struct \(name) {}").isEmpty)
    }

    @Test func `tests without a sentence are found`() {
        #expect(lines(SwiftRules.testNames, "@Test func works() {}") == [1])
        #expect(lines(SwiftRules.testNames, "@Test(arguments: [1])\n func works() {}") == [2])
        #expect(lines(SwiftRules.testNames, "@Test func `it works`() {}\nfunc help() {}").isEmpty)
        #expect(lines(SwiftRules.testNames, "@Test func `it works`() {\nfunc help() {}").isEmpty)
    }
}
