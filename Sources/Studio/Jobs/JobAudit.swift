package import Ledger
import Postgres

extension JobQueue {
    /// What must hold between jobs and the ledger: the central fact, from the rows alone.
    package static let auditRules: [AuditRule] = [
        AuditRule(
            "job.debited", "every job has one debit, of its price",
            breaches: """
                SELECT 'jobs ' || job.id AS subject,
                  CASE WHEN entry.seq IS NULL THEN 'no debit'
                    ELSE 'a debit of ' || entry.amount || ' for ' || job.credits END AS finding
                FROM public.jobs AS job
                LEFT JOIN public.credit_ledger AS entry
                  ON entry.kind = 'generation' AND entry.reference = job.id::text
                WHERE entry.seq IS NULL OR entry.amount <> -job.credits
                  OR entry.user_id <> job.user_id
                """),
        AuditRule(
            "job.refunded", "a failed job has one refund of its price, and no other job has one",
            breaches: """
                SELECT 'jobs ' || job.id AS subject,
                  job.status || ', ' || CASE WHEN entry.seq IS NULL THEN 'no refund'
                    ELSE 'a refund of ' || entry.amount || ' for ' || job.credits END AS finding
                FROM public.jobs AS job
                LEFT JOIN public.credit_ledger AS entry
                  ON entry.kind = 'refund' AND entry.reference = job.id::text
                WHERE (job.status = 'failed') <> (entry.seq IS NOT NULL)
                  OR entry.amount <> job.credits OR entry.user_id <> job.user_id
                """),
        AuditRule(
            "job.known", "every debit and refund is of a job",
            breaches: """
                SELECT 'credit_ledger ' || entry.user_id || ' ' || entry.seq AS subject,
                  kind || ' of ' || amount || ' for no job' AS finding
                FROM public.credit_ledger AS entry
                WHERE kind IN ('generation', 'refund')
                  AND NOT EXISTS (SELECT FROM public.jobs WHERE id::text = entry.reference)
                """),
    ]
}
