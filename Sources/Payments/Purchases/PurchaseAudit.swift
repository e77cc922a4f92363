package import Ledger
import Postgres

extension Purchase {
    /// What must hold between purchases and the ledger.
    package static let auditRules: [AuditRule] = [
        AuditRule(
            "purchase.granted", "a paid purchase has given its credits once, and no other has",
            breaches: """
                SELECT 'purchases ' || purchase.id AS subject,
                  status || ', ' || CASE WHEN entry.seq IS NULL THEN 'nothing given'
                    ELSE entry.amount || ' given for ' || credits END AS finding
                FROM public.purchases AS purchase
                LEFT JOIN public.credit_ledger AS entry
                  ON entry.kind = 'purchase' AND entry.reference = purchase.id::text
                WHERE (status = 'paid') <> (entry.seq IS NOT NULL)
                  OR entry.amount <> purchase.credits OR entry.user_id <> purchase.user_id
                """),
        AuditRule(
            "purchase.known", "what was bought, clawed back or reinstated is of a purchase",
            breaches: """
                SELECT 'credit_ledger ' || entry.user_id || ' ' || entry.seq AS subject,
                  kind || ' of ' || amount || ' for no purchase of this person' AS finding
                FROM public.credit_ledger AS entry
                WHERE kind IN ('purchase', 'clawback', 'reinstatement')
                  AND NOT EXISTS (
                    SELECT FROM public.purchases AS purchase
                    WHERE purchase.id::text = split_part(entry.reference, '/', 1)
                      AND purchase.user_id = entry.user_id)
                """),
        AuditRule(
            "purchase.clawed_back",
            "what was clawed back is in the ledger, and is never more "
                + "than was given",
            breaches: """
                SELECT 'purchases ' || purchase.id AS subject,
                  'clawed back ' || clawed_back || ' of ' || credits || ', in the ledger '
                    || coalesce(reversed, 0) || ' in ' || coalesce(entries, 0) || ' of '
                    || reversal_entries || ' entries' AS finding
                FROM public.purchases AS purchase
                LEFT JOIN (
                  SELECT split_part(reference, '/', 1) AS purchase, user_id,
                    -sum(amount) AS reversed, count(*) AS entries
                  FROM public.credit_ledger WHERE kind IN ('clawback', 'reinstatement')
                  GROUP BY 1, 2
                ) AS ledger
                  ON ledger.purchase = purchase.id::text AND ledger.user_id = purchase.user_id
                WHERE clawed_back <> coalesce(reversed, 0)
                  OR reversal_entries <> coalesce(entries, 0)
                  OR clawed_back NOT BETWEEN 0 AND credits
                  OR (clawed_back > 0 AND status <> 'paid')
                """),
        AuditRule(
            "purchase.held", "spending is held while a payment is disputed, and only then",
            breaches: """
                SELECT 'users ' || person.id AS subject,
                  CASE WHEN spending_held_since IS NULL THEN 'not held, and '
                    ELSE 'held, and ' END || coalesce(disputes, 0) || ' open disputes' AS finding
                FROM public.users AS person
                LEFT JOIN (
                  SELECT purchase.user_id, count(*) AS disputes
                  FROM public.purchase_reversals AS reversal
                  JOIN public.purchases AS purchase ON purchase.id = reversal.purchase_id
                  WHERE reversal.kind = 'dispute'
                    AND reversal.status = ANY (\(Reversal.openStatuses.sorted())::text[])
                  GROUP BY purchase.user_id
                ) AS open ON open.user_id = person.id
                WHERE (spending_held_since IS NOT NULL) <> (disputes IS NOT NULL)
                """),
    ]
}
