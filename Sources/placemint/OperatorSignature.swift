import ArgumentParser
import Foundation
import Ledger
import Postgres

/// Who does something by hand, and why. Both are recorded.
struct OperatorSignature: ParsableArguments {
    @Option(help: "Why. The person concerned can read it.")
    var reason: String

    @Option(help: "Who you are. Your account's name, unless given.")
    var by: String?

    @Option(help: "An id of your own for this action: repeated under it, it is done once.")
    var id: String?

    func validate() throws {
        guard id.map({ ID<OperatorAction>($0) != nil }) ?? true else {
            throw ValidationError("--id must be a UUID")
        }
    }

    func action(_ kind: OperatorAction.Kind) throws -> OperatorAction {
        let environment = ProcessInfo.processInfo.environment
        let name = by ?? environment["SUDO_USER"] ?? environment["USER"] ?? NSUserName()
        return try OperatorAction(
            kind, by: name, reason: reason, id: id.flatMap { ID($0) } ?? .new())
    }
}
