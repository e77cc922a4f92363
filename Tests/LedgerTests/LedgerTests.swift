import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing

@Suite(.database) struct LedgerTests {
    let database: TestDatabase
    var pool: Pool { database.pool }

    init() throws { database = try .current }

    func balance(of user: ID<User>) async throws -> Int {
        try await Statement(pool, of: user).balance().amount
    }

    @Test func `a spend lowers the balance and says what for`() async throws {
        let user = try await database.makeUser(credits: 100)
        let entry = try await pool.transaction {
            try Ledger.spend(Credits(40), by: user, reference: "job-1", note: "Video", in: $0)
        }
        #expect(entry.amount == Credits(-40))
        #expect(entry.balanceAfter == Credits(60))
        #expect(entry.seq == 2)
        #expect(try await balance(of: user) == 60)
        let entries = try await Statement(pool, of: user).entries(limit: 10)
        #expect(entries.map(\.kind) == [.generation, .grant])
    }

    @Test func `a spend past the balance takes nothing and names both numbers`() async throws {
        let user = try await database.makeUser(credits: 30)
        await #expect(
            throws: LedgerError.insufficient(required: Credits(40), balance: Credits(30))
        ) {
            try await pool.transaction {
                try Ledger.spend(Credits(40), by: user, reference: "job-1", note: "", in: $0)
            }
        }
        #expect(try await balance(of: user) == 30)
    }

    @Test func `of 64 parallel spends with credits for five exactly five win`() async throws {
        let user = try await database.makeUser(credits: 50)
        let won = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask { [pool] in
                    do {
                        try await pool.transaction {
                            try Ledger.spend(
                                Credits(10), by: user, reference: "job-\(number)", note: "",
                                in: $0)
                        }
                        return true
                    } catch {
                        #expect(error is LedgerError)
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 5)
        #expect(try await balance(of: user) == 0)
    }

    @Test func `twenty copies of one refund at once give the credits back once`() async throws {
        let user = try await database.makeUser(credits: 40)
        try await pool.transaction {
            try Ledger.spend(Credits(40), by: user, reference: "job-1", note: "", in: $0)
        }
        try await withThrowingTaskGroup(of: Entry.self) { group in
            for _ in 0..<20 {
                group.addTask { [pool] in
                    try await pool.transaction {
                        try Ledger.refund(
                            Credits(40), to: user, reference: "job-1", reason: "failed", in: $0)
                    }
                }
            }
            var seen: Set<Int> = []
            for try await entry in group { seen.insert(entry.seq) }
            #expect(seen == [3])
        }
        #expect(try await balance(of: user) == 40)
    }

    @Test func `a reference with another amount or person is refused`() async throws {
        let user = try await database.makeUser()
        let other = try await database.makeUser()
        try await pool.transaction {
            try Ledger.grant(Credits(5), to: user, reference: "gift", note: "", in: $0)
        }
        for (credits, person) in [(6, user), (5, other)] {
            await #expect(throws: LedgerError.referenceReused(kind: .grant, reference: "gift")) {
                try await pool.transaction {
                    try Ledger.grant(
                        Credits(credits), to: person, reference: "gift", note: "", in: $0)
                }
            }
        }
        #expect(try await balance(of: user) == 5)
        #expect(try await balance(of: other) == 0)
    }

    @Test func `a failure after the spend leaves no trace of it`() async throws {
        struct Stop: Error {}
        let user = try await database.makeUser(credits: 40)
        await #expect(throws: Stop.self) {
            try await pool.transaction { transaction in
                try Ledger.spend(
                    Credits(40), by: user, reference: "job-1", note: "", in: transaction)
                throw Stop()
            }
        }
        #expect(try await balance(of: user) == 40)
    }

    @Test func `an account is opened once, with its welcome`() async throws {
        let user = ID<User>.new()
        for _ in 0..<3 {
            try await pool.transaction {
                try Ledger.open(user, email: "a@example.com", welcome: Credits(20), in: $0)
            }
        }
        #expect(try await balance(of: user) == 20)
    }

    @Test func `history comes newest first, in pages`() async throws {
        let user = try await database.makeUser()
        for number in 1...5 {
            try await pool.transaction {
                try Ledger.grant(
                    Credits(number), to: user, reference: "gift-\(number)", note: "", in: $0)
            }
        }
        let statement = Statement(pool, of: user)
        #expect(try await statement.entries(limit: 2).map(\.seq) == [5, 4])
        #expect(try await statement.entries(before: 4, limit: 2).map(\.seq) == [3, 2])
        #expect(try await statement.entries(before: 1, limit: 2).isEmpty)
    }

    @Test func `a refund says what for and why`() async throws {
        let user = try await database.makeUser(credits: 40)
        let refund = try await pool.transaction { transaction in
            try Ledger.spend(
                Credits(40), by: user, reference: "job-1", note: "Video 'Mug'", in: transaction)
            return try Ledger.refund(
                Credits(40), to: user, reference: "job-1", reason: "took too long",
                in: transaction)
        }
        #expect(refund.note == "Refund of Video 'Mug': took too long")
    }

    @Test func `history can be narrowed to kinds and times`() async throws {
        let user = try await database.makeUser(credits: 100)
        for number in 1...3 {
            try await pool.transaction {
                try Ledger.spend(
                    Credits(10), by: user, reference: "job-\(number)", note: "", in: $0)
            }
        }
        let statement = Statement(pool, of: user)
        #expect(try await statement.entries(.init(kinds: [.grant]), limit: 9).map(\.seq) == [1])
        #expect(
            try await statement.entries(.init(kinds: [.grant, .generation]), limit: 9).count == 4)
        #expect(
            try await statement.entries(
                .init(kinds: [.generation]), before: 4, limit: 1
            ).map(\.seq) == [3])
        #expect(try await statement.entries(.init(since: Date() + 60), limit: 9).isEmpty)
        #expect(try await statement.entries(.init(until: Date() - 60), limit: 9).isEmpty)
        #expect(
            try await statement.entries(
                .init(since: Date() - 60, until: Date() + 60), limit: 9
            ).count == 4)
    }

    @Test func `nothing is spent while spending is held`() async throws {
        let user = try await database.makeUser(credits: 40)
        try await pool.transaction {
            try Ledger.holdSpending(of: user, since: Date(), in: $0)
        }
        await #expect(throws: LedgerError.frozen(balance: Credits(40), .disputed)) {
            try await pool.transaction {
                try Ledger.spend(Credits(1), by: user, reference: "job", note: "", in: $0)
            }
        }
        #expect(try await Statement(pool, of: user).standing().freeze == .disputed)
        try await pool.transaction {
            try Ledger.holdSpending(of: user, since: nil, in: $0)
            try Ledger.spend(Credits(1), by: user, reference: "job", note: "", in: $0)
        }
        #expect(try await balance(of: user) == 39)
    }

    // MARK: By hand

    func act(_ kind: OperatorAction.Kind) throws -> OperatorAction {
        try OperatorAction(kind, by: "ops@example.com", reason: "a courtesy")
    }

    @Test func `an operator's grant is made once, with who and why`() async throws {
        let user = try await database.makeUser()
        let action = try act(.grant)
        for _ in 0..<3 {
            let entry = try await pool.transaction {
                try Ledger.move(
                    Credits(25), ofPersonWith: "\(user)@EXAMPLE.com", by: action, in: $0)
            }
            #expect(entry.note == "a courtesy")
        }
        #expect(try await balance(of: user) == 25)
        let rows = try await pool.rows(
            "SELECT operator, subject, amount FROM public.operator_actions", as: .service)
        #expect(rows.count == 1)
        #expect(try rows.first?.value("operator", as: String.self) == "ops@example.com")
        #expect(try rows.first?.value("subject", as: ID<User>.self) == user)
    }

    @Test func `an adjustment takes no more than there is`() async throws {
        let user = try await database.makeUser(credits: 30)
        let email = "\(user)@example.com"
        await #expect(
            throws: LedgerError.insufficient(required: Credits(31), balance: Credits(30))
        ) {
            try await pool.transaction {
                try Ledger.move(
                    Credits(-31), ofPersonWith: email, by: act(.adjust), in: $0)
            }
        }
        try await pool.transaction {
            try Ledger.move(Credits(-30), ofPersonWith: email, by: act(.adjust), in: $0)
        }
        #expect(try await balance(of: user) == 0)
        let actions = try await pool.rows("SELECT FROM public.operator_actions", as: .service)
        #expect(actions.count == 1, "what was refused is not on record")
    }

    @Test func `an operator's mistakes are refused`() async throws {
        let user = try await database.makeUser(credits: 30)
        let cases: [(Int, String, OperatorAction.Kind, OperatorError)] = [
            (0, "\(user)@example.com", .adjust, .zero),
            (-5, "\(user)@example.com", .grant, .notPositive),
            (5, "nobody@example.com", .grant, .noSuchPerson(email: "nobody@example.com")),
        ]
        for (amount, email, kind, error) in cases {
            await #expect(throws: error) {
                try await pool.transaction {
                    try Ledger.move(Credits(amount), ofPersonWith: email, by: act(kind), in: $0)
                }
            }
        }
        #expect(throws: OperatorError.nobodyNamed) {
            try OperatorAction(.grant, by: " ", reason: "x")
        }
        #expect(throws: OperatorError.noReason) {
            try OperatorAction(.grant, by: "me", reason: " ")
        }
        #expect(try await balance(of: user) == 30)
    }
}
