import Foundation
import Postgres
import TestDatabase

/// One person's sound books with a line of every kind, past the tables' own checks.
struct SampleBooks: Sendable {
    let user: ID<User>
    let failed = UUID()
    let completed = UUID()
    let purchase = UUID()
    let open = UUID()

    /// Puts the rows' keys in the place of `$user`, `$failed` and so on.
    func name(in text: String) -> String {
        let names: [(String, String)] = [
            ("$user", "\(user)"), ("$failed", failed.uuidString.lowercased()),
            ("$completed", completed.uuidString.lowercased()),
            ("$purchase", purchase.uuidString.lowercased()),
            ("$open", open.uuidString.lowercased()),
        ]
        return names.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    static func write(_ database: TestDatabase) async throws -> SampleBooks {
        let books = SampleBooks(user: try await database.makeUser())
        let action = UUID().uuidString.lowercased()
        let lines: [(amount: Int, kind: String, reference: String)] = [
            (100, "grant", "a welcome"), (-20, "generation", "$failed"),
            (20, "refund", "$failed"), (-20, "generation", "$completed"),
            (500, "purchase", "$purchase"), (-250, "clawback", "$purchase/1"),
            (-5, "adjustment", "operator:\(action)"), (25, "reinstatement", "$purchase/2"),
        ]
        var balance = 0
        var script = rows + "INSERT INTO operator_actions VALUES ('\(action)', 'ops', 'adjust', "
        script += "'$user', -5, 'a slip', now());"
        for (index, line) in lines.enumerated() {
            balance += line.amount
            script += """
                UPDATE users SET balance = \(balance), seq = \(index + 1) WHERE id = '$user';
                INSERT INTO credit_ledger
                VALUES ('$user', \(index + 1), \(line.amount), \(balance), '\(line.kind)',
                        '\(line.reference)', NULL, now());
                """
        }
        try await database.pool.runScript(
            books.name(in: "SET LOCAL search_path = public;" + script))
        return books
    }

    private static let rows = """
        INSERT INTO assets (id, user_id, kind, object_key, mime, bytes, sha256)
        VALUES ('$user', '$user', 'video', 'clip', 'video/mp4', 1, repeat('0', 64));
        INSERT INTO jobs (id, user_id, model, provider, backdrop, prompt, seconds, size, credits,
          status, stage, deadline_at, error_code, video_asset_id)
        VALUES
          ('$failed', '$user', 'm', 'p', 'soft', 'x', 4, '720x1280', 20, 'failed', 'done', now(),
           'model_error', NULL),
          ('$completed', '$user', 'm', 'p', 'soft', 'x', 4, '720x1280', 20, 'completed', 'done',
           now(), NULL, '$user');
        INSERT INTO purchases (id, user_id, pack, credits, amount_cents, currency, status, paid_at,
          paid_cents, clawed_back, reversal_entries)
        VALUES ('$purchase', '$user', 'p', 500, 900, 'eur', 'paid', now(), 900, 225, 2);
        INSERT INTO purchases (id, user_id, pack, credits, amount_cents, currency)
        VALUES ('$open', '$user', 'p', 500, 900, 'eur');

        """
}
