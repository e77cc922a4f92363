import Foundation
import Ledger
import Postgres
import TestDatabase

@testable import App
@testable import Payments
@testable import Studio

/// People, a server that keeps dying, and a Stripe that delivers as networks do.
struct World {
    private static let people = 3
    private static let jobCredits = 20
    /// Often enough that every place between two statements is hit many times.
    private static let deathShare = 0.15
    private static let passings = 0..<12

    private let database: TestDatabase
    private let pages = Pages()
    private let users: [ID<User>]
    private var server: ServerProcess
    private var dice: SeededGenerator
    private(set) var reference = ReferenceBooks()
    private var stripe = StripeSide()
    /// Sent by Stripe and, as far as the books say, not applied yet.
    private var unapplied: [String: Fact] = [:]
    private var lost: [StripeSide.Event] = []
    private var gifts: Set<String> = []
    private var keys = 0
    private(set) var deaths = 0
    private(set) var refusals = 0

    init(seed: UInt64, database: TestDatabase) async throws {
        self.database = database
        dice = SeededGenerator(seed: seed)
        var users: [ID<User>] = []
        for _ in 0..<Self.people { users.append(try await database.makeUser()) }
        self.users = users
        server = try ServerProcess(on: database, pages: pages)
    }

    // MARK: Steps

    /// Lets one thing happen, then compares the books with the reference.
    /// - Throws: `Disagreement`, and whatever should not have been thrown.
    mutating func step() async throws {
        let roll = Int.random(in: 0..<100, using: &dice)
        switch roll {
        case 0..<12: try await buy()
        case 12..<37: stripeActs()
        case 37..<62: try await deliver()
        case 62..<66: lose()
        case 66..<70: try await recover()
        case 70..<75: try await work()
        case 75..<87: try await spend()
        case 87..<93: try await endJob()
        case 93..<95: try await give()
        case 95..<98: try await crowd()
        default: try await breakConnections()
        }
        try await observe()
        try await compare()
    }

    private mutating func buy() async throws {
        let user = users.randomElement(using: &dice) ?? users[0]
        let pack =
            Bool.random(using: &dice)
            ? Pack(id: "s", name: "Small", credits: 100, price: Price(cents: 700, currency: "eur"))
            : Pack(id: "l", name: "Large", credits: 333, price: Price(cents: 999, currency: "eur"))
        try await mortal { server in
            _ = try await server.checkouts.open(pack, for: user, email: nil)
        }
    }

    private mutating func stripeActs() {
        let before = stripe.outgoing.count
        stripe.act(&dice)
        for event in stripe.outgoing.dropFirst(before) { unapplied[event.id] = event.fact }
    }

    /// Any of the events on their way, in any order, once or in several copies at a time.
    private mutating func deliver() async throws {
        guard let index = stripe.outgoing.indices.randomElement(using: &dice) else { return }
        let event = stripe.outgoing[index]
        let copies = Int.random(in: 1...3, using: &dice)
        let isTaken = try await mortal { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<copies { group.addTask { try await server.receive(event) } }
                try await group.waitForAll()
            }
        }
        // Stripe tries again until it is answered, and sometimes after that.
        if isTaken, Int.random(in: 0..<7, using: &dice) > 0 { stripe.outgoing.remove(at: index) }
    }

    private mutating func lose() {
        guard let index = stripe.outgoing.indices.randomElement(using: &dice) else { return }
        lost.append(stripe.outgoing.remove(at: index))
    }

    private mutating func recover() async throws {
        guard let event = lost.popLast() else { return }
        let isTaken = try await mortal { try await $0.recover(event) }
        if !isTaken { lost.append(event) }
    }

    private mutating func work() async throws {
        try await endPauses()
        try await mortal { _ = try await $0.events.applyDue() }
    }

    private mutating func spend() async throws {
        let person = Int.random(in: 0..<Self.people, using: &dice)
        keys += 1
        let key = "key-\(keys)"
        let mayPay = expectsPayment(by: person, try await unfinished(of: person))
        let user = users[person]
        var isTaken = false
        do {
            isTaken = try await mortal { try await $0.order(by: user, key: key) }
        } catch let error as LedgerError {
            refusals += 1
            guard !mayPay else { throw Disagreement("refused: \(error)") }
            return
        } catch let error as OrderError where error.code == .tooManyUnfinished {
            return
        }
        if isTaken, !mayPay { throw Disagreement("spent what was not there") }
    }

    private func expectsPayment(by person: Int, _ unfinished: Int) -> Bool {
        reference.balance(of: person) >= Self.jobCredits && !reference.mayNotSpend(person)
            && unfinished < 20
    }

    private mutating func endJob() async throws {
        let well = Bool.random(using: &dice)
        try await endLeases()
        try await mortal { try await $0.endJob(well: well) }
    }

    private mutating func give() async throws {
        let person = Int.random(in: 0..<Self.people, using: &dice)
        let email = "\(users[person])@example.com"
        let action = try OperatorAction(.grant, by: "simulation", reason: "a gift")
        try await mortal { server in
            try await server.pool.transaction {
                _ = try Ledger.move(Credits(45), ofPersonWith: email, by: action, in: $0)
            }
        }
    }

    /// Everything at once.
    private mutating func crowd() async throws {
        try await endLeases()
        try await endPauses()
        let events = stripe.outgoing.shuffled(using: &dice).prefix(4)
        let buyers = users
        keys += 1
        let batch = keys
        try await mortal { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for event in events { group.addTask { try await server.receive(event) } }
                for (number, user) in buyers.enumerated() {
                    group.addTask {
                        do {
                            try await server.order(by: user, key: "crowd-\(batch)-\(number)")
                        } catch is LedgerError {
                            // There was too little, or it was held: `compare` knows.
                        } catch is OrderError {
                            // Twenty are under way.
                        }
                    }
                }
                group.addTask { try await server.endJob(well: false) }
                group.addTask { try await server.events.applyDue() }
                try await group.waitForAll()
            }
        }
    }

    /// The database drops every connection while something is under way.
    private mutating func breakConnections() async throws {
        let observer = database.pool
        async let cut: Void = {
            _ = try await observer.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """, as: .owner)
        }()
        do {
            try await deliver()
        } catch let error as PostgresError where error.isUnavailable {
            // What became of it shows in the books.
        }
        try await cut
    }

    // MARK: Dying

    /// Does something in a process that may die at any moment of it, and starts the next one.
    /// - Returns: whether it was done without dying.
    @discardableResult
    private mutating func mortal(
        _ act: @Sendable (ServerProcess) async throws -> Void
    ) async throws -> Bool {
        if Double.random(in: 0..<1, using: &dice) < Self.deathShare {
            server.faultPoint.arm(after: Int.random(in: Self.passings, using: &dice))
        }
        var isDone = true
        do {
            try await act(server)
        } catch is JobQueue.LeaseLost {
            // Somebody else's job by now.
        } catch is FaultPoint.ProcessDied {
            isDone = false
        }
        server.faultPoint.disarm()
        guard server.faultPoint.hasStruck else { return isDone }
        deaths += 1
        await server.pool.close()
        server = try ServerProcess(on: database, pages: pages)
        return false
    }

    private func endPauses() async throws {
        _ = try await database.pool.rows(
            "UPDATE public.stripe_events SET next_attempt_at = now() WHERE applied_at IS NULL",
            as: .service)
    }

    private func endLeases() async throws {
        _ = try await database.pool.rows(
            "UPDATE public.jobs SET lease_until = NULL, next_step_at = now() WHERE stage <> 'done'",
            as: .service)
    }

    private func unfinished(of person: Int) async throws -> Int {
        let rows = try await database.pool.rows(
            """
            SELECT count(*) AS n FROM public.jobs WHERE user_id = \(users[person])
              AND stage <> 'done'
            """, as: .service)
        return try rows.first?.value("n") ?? 0
    }

    // MARK: Looking

    /// Tells the reference what has happened, as far as the books say that it has. What follows
    /// from it for the balances is the reference's own affair.
    private mutating func observe() async throws {
        for purchase in pages.takeAll() {
            let person = users.firstIndex(of: purchase.user) ?? 0
            stripe.open(
                Pages.session(of: purchase.id), for: "\(purchase.id)", of: "\(purchase.user)",
                cents: purchase.price.cents)
            reference.open(
                "\(purchase.id)", by: person, credits: purchase.credits.amount,
                cents: purchase.price.cents)
        }
        let ids = Array(unapplied.keys)
        let found = try await database.pool.rows(
            [
                """
                SELECT id FROM public.stripe_events
                WHERE id = ANY(\(ids)::text[]) AND applied_at IS NOT NULL
                """, "SELECT id, user_id, credits, status FROM public.jobs",
                "SELECT id, subject, amount FROM public.operator_actions",
            ], as: .service)
        for row in found[0] {
            let id = try row.value("id", as: String.self)
            if let fact = unapplied.removeValue(forKey: id) { reference.apply(fact) }
        }
        for row in found[1] { try observe(job: row) }
        for row in found[2] where gifts.insert(try row.value("id")).inserted {
            let user = try row.value("subject", as: ID<User>.self)
            reference.give(try row.value("amount"), to: users.firstIndex(of: user) ?? 0)
        }
    }

    private mutating func observe(job row: Row) throws {
        let id = try row.value("id", as: String.self)
        if reference.jobs[id] == nil {
            let user = try row.value("user_id", as: ID<User>.self)
            reference.spend(
                try row.value("credits"), by: users.firstIndex(of: user) ?? 0, for: id)
        }
        if try row.value("status", as: String.self) == "failed" { reference.fail(id) }
    }

    private func compare() async throws {
        let rows = try await database.pool.rows(
            "SELECT id, balance, spending_held_since IS NOT NULL AS held FROM public.users",
            as: .service)
        for row in rows {
            let person = users.firstIndex(of: try row.value("id")) ?? 0
            let balance = try row.value("balance", as: Int.self)
            guard balance == reference.balance(of: person) else {
                throw Disagreement(
                    "person \(person) has \(balance), the reference says "
                        + "\(reference.balance(of: person))")
            }
            guard try row.value("held") == reference.mayNotSpend(person) else {
                throw Disagreement("person \(person) is held, or not, against the reference")
            }
        }
    }

    /// Every rule of the audit, on these books.
    func audit() async throws {
        let breaches = Found<AuditBreach>()
        _ = try await Audit(database.pool, rules: Serving.auditRules).run { breaches.add($0) }
        guard let first = breaches.all.first else { return }
        throw Disagreement("\(first.rule): \(first.subject): \(first.finding)")
    }

    /// Lets everything arrive in the end. Nothing may be left over.
    mutating func settle() async throws {
        while let event = stripe.outgoing.popLast() { try await server.receive(event) }
        while let event = lost.popLast() { try await server.recover(event) }
        for _ in 0..<3 {
            try await endPauses()
            try await server.events.applyDue()
        }
        try await observe()
        try await compare()
        try await audit()
        guard unapplied.isEmpty else {
            throw Disagreement("never applied: \(unapplied.keys.sorted())")
        }
        await server.pool.close()
    }
}

/// The books and the reference do not agree.
struct Disagreement: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension ServerProcess {
    func order(by user: ID<User>, key: String) async throws {
        let idempotency = Studio.IdempotencyKey(key, request: Data(key.utf8))
        _ = try await studio.take(
            Order(prompt: "The product on a table.", seconds: 4), from: user, key: idempotency)
    }
}
