import Foundation
import Postgres

/// A refund or a dispute of one payment, as it was last heard of.
struct Reversal: Equatable, Sendable {
    enum Kind: String, Sendable {
        case refund, dispute
    }

    /// Where a disputed payment's money is.
    enum Funds: String, Sendable {
        case untouched, withdrawn, reinstated

        var rank: Int {
            switch self {
            case .untouched: 0
            case .withdrawn: 1
            case .reinstated: 2
            }
        }
    }

    /// Stripe's `re_…` or `dp_…`.
    let id: String
    let kind: Kind
    var cents: Int
    var status: String
    var funds: Funds
    /// When Stripe said so.
    var updatedAt: Date

    private static let openDisputes: Set = ["needs_response", "under_review"]
    /// Inquiries: the bank asks, and no money has moved.
    private static let inquiries: Set = ["warning_needs_response", "warning_under_review"]
    private static let wonDisputes: Set = ["won", "warning_closed", "prevented"]

    /// Statuses in the order in which they can follow each other. `nil` for one we do not know.
    var rank: Int? {
        switch (kind, status) {
        case (.refund, "pending"): 0
        case (.refund, "requires_action"): 1
        case (.refund, "succeeded"): 2
        case (.refund, "failed"), (.refund, "canceled"): 3
        case (.dispute, let status) where Self.inquiries.contains(status): 0
        case (.dispute, let status) where Self.openDisputes.contains(status): 1
        case (.dispute, "lost"): 2
        case (.dispute, let status) where Self.wonDisputes.contains(status): 2
        default: nil
        }
    }

    /// Of disputes that nobody has decided yet.
    static let openStatuses = openDisputes.union(inquiries)

    var isOpenDispute: Bool { kind == .dispute && Self.openStatuses.contains(status) }

    /// Whether the money has gone back, or will not come back to us.
    var isTaken: Bool {
        switch kind {
        case .refund: status == "succeeded"
        case .dispute:
            status == "lost" || (funds == .withdrawn && !Self.wonDisputes.contains(status))
        }
    }

    var isPendingRefund: Bool {
        kind == .refund && ["pending", "requires_action"].contains(status)
    }

    var isFailedRefund: Bool { kind == .refund && ["failed", "canceled"].contains(status) }

    /// Takes in news of the same refund or dispute, which may be older than what is known.
    mutating func merge(_ news: Reversal) {
        if let mine = rank, let theirs = news.rank,
            theirs > mine || (theirs == mine && news.updatedAt >= updatedAt)
        {
            status = news.status
            cents = news.cents
            updatedAt = max(updatedAt, news.updatedAt)
        }
        if news.funds.rank > funds.rank { funds = news.funds }
    }
}

/// Everything that was taken back of one paid purchase.
struct Reversals: Equatable, Sendable {
    let credits: Int
    let paidCents: Int
    /// The most that the charge itself said was refunded.
    let reportedCents: Int
    let all: [Reversal]

    /// How many of the purchase's credits are to be clawed back by now: in proportion to the
    /// money, rounded in the person's favour, and exactly all of them when all of it is gone,
    /// however many refunds and disputes took it.
    var clawback: Int {
        guard paidCents > 0 else { return 0 }
        let taken = min(refundedCents + disputedCents, paidCents)
        return Self.share(of: credits, taken, outOf: paidCents)
    }

    /// The refunds themselves count. What the charge reported counts where a refund of it is not
    /// known otherwise; refunds that failed afterwards, or are still pending, are in it too.
    private var refundedCents: Int {
        let known = sum { $0.kind == .refund && $0.isTaken }
        let unsettled = sum { $0.isPendingRefund || $0.isFailedRefund }
        return max(known, reportedCents - unsettled)
    }

    private var disputedCents: Int { sum { $0.kind == .dispute && $0.isTaken } }

    private func sum(_ counts: (Reversal) -> Bool) -> Int {
        all.filter(counts).reduce(0) { $0 + $1.cents }
    }

    /// `floor(whole × part / total)`, without overflow.
    private static func share(of whole: Int, _ part: Int, outOf total: Int) -> Int {
        let product = whole.multipliedFullWidth(by: part)
        return total.dividingFullWidth(product).quotient
    }
}
