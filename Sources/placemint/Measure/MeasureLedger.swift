import App
import ArgumentParser
import Foundation
import Ledger
import Payments
import Postgres
import Synchronization

struct MeasureLedger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Spends, and applies payment events, as fast as it can.",
        discussion: "On the database of DATABASE_URL, which it fills with people of its own.")

    private static let secret = "whsec_measure"
    /// More than anybody spends here.
    private static let balance = 100_000_000

    @Option(help: "How long each speed is measured.")
    var seconds = 8

    @Option(help: "People who spend.")
    var people = 1_000

    @Option(help: "Connections, and as many tasks.")
    var connections = 10

    @Option(help: "Payment events to apply.")
    var events = 5_000

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            guard case .external(let url, _) = settings.database else {
                throw ValidationError("DATABASE_URL must be set")
            }
            let pool = Pool(
                try DatabaseSettings(url: url), limits: .init(connections: connections))
            let users = try await makePeople(pool)
            let many = try await spends(by: users, pool)
            let hot = try await spends(by: [users[0]], pool)
            let applied = try await applyEvents(
                StripeEvents(
                    pool: pool, secrets: [Self.secret], policy: PaymentPolicy(livemode: false),
                    logger: logger), pool, of: users)
            await pool.close()
            Terminal.say(json: ["many": many, "hot": hot, "events": applied])
        }
    }

    private func makePeople(_ pool: Pool) async throws -> [ID<User>] {
        let users = (0..<max(1, people)).map { _ in ID<User>.new() }
        try await pool.transaction { transaction in
            for user in users {
                try Ledger.open(
                    user, email: "\(user)@example.com", welcome: Credits(Self.balance),
                    in: transaction)
            }
        }
        return users
    }

    /// Spends a second.
    private func spends(by users: [ID<User>], _ pool: Pool) async throws -> Double {
        let end = ContinuousClock.now + .seconds(seconds)
        let count = try await inParallel { _ in
            guard ContinuousClock.now < end, let user = users.randomElement() else { return false }
            try await pool.transaction {
                _ = try Ledger.spend(
                    Credits(1), by: user, reference: UUID().uuidString, note: "Video", in: $0)
            }
            return true
        }
        return Double(count) / Double(seconds)
    }

    /// Events a second, from the signature to the credits in the balance.
    private func applyEvents(
        _ stripe: StripeEvents, _ pool: Pool, of users: [ID<User>]
    ) async throws -> Double {
        let deliveries = try await openPurchases(pool, of: users)
        let start = ContinuousClock.now
        let count = try await inParallel { number in
            guard number < deliveries.count else { return false }
            let body = deliveries[number]
            let header = StripeSignature.header(for: body, secret: Self.secret, at: Date())
            try await stripe.receive(body, signature: header)
            return true
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private func openPurchases(_ pool: Pool, of users: [ID<User>]) async throws -> [Data] {
        let ids = (0..<events).map { _ in ID<Purchase>.new() }
        try await pool.transaction { transaction in
            for (number, id) in ids.enumerated() {
                try transaction.rows(
                    """
                    INSERT INTO public.purchases
                      (id, user_id, pack, title, credits, amount_cents, currency, checkout_session)
                    VALUES (\(id), \(users[number % users.count]), 'p', 'Pack', 100, 900, 'eur',
                            \("cs_\(id)"))
                    """)
            }
        }
        return try ids.map { try Self.paid($0) }
    }

    private static func paid(_ id: ID<Purchase>) throws -> Data {
        try JSONSerialization.data(withJSONObject: [
            "id": "evt_\(id)", "object": "event", "type": "checkout.session.completed",
            "created": 1_763_800_000, "livemode": false,
            "data": [
                "object": [
                    "id": "cs_\(id)", "object": "checkout.session", "mode": "payment",
                    "livemode": false, "currency": "eur", "amount_subtotal": 900,
                    "amount_total": 900, "payment_status": "paid", "payment_intent": "pi_\(id)",
                    "client_reference_id": "\(id)",
                ]
            ],
        ])
    }

    /// Runs a step again and again, in as many tasks as there are connections, until it says no.
    /// - Returns: how often it said yes.
    private func inParallel(
        _ step: @Sendable @escaping (Int) async throws -> Bool
    ) async throws -> Int {
        let turns = Turns()
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    var count = 0
                    while try await step(turns.take()) { count += 1 }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

/// 0, 1, 2 … each to one taker.
private final class Turns: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}
