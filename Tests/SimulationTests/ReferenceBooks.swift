/// What credits should be, worked out from what has happened in any order: no chain, no database,
/// no running balance. The real ledger has to agree with it after every step.
struct ReferenceBooks {
    struct Purchase {
        let person: Int
        let credits: Int
        let cents: Int
        var isPaid = false
        /// Cents and furthest state of each refund: pending, succeeded, failed.
        var refunds: [String: (cents: Int, state: Int)] = [:]
        var disputes: [String: Dispute] = [:]
    }

    struct Dispute {
        let cents: Int
        var isOver = false
        var isWon = false
        var isWithdrawn = false
        var isReinstated = false
    }

    private(set) var gifts: [Int: Int] = [:]
    private(set) var purchases: [String: Purchase] = [:]
    private(set) var jobs: [String: (person: Int, credits: Int, hasFailed: Bool)] = [:]

    // MARK: What happens

    mutating func give(_ credits: Int, to person: Int) { gifts[person, default: 0] += credits }

    mutating func open(_ purchase: String, by person: Int, credits: Int, cents: Int) {
        guard purchases[purchase] == nil else { return }
        purchases[purchase] = Purchase(person: person, credits: credits, cents: cents)
    }

    mutating func spend(_ credits: Int, by person: Int, for job: String) {
        jobs[job] = (person, credits, false)
    }

    mutating func fail(_ job: String) { jobs[job]?.hasFailed = true }

    mutating func apply(_ fact: Fact) {
        switch fact.change {
        case .paid: purchases[fact.purchase]?.isPaid = true
        case .notPaid: break
        case .refund(let id, let cents, let state):
            let known = purchases[fact.purchase]?.refunds[id]?.state ?? 0
            purchases[fact.purchase]?.refunds[id] = (cents, max(known, state))
        case .dispute(let id, let cents, let event):
            var dispute =
                purchases[fact.purchase]?.disputes[id] ?? Dispute(cents: cents)
            switch event {
            case .opened: break
            case .withdrawn: dispute.isWithdrawn = true
            case .reinstated:
                dispute.isReinstated = true
                dispute.isOver = true
                dispute.isWon = true
            case .won, .lost:
                dispute.isOver = true
                dispute.isWon = event == .won
            }
            purchases[fact.purchase]?.disputes[id] = dispute
        }
    }

    // MARK: What follows

    func balance(of person: Int) -> Int {
        let bought = purchases.values.filter { $0.person == person && $0.isPaid }
            .reduce(0) { $0 + $1.credits - Self.takenBack($1) }
        let spent = jobs.values.filter { $0.person == person && !$0.hasFailed }
            .reduce(0) { $0 + $1.credits }
        return (gifts[person] ?? 0) + bought - spent
    }

    func mayNotSpend(_ person: Int) -> Bool {
        purchases.values.contains { purchase in
            purchase.person == person && purchase.disputes.values.contains { !$0.isOver }
        }
    }

    private static func takenBack(_ purchase: Purchase) -> Int {
        let refunded = purchase.refunds.values.filter { $0.state == 1 }.reduce(0) { $0 + $1.cents }
        let disputed = purchase.disputes.values.filter { dispute in
            dispute.isOver ? !dispute.isWon : dispute.isWithdrawn && !dispute.isReinstated
        }.reduce(0) { $0 + $1.cents }
        let cents = min(refunded + disputed, purchase.cents)
        return purchase.credits * cents / purchase.cents
    }
}

/// Something that one event tells.
struct Fact: Sendable {
    enum Change: Sendable {
        case paid
        /// Expired, failed, or still awaited: none of them moves a credit.
        case notPaid
        /// 0 pending, 1 succeeded, 2 failed.
        case refund(String, cents: Int, state: Int)
        case dispute(String, cents: Int, DisputeEvent)
    }

    enum DisputeEvent: Sendable {
        case opened, withdrawn, reinstated, won, lost
    }

    let purchase: String
    let change: Change
}
