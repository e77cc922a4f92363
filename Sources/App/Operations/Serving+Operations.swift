package import Foundation
package import Ledger
import Outbound
package import Payments
import Postgres
package import Studio
import VideoModels

/// What an operator does by hand, beside a running server or without one.
extension Serving {
    /// Checks everything that must hold of the books.
    /// - Parameter report: called with each row that breaks a rule.
    /// - Throws: `SettingsError`, `PostgresError`.
    package func audit(_ report: @Sendable (AuditBreach) -> Void) async throws -> Audit.Summary {
        try await withOwnPool { pool in
            try await Audit(pool, rules: Self.auditRules).run(report)
        }
    }

    /// Holds the bucket against the rows.
    /// - Parameters:
    ///   - repairs: whether what may go is removed first.
    ///   - report: called with each finding.
    /// - Returns: what was seen, and how many objects were removed.
    /// - Throws: `SettingsError`, `PostgresError`, `BucketError`, `AssetInventory.RepairError`.
    package func sweep(
        repairs: Bool, _ report: @Sendable (AssetInventory.Finding) -> Void
    ) async throws -> (summary: AssetInventory.Summary, removed: Int) {
        let transport = Transport()
        let outcome: Result<(AssetInventory.Summary, Int), any Error>
        do {
            let bucket = try settings.fileBucket(folder, transport)
            outcome = .success(
                try await withOwnPool { pool in
                    let inventory = AssetInventory(AssetStore(pool: pool, bucket: bucket))
                    let removed = repairs ? try await inventory.repair() : 0
                    return (try await inventory.compare { report($0) }, removed)
                })
        } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        return try outcome.get()
    }

    /// Every rule of the books, by name.
    package static var auditRules: [AuditRule] {
        Ledger.auditRules + JobQueue.auditRules + Purchase.auditRules
    }

    /// Compares with Stripe, and makes good what was missed.
    /// - Parameter window: how far back to look.
    /// - Throws: `SettingsError`, `PostgresError`, `StripeError`.
    package func reconcile(window: Duration) async throws -> Reconciliation.Report {
        try await withPayments { try await $0.reconciliation.run(window: window) }
    }

    /// Has an event tried again that waits for a person.
    /// - Throws: `SettingsError`, `PostgresError`, `StripeEvents.ReviewError`.
    package func retryEvent(_ id: String, by action: OperatorAction) async throws {
        try await withPayments { try await $0.events.retry(id, by: action) }
    }

    /// Puts an event away that waits for a person.
    /// - Throws: `SettingsError`, `PostgresError`, `StripeEvents.ReviewError`.
    package func dismissEvent(_ id: String, by action: OperatorAction) async throws {
        try await withPayments { try await $0.events.dismiss(id, by: action) }
    }

    /// Gives or takes credits by hand.
    /// - Throws: `SettingsError`, `PostgresError`, `OperatorError`, `LedgerError`.
    package func move(
        _ credits: Credits, ofPersonWith email: String, by action: OperatorAction
    ) async throws -> Entry {
        try await withOwnPool { pool in
            try await pool.transaction {
                try Ledger.move(credits, ofPersonWith: email, by: action, in: $0)
            }
        }
    }

    /// Looks at every part that is set up.
    /// - Parameter report: called with each finding.
    /// - Throws: `SettingsError`, `PostgresError` when the embedded database cannot be started.
    package func checkUp(_ report: (Checkup.Finding) -> Void) async throws {
        let transport = Transport()
        try await withServer { database in
            try await withPool(database) { pool in
                // Our own is migrated whenever it is used.
                if case .embedded = settings.database { _ = try await migrator.migrate(pool) }
                await Checkup(
                    settings, pool: pool, migrator: migrator, transport: transport, logger: logger
                ).run(report)
            }
        }
        try await transport.shutdown()
    }

    /// Makes one real clip, which costs what the provider charges.
    /// - Throws: `QuoteError` for a model that is not offered; `VideoModelError`, `ImageError`,
    ///   `ClipError`.
    package func makeLiveClip(
        _ model: String, from photo: URL, to output: URL,
        report: @escaping @Sendable (String) -> Void
    ) async throws {
        let transport = Transport()
        let outcome: Result<Void, any Error>
        do {
            let desk = try ModelDesk(settings, transport: transport)
            let chosen = try desk.catalogue.requestedModel(model)
            guard let adapter = desk.models[chosen.id] else { return }
            outcome = .success(
                try await LiveClip(chosen, adapter, report: report).make(from: photo, to: output))
        } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        try outcome.get()
    }

    private func withPayments<Value: Sendable>(
        _ body: (PaymentDesk) async throws -> Value
    ) async throws -> Value {
        try await withOwnPool { pool in
            let transport = Transport()
            let desk = PaymentDesk(settings, pool: pool, transport: transport, logger: logger)
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(try await body(desk))
            } catch {
                outcome = .failure(error)
            }
            try await transport.shutdown()
            return try outcome.get()
        }
    }

    private func withOwnPool<Value: Sendable>(
        _ body: (Pool) async throws -> Value
    ) async throws -> Value {
        try await withDatabase(holdsLock: false) { try await withPool($0, body) }
    }
}
