import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing

@testable import Payments

/// Refunds and disputes, as events on a real ledger.
@Suite(.database) struct TakingBackTests {
    let rig: PaymentRig

    init() throws { rig = PaymentRig(try .current) }

    // MARK: Refunds

    @Test func `a full refund takes back exactly what was given, however often it is told`()
        async throws
    {
        let purchase = try await rig.buyer()
        for type in ["refund.created", "refund.updated", "charge.refunded", "refund.updated"] {
            let object =
                type.hasPrefix("charge")
                ? rig.charge(purchase, refunded: 900) : rig.refund(purchase)
            try await rig.deliver(type, object)
        }
        #expect(try await rig.entries(of: purchase) == ["purchase 500", "clawback -500"])
        #expect(try await rig.breaches() == [])
    }

    @Test func `partial refunds add up without a credit too many`() async throws {
        let purchase = try await rig.buyer()
        for (number, cents) in [333, 1, 1, 565].enumerated() {
            try await rig.deliver(
                "refund.created", rig.refund(purchase, "re_\(number)", cents: cents))
        }
        // floor(500 × 333/900) = 185, of 334: 185, of 335: 186, of 900: 500.
        #expect(
            try await rig.entries(of: purchase)
                == ["purchase 500", "clawback -185", "clawback -1", "clawback -314"])
        #expect(try await rig.breaches() == [])
    }

    @Test func `a refund is taken when it succeeds, and given back when it fails`() async throws {
        let purchase = try await rig.buyer()
        try await rig.deliver("refund.created", rig.refund(purchase, "re_1", cents: 900, "pending"))
        #expect(try await rig.balance(of: purchase) == 500)
        try await rig.deliver("refund.updated", rig.refund(purchase))
        #expect(try await rig.balance(of: purchase) == 0)
        try await rig.deliver("refund.failed", rig.refund(purchase, "re_1", cents: 900, "failed"))
        // An old copy comes late.
        try await rig.deliver("refund.updated", rig.refund(purchase))
        #expect(
            try await rig.entries(of: purchase)
                == ["purchase 500", "clawback -500", "reinstatement 500"])
        #expect(try await rig.breaches() == [])
    }

    @Test func `a charge that tells of a refund first is not counted twice`() async throws {
        let purchase = try await rig.buyer()
        try await rig.deliver("charge.refunded", rig.charge(purchase, refunded: 450))
        #expect(try await rig.balance(of: purchase) == 250)
        try await rig.deliver("refund.created", rig.refund(purchase, "re_1", cents: 450))
        #expect(try await rig.balance(of: purchase) == 250)
        try await rig.deliver("refund.created", rig.refund(purchase, "re_2", cents: 450))
        try await rig.deliver("charge.refunded", rig.charge(purchase, refunded: 900))
        #expect(try await rig.balance(of: purchase) == 0)
    }

    @Test func `a refund that is heard of before the payment is kept until then`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await rig.deliver("refund.created", rig.refund(purchase))
        #expect(try await rig.state(of: purchase) == (.open, 0))
        try await rig.deliver("checkout.session.completed", rig.session(purchase))
        #expect(try await rig.balance(of: purchase) == 500)
        // The payment woke the refund: its pause is over.
        try await rig.events.applyDue()
        #expect(try await rig.balance(of: purchase) == 0)
    }

    @Test func `after spending, a refund leaves a debt that has to be paid first`() async throws {
        let purchase = try await rig.buyer()
        try await rig.spend(400, by: purchase.user, for: "job-1")
        try await rig.deliver("refund.created", rig.refund(purchase))
        #expect(try await rig.freeze(of: purchase) == .owes(Credits(400)))
        await #expect(
            throws: LedgerError.frozen(
                balance: Credits(-400), .owes(Credits(400)))
        ) {
            try await rig.spend(1, by: purchase.user, for: "job-2")
        }
        let next = try await rig.open(by: purchase.user)
        try await rig.deliver("checkout.session.completed", rig.session(next))
        #expect(try await rig.freeze(of: purchase) == nil)
        try await rig.spend(100, by: purchase.user, for: "job-2")
    }

    @Test func `a refund that is not what it should be waits for a person`() async throws {
        let purchase = try await rig.buyer()
        var dollars = rig.refund(purchase)
        dollars["currency"] = "usd"
        try await rig.deliver("refund.created", dollars)
        try await rig.deliver(
            "refund.created", rig.refund(purchase, "re_2", cents: 900, "vanished"))
        try await rig.deliver("refund.created", rig.refund(purchase, "re_3", cents: -5))
        #expect(try await rig.balance(of: purchase) == 500)
        #expect(try await rig.reviews().count == 3)
    }

    // MARK: Disputes

    @Test func `an open dispute stops spending, a won one changes nothing`() async throws {
        let purchase = try await rig.buyer()
        try await rig.deliver("charge.dispute.created", rig.dispute(purchase))
        #expect(try await rig.balance(of: purchase) == 500)
        #expect(try await rig.freeze(of: purchase) == .disputed)
        await #expect(throws: LedgerError.frozen(balance: Credits(500), .disputed)) {
            try await rig.spend(1, by: purchase.user, for: "job-1")
        }
        try await rig.deliver("charge.dispute.funds_withdrawn", rig.dispute(purchase))
        #expect(try await rig.balance(of: purchase) == 0)
        try await rig.deliver(
            "charge.dispute.closed", rig.dispute(purchase, "dp_1", cents: 900, "won"))
        try await rig.deliver(
            "charge.dispute.funds_reinstated", rig.dispute(purchase, "dp_1", cents: 900, "won"))
        #expect(
            try await rig.entries(of: purchase)
                == ["purchase 500", "clawback -500", "reinstatement 500"])
        #expect(try await rig.freeze(of: purchase) == nil)
        #expect(try await rig.breaches() == [])
    }

    @Test func `a lost dispute takes the credits once`() async throws {
        let purchase = try await rig.buyer()
        for (type, status) in [
            ("charge.dispute.created", "needs_response"),
            ("charge.dispute.funds_withdrawn", "needs_response"),
            ("charge.dispute.updated", "under_review"), ("charge.dispute.closed", "lost"),
        ] {
            try await rig.deliver(type, rig.dispute(purchase, "dp_1", cents: 900, status))
        }
        #expect(try await rig.entries(of: purchase) == ["purchase 500", "clawback -500"])
        #expect(try await rig.freeze(of: purchase) == nil)
    }

    @Test func `a dispute's events in any order end the same`() async throws {
        let steps = [
            ("charge.dispute.created", "needs_response"),
            ("charge.dispute.funds_withdrawn", "needs_response"),
            ("charge.dispute.closed", "won"), ("charge.dispute.funds_reinstated", "won"),
        ]
        for order in [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2], [0, 2, 1, 3]] {
            let purchase = try await rig.buyer()
            for index in order {
                let (type, status) = steps[index]
                try await rig.deliver(
                    type, rig.dispute(purchase, "dp_\(purchase.id)", cents: 900, status))
            }
            #expect(try await rig.balance(of: purchase) == 500, "\(order)")
            #expect(try await rig.freeze(of: purchase) == nil, "\(order)")
        }
        #expect(try await rig.breaches() == [])
    }

    @Test func `spending stays stopped until the last dispute is over`() async throws {
        let first = try await rig.buyer()
        let second = try await rig.open(by: first.user)
        try await rig.deliver("checkout.session.completed", rig.session(second))
        try await rig.deliver("charge.dispute.created", rig.dispute(first, "dp_1"))
        try await rig.deliver("charge.dispute.created", rig.dispute(second, "dp_2"))
        try await rig.deliver(
            "charge.dispute.closed", rig.dispute(first, "dp_1", cents: 900, "won"))
        #expect(try await rig.freeze(of: first) == .disputed)
        try await rig.deliver(
            "charge.dispute.closed", rig.dispute(second, "dp_2", cents: 900, "warning_closed"))
        #expect(try await rig.freeze(of: first) == nil)
        #expect(try await rig.breaches() == [])
    }

    @Test func `a refund and a lost dispute together take back no more than was given`()
        async throws
    {
        let purchase = try await rig.buyer()
        try await rig.deliver("refund.created", rig.refund(purchase, "re_1", cents: 600))
        try await rig.deliver("charge.dispute.created", rig.dispute(purchase))
        try await rig.deliver(
            "charge.dispute.closed", rig.dispute(purchase, "dp_1", cents: 900, "lost"))
        #expect(try await rig.balance(of: purchase) == 0)
        // The refund bounces; the dispute still takes everything.
        try await rig.deliver("refund.failed", rig.refund(purchase, "re_1", cents: 600, "failed"))
        #expect(try await rig.balance(of: purchase) == 0)
        #expect(try await rig.breaches() == [])
    }

    @Test func `an early fraud warning is a person's to judge`() async throws {
        let purchase = try await rig.buyer()
        try await rig.deliver(
            "radar.early_fraud_warning.created",
            ["id": "issfr_1", "payment_intent": PaymentRig.payment(of: purchase)])
        #expect(try await rig.state(of: purchase) == (.paid, 500))
        #expect(try await rig.reviews().first?.contains("fraud") == true)
    }

    // MARK: At once

    @Test func `refunds, disputes and spending at once leave books that add up`() async throws {
        let purchase = try await rig.buyer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await rig.deliver(
                        "refund.created", rig.refund(purchase, "re_\(number)", cents: 112))
                }
                group.addTask {
                    // Refused once too little is left.
                    try? await rig.spend(40, by: purchase.user, for: "job-\(number)")
                }
                group.addTask {
                    try await rig.deliver(
                        "charge.dispute.closed",
                        rig.dispute(purchase, "dp_\(number % 2)", cents: 900, "won"))
                }
            }
            try await group.waitForAll()
        }
        let spent = 40 * (try await rig.entries(of: purchase).count { $0 == "generation -40" })
        let taken = 500 * 896 / 900
        #expect(try await rig.balance(of: purchase) == 500 - spent - taken)
        #expect(try await rig.breaches() == [])
    }
}
