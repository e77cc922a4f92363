import ArgumentParser
import Client
import Foundation
import Synchronization

/// Makes the videos of a table, some at a time. Each row's key makes it once, however often the
/// batch is run.
struct BatchRun: Sendable {
    private static let tableBytes = 10_000_000

    let client: StudioClient
    let jobs: Int
    let isConfirmed: Bool
    let json: Bool
    let force: Bool

    /// How a row came out.
    struct Outcome: Encodable, Sendable {
        let line: Int
        let output: String
        /// `done`, `present` for a file that was there before, `failed`, `refused`, `stopped`.
        let state: String
        var video: String?
        var credits: Int?
        var message: String?
    }

    func run(_ table: URL, defaults: [String: String], name: String) async throws {
        let plan = try plan(table, defaults, name)
        let missing = plan.items.filter {
            force || !FileManager.default.fileExists(atPath: $0.output.path)
        }
        for item in missing { try item.output.refuseToOverwrite(true) }
        if !missing.isEmpty { try await confirm(missing) }
        let outcomes = try await make(missing)
        let present = plan.items.filter { item in !missing.contains(item) }.map {
            Outcome(line: $0.line, output: $0.output.relativePath, state: "present")
        }
        try summarise((outcomes + present).sorted { $0.line < $1.line })
    }

    private func plan(
        _ table: URL, _ defaults: [String: String], _ name: String
    ) throws -> BatchPlan {
        // Whatever is wrong with it, it is no table.
        guard let data = try? Data(contentsOf: table), data.count <= Self.tableBytes,
            let text = String(data: data, encoding: .utf8)
        else { throw ClientError.file("\(table.relativePath) cannot be read as UTF-8 text.") }
        do {
            return try BatchPlan(
                CSVTable(text), folder: table.absoluteURL.deletingLastPathComponent(),
                defaults: defaults, run: name)
        } catch let problem as CSVTable.Problem {
            throw ClientError.usage("\(table.relativePath): \(problem)")
        } catch let problems as BatchPlan.Problems {
            throw ClientError.usage("\(table.relativePath):\n\(problems)")
        }
    }

    /// Every row is priced, and so checked by the server, before anything is bought.
    private func confirm(_ items: [BatchPlan.Item]) async throws {
        let prices = Mutex<[Int: Int]>([:])
        let problems = Mutex<[Int: String]>([:])
        await each(items) { item in
            do {
                let quote = try await client.ask(
                    "POST", "/v1/quotes", item.order.body(), as: QuoteReply.self)
                prices.withLock { $0[item.line] = quote.value.credits }
            } catch {
                problems.withLock { $0[item.line] = "\(error)" }
            }
        }
        try Task.checkCancellation()
        let found = problems.withLock { $0 }.sorted { $0.key < $1.key }
        guard found.isEmpty else {
            for (line, problem) in found { Terminal.complain("line \(line): \(problem)") }
            Terminal.complain("placemint: Nothing was bought.")
            throw Ending.refused.code
        }
        let total = prices.withLock { $0.values.reduce(0, +) }
        try Confirmation.ask(
            "\(items.count) videos for at most \(total) credits; what an earlier run bought is free",
            isGiven: isConfirmed)
    }

    private func make(_ items: [BatchPlan.Item]) async throws -> [Outcome] {
        let outcomes = Mutex<[Outcome]>([])
        await each(items) { item in
            let outcome = await make(item)
            let count = outcomes.withLock { outcomes in
                outcomes.append(outcome)
                return outcomes.count
            }
            Terminal.progress("\(count) of \(items.count)")
        }
        Terminal.clearProgress()
        return outcomes.withLock { $0 }
    }

    private func make(_ item: BatchPlan.Item) async -> Outcome {
        var outcome = { (state: String, message: String?) in
            Outcome(
                line: item.line, output: item.output.relativePath, state: state, message: message)
        }
        do {
            let video = try await client.ask(
                "POST", "/v1/videos", item.order.body(), key: item.key, as: VideoReply.self
            ).value
            let plain = outcome
            outcome = { state, message in
                var known = plain(state, message)
                known.video = video.id
                known.credits = state == "failed" ? 0 : video.credits
                return known
            }
            _ = try await VideoFollower(client: client, output: item.output, isQuiet: true)
                .follow(video.id)
            try await client.download("/v1/videos/\(video.id.segment)/content", to: item.output)
            return outcome("done", nil)
        } catch let failed as VideoFollower.Failed {
            return outcome("failed", failed.failure.message)
        } catch is CancellationError {
            return outcome("stopped", nil)
        } catch {
            return outcome("refused", "\(error)")
        }
    }

    /// Does something with each, some at a time.
    private func each(
        _ items: [BatchPlan.Item], _ work: @escaping @Sendable (BatchPlan.Item) async -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= jobs { await group.next() }
                if Task.isCancelled { break }
                group.addTask { await work(item) }
            }
        }
    }

    private func summarise(_ outcomes: [Outcome]) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            Terminal.say(try encoder.encode(outcomes))
        } else {
            for outcome in outcomes {
                let note = outcome.message.map { "  \($0)" } ?? ""
                Terminal.say("line \(outcome.line)  \(outcome.state)  \(outcome.output)\(note)")
            }
        }
        let good = outcomes.count { $0.state == "done" || $0.state == "present" }
        let spent = outcomes.compactMap(\.credits).reduce(0, +)
        Terminal.complain("\(good) of \(outcomes.count) videos are there, for \(spent) credits.")
        if Task.isCancelled {
            Terminal.complain("Run it again to go on: nothing is bought twice.")
            throw CancellationError()
        }
        if good < outcomes.count { throw Ending.failed.code }
    }
}
