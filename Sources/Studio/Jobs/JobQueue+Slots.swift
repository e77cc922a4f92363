import Postgres
import VideoModels

/// How many jobs may be at a model and at its provider at once, across all processes.
struct SlotLimits: Equatable, Sendable {
    let model: String
    let provider: String
    let ofModel: Int
    /// `nil` when the provider has no limit of its own.
    let ofProvider: Int?

    init(model: String, provider: String, ofModel: Int, ofProvider: Int? = nil) {
        self.model = model
        self.provider = provider
        self.ofModel = ofModel
        self.ofProvider = ofProvider
    }
}

extension JobQueue {
    /// Whether there is a free slot at this moment; `takeSlot` alone decides.
    func hasSlot(_ limits: SlotLimits) async throws -> Bool {
        try await pool.transaction { try Self.isFree(limits, in: $0) }
    }

    /// Moves a job into a slot.
    /// - Returns: `false`, with nothing written, when all are taken or the provider is left alone.
    /// - Throws: `LeaseLost`.
    func takeSlot(
        _ machine: JobMachine, _ claim: Claim, _ limits: SlotLimits
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            try transaction.rows(
                """
                SELECT pg_advisory_xact_lock(hashtextextended('slots:' || \(limits.provider), 0))
                """)
            guard try Self.isFree(limits, in: transaction) else { return false }
            try Self.write(machine, claim, lease: Self.leaseEnd, in: transaction)
            return true
        }
    }

    private static func isFree(
        _ limits: SlotLimits, in transaction: Transaction
    ) throws -> Bool {
        let row = try transaction.row(
            """
            SELECT count(*) AS at_provider, count(*) FILTER (WHERE stage = 'submitting') AS asking,
              count(*) FILTER (WHERE model = \(limits.model)) AS at_model,
              (SELECT open_until > now() FROM public.provider_breakers
               WHERE provider = \(limits.provider)) AS open
            FROM public.jobs
            WHERE provider = \(limits.provider) AND stage IN ('submitting', 'rendering')
            """)
        guard let row else { return false }
        guard try row.value("at_model") < limits.ofModel,
            try row.value("at_provider") < limits.ofProvider ?? .max
        else { return false }
        switch try row.optional("open", as: Bool.self) {
        case nil: return true
        case true?: return false
        // Its time is over, and nobody knows whether it helped: one job finds out.
        case false?: return try row.value("asking") == 0
        }
    }
}
