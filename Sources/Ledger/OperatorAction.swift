import Foundation
package import Postgres

/// Something an operator does by hand. It is on record with who did it and why.
package struct OperatorAction: Sendable {
    package enum Kind: String, Sendable {
        case grant, adjust
        case retryEvent = "retry_event"
        case dismissEvent = "dismiss_event"
    }

    /// Repeating an action under the same id does nothing the second time.
    package let id: ID<OperatorAction>
    let kind: Kind
    /// Who does it: a person's name or address.
    let operatorName: String
    let reason: String

    /// A line of somebody's ledger.
    private static let reasonLimit = 200

    /// - Throws: `OperatorError` when nobody is named, or no reason is.
    package init(
        _ kind: Kind, by operatorName: String, reason: String,
        id: ID<OperatorAction> = .new()
    ) throws {
        guard !operatorName.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty else {
            throw OperatorError.nobodyNamed
        }
        guard !reason.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty,
            reason.count <= Self.reasonLimit
        else {
            throw OperatorError.noReason
        }
        self.id = id
        self.kind = kind
        self.operatorName = operatorName
        self.reason = reason
    }

    /// Writes the action down, once.
    /// - Throws: `OperatorError.idReused` when another action has this id.
    package func record(
        subject: String, amount: Credits? = nil, in transaction: Transaction
    ) throws {
        let made = try transaction.row(
            """
            INSERT INTO public.operator_actions (id, operator, action, subject, amount, reason)
            VALUES (\(id), \(operatorName), \(kind.rawValue), \(subject), \(amount), \(reason))
            ON CONFLICT (id) DO NOTHING RETURNING id
            """)
        guard made == nil else { return }
        let same = try transaction.row(
            """
            SELECT FROM public.operator_actions
            WHERE id = \(id) AND action = \(kind.rawValue) AND subject = \(subject)
              AND amount IS NOT DISTINCT FROM \(amount)::bigint
            """)
        guard same != nil else { throw OperatorError.idReused }
    }
}

/// Why an operator's action was not done.
package enum OperatorError: Error, Equatable, CustomStringConvertible {
    case nobodyNamed
    case noReason
    case idReused
    case noSuchPerson(email: String)
    /// A grant gives; to take, adjust.
    case notPositive
    case zero

    package var description: String {
        switch self {
        case .nobodyNamed: "say who you are"
        case .noReason: "a reason of 1 to 200 characters is needed"
        case .idReused: "this id belongs to another action; repeat that one, or use a new id"
        case .noSuchPerson(let email): "nobody has the address '\(email)'"
        case .notPositive: "a grant is a positive number of credits; 'adjust' takes some away"
        case .zero: "an adjustment of 0 credits changes nothing"
        }
    }
}

extension Ledger {
    /// Gives or takes credits by an operator's hand, and writes down who and why. Where somebody
    /// gave up an address elsewhere and has not come back since, it is the new owner's.
    /// - Returns: the entry; the same one when the action is repeated.
    /// - Throws: `OperatorError`, `LedgerError`.
    package static func move(
        _ credits: Credits, ofPersonWith email: String, by action: OperatorAction,
        in transaction: Transaction
    ) throws -> Entry {
        guard credits != .zero else { throw OperatorError.zero }
        let row = try transaction.row(
            """
            SELECT id FROM public.users WHERE lower(email) = lower(\(email)) AND deleted_at IS NULL
            ORDER BY email_as_of DESC NULLS LAST LIMIT 1
            """)
        guard let user = try row?.value("id", as: ID<User>.self) else {
            throw OperatorError.noSuchPerson(email: email)
        }
        try action.record(subject: "\(user)", amount: credits, in: transaction)
        try transaction.notify(.credits(of: user))
        let reference = "operator:\(action.id)"
        if action.kind == .adjust {
            return try adjust(
                by: credits, of: user, reference: reference, note: action.reason, in: transaction)
        }
        guard credits > .zero else { throw OperatorError.notPositive }
        return try grant(
            credits, to: user, reference: reference, note: action.reason, in: transaction)
    }
}
