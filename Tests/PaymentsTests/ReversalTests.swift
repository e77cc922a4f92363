import Foundation
import Testing

@testable import Payments

/// How many credits go back, as arithmetic.
@Suite struct ReversalTests {
    func refund(_ cents: Int, _ status: String = "succeeded") -> Reversal {
        Reversal(
            id: UUID().uuidString, kind: .refund, cents: cents, status: status,
            funds: .untouched, updatedAt: .distantPast)
    }

    func dispute(_ cents: Int, _ status: String, _ funds: Reversal.Funds) -> Reversal {
        Reversal(
            id: UUID().uuidString, kind: .dispute, cents: cents, status: status, funds: funds,
            updatedAt: .distantPast)
    }

    func clawback(
        _ all: [Reversal], credits: Int = 100, paid: Int = 900, reported: Int = 0
    ) -> Int {
        Reversals(credits: credits, paidCents: paid, reportedCents: reported, all: all).clawback
    }

    @Test func `a share is rounded down, and all of it is all of it`() {
        #expect(clawback([]) == 0)
        #expect(clawback([refund(1)]) == 0)
        #expect(clawback([refund(9)]) == 1)
        #expect(clawback([refund(899)]) == 99)
        #expect(clawback([refund(900)]) == 100)
        #expect(clawback([refund(300), refund(300), refund(300)]) == 100)
        #expect(clawback([refund(301), refund(599)]) == 100)
    }

    @Test func `never more than was given`() {
        #expect(clawback([refund(900), refund(900)]) == 100)
        #expect(clawback([refund(900), dispute(900, "lost", .withdrawn)]) == 100)
        #expect(clawback([refund(500)], reported: 2_000) == 100)
    }

    @Test func `what is pending or has failed is not taken`() {
        for status in ["pending", "requires_action", "failed", "canceled"] {
            #expect(clawback([refund(900, status)]) == 0, "\(status)")
        }
    }

    @Test func `a dispute takes while its money is gone, and when it is lost`() {
        let cases: [(String, Reversal.Funds, Int)] = [
            ("needs_response", .untouched, 0), ("needs_response", .withdrawn, 100),
            ("under_review", .withdrawn, 100), ("needs_response", .reinstated, 0),
            ("lost", .untouched, 100), ("lost", .withdrawn, 100), ("won", .withdrawn, 0),
            ("won", .reinstated, 0), ("warning_needs_response", .untouched, 0),
            ("warning_closed", .withdrawn, 0), ("prevented", .untouched, 0),
        ]
        for (status, funds, credits) in cases {
            #expect(clawback([dispute(900, status, funds)]) == credits, "\(status) \(funds)")
        }
    }

    @Test func `the charge's own count stands in for refunds we never heard of`() {
        #expect(clawback([], reported: 450) == 50)
        #expect(clawback([refund(450)], reported: 450) == 50, "not twice")
        #expect(clawback([refund(450), refund(450)], reported: 450) == 100)
        #expect(clawback([refund(450, "failed")], reported: 450) == 0)
        #expect(clawback([refund(450, "pending")], reported: 450) == 0)
    }

    @Test func `nothing was paid, so nothing goes back`() {
        #expect(clawback([refund(5)], paid: 0) == 0)
    }

    @Test func `amounts beyond what fits a product of two numbers do not overflow`() {
        #expect(clawback([refund(.max - 1)], credits: .max - 1, paid: .max) == .max - 2)
    }

    @Test func `news only moves a state forward`() {
        var known = refund(900, "succeeded")
        for (news, expected) in [
            ("pending", "succeeded"), ("failed", "failed"), ("succeeded", "failed"),
        ] {
            known.merge(refund(900, news))
            #expect(known.status == expected)
        }
        var fight = dispute(900, "won", .reinstated)
        fight.merge(dispute(900, "needs_response", .withdrawn))
        #expect(fight.status == "won")
        #expect(fight.funds == .reinstated)
    }

    @Test func `of two ends the later one counts`() {
        var fight = dispute(900, "won", .untouched)
        fight.updatedAt = Date(timeIntervalSince1970: 20)
        var older = dispute(900, "lost", .untouched)
        older.updatedAt = Date(timeIntervalSince1970: 10)
        fight.merge(older)
        #expect(fight.status == "won")
        older.updatedAt = Date(timeIntervalSince1970: 30)
        fight.merge(older)
        #expect(fight.status == "lost")
    }
}
