/// Why credits were not moved.
package enum LedgerError: Error, Equatable {
    case insufficient(required: Credits, balance: Credits)
    /// A payment was taken back or is disputed: nothing can be spent.
    case frozen(balance: Credits, Standing.Freeze)
    /// The same kind and reference moved another amount, or another person's credits, before.
    case referenceReused(kind: Entry.Kind, reference: String)
    case noSuchUser
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .insufficient(let required, let balance):
            "You need \(required) credits and have \(balance)."
        case .frozen(_, let freeze): freeze.description
        case .referenceReused(let kind, let reference):
            "The \(kind.rawValue) '\(reference)' is in the ledger with another amount or person."
        case .noSuchUser:
            "There is no such account."
        }
    }
}
