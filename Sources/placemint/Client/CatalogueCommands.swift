import ArgumentParser
import Client
import Foundation

struct ModelsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Lists the models, with sizes, lengths and prices.")
    static let isPublic = true

    @OptionGroup var options: ServerOptions

    func run(_ client: StudioClient) async throws {
        let answer = try await client.ask(
            "GET", "/v1/models", as: ListReply<ModelReply>.self)
        if options.json { return Terminal.say(answer.json) }
        for model in answer.value.data {
            let lengths = model.seconds.map(String.init).joined(separator: ", ")
            let note = model.available ? "" : "  (temporarily unavailable)"
            Terminal.say("\(model.id)  \(model.name)\(note)", "  seconds: \(lengths)")
            for size in model.sizes {
                let rate = model.creditsPerSecond[size] ?? 0
                Terminal.say("  \(size): \(rate.formatted()) credits a second")
            }
        }
    }
}

struct FormatsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats", abstract: "Lists the UGC formats.")
    static let isPublic = true

    @OptionGroup var options: ServerOptions

    func run(_ client: StudioClient) async throws {
        let answer = try await client.ask(
            "GET", "/v1/formats", as: ListReply<FormatReply>.self)
        if options.json { return Terminal.say(answer.json) }
        let width = answer.value.data.map(\.id.count).max() ?? 0
        for format in answer.value.data {
            let name = format.id.padding(toLength: width, withPad: " ", startingAt: 0)
            Terminal.say("\(name)  \(format.summary) \(format.seconds.min)-\(format.seconds.max) s")
        }
    }
}

/// What a user sees of their credits; operators have `grant` and `adjust`.
struct BalanceCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "Shows your balance, and what moved it last.")

    @OptionGroup var options: ServerOptions

    @Flag(help: "Write the whole history as CSV.")
    var csv = false

    @Option(help: "How many entries to show.")
    var entries = 10

    func validate() throws {
        guard (0...100).contains(entries) else {
            throw ValidationError("--entries must be from 0 to 100")
        }
    }

    func run(_ client: StudioClient) async throws {
        if csv {
            return Terminal.say(try await client.send("GET", "/v1/credits/ledger?format=csv"))
        }
        let balance = try await client.ask("GET", "/v1/credits", as: BalanceReply.self)
        if options.json { return Terminal.say(balance.json) }
        Terminal.say("\(balance.value.balance) credits")
        guard entries > 0 else { return }
        let ledger = try await client.ask(
            "GET", "/v1/credits/ledger?limit=\(entries)", as: ListReply<EntryReply>.self)
        for entry in ledger.value.data {
            let when = Date(timeIntervalSince1970: Double(entry.createdAt))
                .formatted(.iso8601.year().month().day())
            let amount = (entry.amount > 0 ? "+" : "") + String(entry.amount)
            let pad = String(repeating: " ", count: max(0, 7 - amount.count))
            Terminal.say("  \(when) \(pad)\(amount)  \(entry.note ?? entry.kind)")
        }
    }
}
