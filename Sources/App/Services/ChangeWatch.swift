import Logging
import Postgres
import Studio

/// Finds what changed for the people who have event streams open, by asking the database: for
/// where it cannot announce it.
///
/// A row names the transaction that wrote it (`xmin`). What changed since the last question are the
/// rows of transactions that were not over then, so nothing is missed however late one commits.
struct ChangeWatch: Sendable {
    /// Streams tell what happened within two seconds: half of that is ours.
    static let pause = Duration.seconds(1)
    /// The videos of a person that are looked at, the newest. All that are under way are among
    /// them (a person may have 20), but for one that a hundred others overtook.
    private static let videos = 100

    let pool: Pool
    let hub: EventHub
    let logger: Logger

    /// Where the last question stood.
    struct Mark: Sendable {
        /// The oldest transaction that was not over.
        var horizon: String
        /// What was told of transactions since then; a long one elsewhere keeps them in sight.
        var told: Set<Change>
    }

    /// A row as one transaction left it.
    struct Change: Hashable, Sendable {
        /// As the database would announce it.
        let payload: String
        let transaction: String
    }

    /// Runs until cancelled.
    func run() async {
        var mark: Mark?
        while !Task.isCancelled {
            do {
                mark = try await look(since: mark)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Cannot ask for changes", metadata: ["error": "\(error)"])
                mark = nil
            }
            // Cancellation ends the sleep and then the loop.
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Tells the open streams what changed since a mark; everything, without one.
    /// - Returns: where the next question starts; `nil` when nobody waits for an answer.
    /// - Throws: `PostgresError`, `CancellationError`.
    func look(since mark: Mark?) async throws -> Mark? {
        let people = hub.watched
        guard !people.isEmpty else { return nil }
        guard let mark else {
            let rows = try await pool.rows(Self.horizon, as: .service)
            guard let row = rows.first else { return nil }
            let (_, changes) = try await ask(about: people, since: try row.value("horizon"))
            hub.resync()
            return Mark(horizon: try row.value("horizon"), told: Set(changes))
        }
        let (horizon, changes) = try await ask(about: people, since: mark.horizon)
        for change in changes where !mark.told.contains(change) { hub.announce(change.payload) }
        return Mark(horizon: horizon, told: Set(changes))
    }

    private func ask(
        about people: [ID<User>], since horizon: String
    ) async throws -> (horizon: String, [Change]) {
        let answers = try await pool.rows(
            [Self.horizon, Self.changes(of: people, since: horizon)], as: .service)
        let next = try answers.first?.first?.value("horizon", as: String.self)
        let changes = try answers.last?.map { row in
            Change(payload: try row.value("payload"), transaction: try row.value("transaction"))
        }
        return (next ?? horizon, changes ?? [])
    }

    /// Asked before the changes, so that none falls between two questions.
    private static let horizon: SQL =
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon"

    /// `age` counts transactions back from now; what is older than half of all numbers looks as if
    /// it were yet to come.
    private static func changes(of people: [ID<User>], since horizon: String) -> SQL {
        """
        WITH watched AS (SELECT unnest(\(people.map(\.description))::uuid[]) AS id),
        since AS (SELECT age(\(horizon)::xid8::xid) AS age)
        SELECT CASE WHEN deleted_at IS NULL THEN 'credits ' ELSE 'account ' END || id AS payload,
               person.xmin::text AS transaction
        FROM public.users AS person JOIN watched USING (id)
        WHERE age(person.xmin) BETWEEN 0 AND (SELECT age FROM since)
        UNION ALL
        SELECT 'video ' || watched.id || ' ' || job.id, job.version::text
        FROM watched CROSS JOIN LATERAL (
          SELECT jobs.id, jobs.xmin AS version FROM public.jobs WHERE user_id = watched.id
          ORDER BY created_at DESC, id DESC LIMIT \(videos)) AS job
        WHERE age(job.version) BETWEEN 0 AND (SELECT age FROM since)
        """
    }
}
