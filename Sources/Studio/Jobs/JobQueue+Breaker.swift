package import Foundation
import Postgres

/// A provider that is left alone for a while, as its quota, bill or key is the operator's to mend.
package struct Breaker: Equatable, Sendable {
    package let provider: String
    package let openUntil: Date
    package let failures: Int
    /// The provider's words, for the operator.
    package let reason: String
}

extension JobQueue {
    /// The first pause; each next one is twice as long.
    private static let firstBreak = 60.0
    private static let longestBreak = 1_800.0

    /// Leaves a provider alone for a while; longer, if the last while did not help.
    func openBreaker(_ provider: String, reason: String) async throws {
        _ = try await pool.rows(
            """
            INSERT INTO public.provider_breakers (provider, open_until, reason)
            VALUES (\(provider), now() + make_interval(secs => \(Self.firstBreak)),
                    \(String(reason.prefix(300))))
            ON CONFLICT (provider) DO UPDATE
            SET failures = CASE WHEN public.provider_breakers.open_until > now()
                  THEN public.provider_breakers.failures
                  ELSE public.provider_breakers.failures + 1 END,
                open_until = CASE WHEN public.provider_breakers.open_until > now()
                  THEN public.provider_breakers.open_until
                  ELSE now() + make_interval(secs => least(\(Self.longestBreak),
                    \(Self.firstBreak) * power(2, least(public.provider_breakers.failures, 10))))
                  END,
                reason = excluded.reason
            """, as: .service)
    }

    /// The provider works again.
    func closeBreaker(_ provider: String) async throws {
        _ = try await pool.rows(
            "DELETE FROM public.provider_breakers WHERE provider = \(provider)", as: .service)
    }

    /// The providers that are left alone now, or were and nobody has tried them since.
    package func breakers() async throws -> [Breaker] {
        let rows = try await pool.rows(
            """
            SELECT provider, open_until, failures, reason FROM public.provider_breakers
            ORDER BY provider
            """, as: .service)
        return try rows.map { row in
            Breaker(
                provider: try row.value("provider"), openUntil: try row.value("open_until"),
                failures: try row.value("failures"), reason: try row.value("reason"))
        }
    }
}
