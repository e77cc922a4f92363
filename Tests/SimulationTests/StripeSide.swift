import Foundation
import TestDatabase

/// What Stripe does with the sessions it was asked for, and the events it sends about it.
struct StripeSide {
    struct Event: Sendable {
        let id: String
        let body: Data
        let fact: Fact
    }

    private struct Session {
        let id: String
        let purchase: String
        let person: String
        let cents: Int
        var state = State.open
        var refunded = 0
        var pendingRefunds: [(id: String, cents: Int)] = []
        var settledRefunds: [(id: String, cents: Int)] = []
        var dispute: String?
        var isDisputeOver = false

        enum State { case open, awaiting, paid, over }
    }

    private var sessions: [Session] = []
    private var numbers = 0
    /// Sent, and not delivered yet.
    var outgoing: [Event] = []

    mutating func open(_ session: String, for purchase: String, of person: String, cents: Int) {
        guard !sessions.contains(where: { $0.id == session }) else { return }
        sessions.append(Session(id: session, purchase: purchase, person: person, cents: cents))
    }

    /// Lets something happen to some session, and sends what Stripe would send.
    mutating func act(_ dice: inout SeededGenerator) {
        guard let index = sessions.indices.randomElement(using: &dice) else { return }
        let choice = Int.random(in: 0..<10, using: &dice)
        switch sessions[index].state {
        case .open: end(index, choice)
        case .awaiting: settle(index, choice)
        case .paid: takeBack(index, choice, &dice)
        case .over: break
        }
    }

    // MARK: Paying

    private mutating func end(_ index: Int, _ choice: Int) {
        switch choice {
        case 0: finish(index, .over, "expired", "unpaid", .notPaid)
        case 1, 2: finish(index, .awaiting, "completed", "unpaid", .notPaid)
        default: finish(index, .paid, "completed", "paid", .paid)
        }
    }

    private mutating func settle(_ index: Int, _ choice: Int) {
        if choice < 2 {
            finish(index, .over, "async_payment_failed", "unpaid", .notPaid)
        } else {
            finish(index, .paid, "async_payment_succeeded", "paid", .paid)
        }
    }

    private mutating func finish(
        _ index: Int, _ state: Session.State, _ event: String, _ payment: String,
        _ change: Fact.Change
    ) {
        sessions[index].state = state
        let session = sessions[index]
        send(
            "checkout.session." + event,
            [
                "id": session.id, "object": "checkout.session", "mode": "payment",
                "livemode": false, "currency": "eur", "amount_subtotal": session.cents,
                "amount_total": session.cents, "payment_status": payment,
                "status": event == "expired" ? "expired" : "complete",
                "payment_intent": payment == "paid" ? "pi_" + session.id : NSNull(),
                "client_reference_id": session.purchase,
                "metadata": ["order_id": session.purchase, "user_id": session.person],
            ], Fact(purchase: session.purchase, change: change))
    }

    // MARK: Taking back

    private mutating func takeBack(_ index: Int, _ choice: Int, _ dice: inout SeededGenerator) {
        switch choice {
        case 0...2: refund(index, &dice)
        case 3: endRefund(index, &dice)
        case 4: bounceRefund(index, &dice)
        case 5...7: dispute(index, &dice)
        default: break
        }
    }

    private mutating func refund(_ index: Int, _ dice: inout SeededGenerator) {
        let left = sessions[index].cents - sessions[index].refunded
        guard left > 0 else { return }
        let cents = Bool.random(using: &dice) ? left : Int.random(in: 1...left, using: &dice)
        numbers += 1
        let refund = (id: "re_\(numbers)_\(sessions[index].id)", cents: cents)
        sessions[index].refunded += cents
        if Int.random(in: 0..<3, using: &dice) == 0 {
            sessions[index].pendingRefunds.append(refund)
            tell(refund, "refund.created", "pending", 0, index)
        } else {
            sessions[index].settledRefunds.append(refund)
            tell(refund, "refund.created", "succeeded", 1, index)
            tell(refund, "refund.updated", "succeeded", 1, index)
        }
    }

    private mutating func endRefund(_ index: Int, _ dice: inout SeededGenerator) {
        guard let refund = sessions[index].pendingRefunds.popLast() else { return }
        sessions[index].settledRefunds.append(refund)
        tell(refund, "refund.updated", "succeeded", 1, index)
    }

    private mutating func bounceRefund(_ index: Int, _ dice: inout SeededGenerator) {
        guard let refund = sessions[index].settledRefunds.popLast() else { return }
        sessions[index].refunded -= refund.cents
        tell(refund, "refund.failed", "failed", 2, index)
    }

    private mutating func tell(
        _ refund: (id: String, cents: Int), _ type: String, _ status: String, _ state: Int,
        _ index: Int
    ) {
        let session = sessions[index]
        send(
            type,
            [
                "id": refund.id, "object": "refund", "amount": refund.cents, "currency": "eur",
                "status": status, "payment_intent": "pi_" + session.id,
            ],
            Fact(
                purchase: session.purchase,
                change: .refund(refund.id, cents: refund.cents, state: state)))
    }

    private mutating func dispute(_ index: Int, _ dice: inout SeededGenerator) {
        let session = sessions[index]
        guard let id = session.dispute else {
            let new = "dp_" + session.id
            sessions[index].dispute = new
            tell(new, "created", "needs_response", .opened, index)
            tell(new, "funds_withdrawn", "needs_response", .withdrawn, index)
            return
        }
        guard !session.isDisputeOver else { return }
        sessions[index].isDisputeOver = true
        if Bool.random(using: &dice) {
            tell(id, "closed", "won", .won, index)
            tell(id, "funds_reinstated", "won", .reinstated, index)
        } else {
            tell(id, "closed", "lost", .lost, index)
        }
    }

    private mutating func tell(
        _ dispute: String, _ type: String, _ status: String, _ event: Fact.DisputeEvent,
        _ index: Int
    ) {
        let session = sessions[index]
        send(
            "charge.dispute." + type,
            [
                "id": dispute, "object": "dispute", "amount": session.cents, "currency": "eur",
                "status": status, "payment_intent": "pi_" + session.id,
            ],
            Fact(
                purchase: session.purchase,
                change: .dispute(dispute, cents: session.cents, event)))
    }

    // MARK: Sending

    private mutating func send(_ type: String, _ object: [String: Any], _ fact: Fact) {
        numbers += 1
        let event: [String: Any] = [
            "id": "evt_\(numbers)", "object": "event", "type": type,
            "created": 1_763_800_000 + numbers, "livemode": false, "data": ["object": object],
        ]
        // Texts and numbers always encode.
        guard let body = try? JSONSerialization.data(withJSONObject: event) else { return }
        outgoing.append(Event(id: "evt_\(numbers)", body: body, fact: fact))
    }
}
