import App
import ArgumentParser
import Ledger

struct CreditsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits",
        abstract: "Shows your credits; for operators: gives some, or corrects a balance.",
        discussion: """
            grant and adjust work on the server's database. Every such entry is in the person's ledger for good, with its reason, and on record with \
            who made it. Should the connection break, repeat the command with the same --id.
            """,
        subcommands: [BalanceCommand.self, GrantCredits.self, AdjustCredits.self],
        defaultSubcommand: BalanceCommand.self)
}

struct GrantCredits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Gives credits.")

    @Argument(help: "The person's e-mail address.")
    var email: String

    @Argument(help: "How many credits.")
    var amount: Int

    @OptionGroup var signature: OperatorSignature

    func run() async throws { try await signature.move(amount, email, as: .grant) }
}

struct AdjustCredits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust", abstract: "Corrects a balance, up or down but not below zero.",
        usage: "placemint credits adjust <email> --reason <reason> -- -40")

    @Argument(help: "The person's e-mail address.")
    var email: String

    @Argument(help: "How many credits; negative ones after '--'.")
    var amount: Int

    @OptionGroup var signature: OperatorSignature

    func run() async throws { try await signature.move(amount, email, as: .adjust) }
}

extension OperatorSignature {
    /// More is a slip of the finger.
    private static let amountLimit = 1_000_000

    fileprivate func move(
        _ amount: Int, _ email: String, as kind: OperatorAction.Kind
    ) async throws {
        guard (-Self.amountLimit...Self.amountLimit).contains(amount) else {
            throw ValidationError("at most \(Self.amountLimit) credits at a time")
        }
        try await CommandEnvironment.run { settings, logger in
            let action = try action(kind)
            let entry = try await Serving(settings, logger: logger)
                .move(Credits(amount), ofPersonWith: email, by: action)
            Terminal.say(
                "Entry \(entry.seq) of \(email): \(entry.amount) credits, balance "
                    + "\(entry.balanceAfter). Recorded as \(action.id).")
        }
    }
}
