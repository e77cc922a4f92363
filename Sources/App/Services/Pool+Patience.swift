import Postgres

extension Pool {
    /// Asks, and gives up sooner than the pool itself would: for whoever only wants to know whether
    /// there is an answer.
    /// - Throws: `PostgresError`, `.overloaded` when the time is over; `CancellationError`.
    func rows(
        _ batch: [SQL], as principal: Principal, within limit: Duration
    ) async throws -> [[Row]] {
        try await withThrowingTaskGroup(of: [[Row]].self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.rows(batch, as: principal) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw PostgresError.overloaded
            }
            guard let answers = try await group.next() else { throw PostgresError.overloaded }
            return answers
        }
    }
}
