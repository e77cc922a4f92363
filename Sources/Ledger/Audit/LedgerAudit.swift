import Postgres

extension Ledger {
    /// What must hold of balances and entries by themselves.
    package static let auditRules: [AuditRule] = [
        AuditRule(
            "chain.numbered", "entries are numbered 1, 2, 3 … for each person",
            breaches: """
                SELECT \(entrySubject), 'it follows number ' || before AS finding
                FROM (
                  SELECT user_id, seq, lag(seq, 1, 0::bigint) OVER person AS before
                  FROM public.credit_ledger
                  WINDOW person AS (PARTITION BY user_id ORDER BY seq)
                ) AS entry
                WHERE seq <> before + 1
                """),
        AuditRule(
            "chain.continued", "every entry continues the balance of the one before",
            breaches: """
                SELECT \(entrySubject),
                  before || ' and ' || amount || ' make ' || before + amount || ', not '
                    || balance_after AS finding
                FROM (
                  SELECT user_id, seq, amount, balance_after,
                    lag(balance_after, 1, 0::bigint) OVER person AS before
                  FROM public.credit_ledger
                  WINDOW person AS (PARTITION BY user_id ORDER BY seq)
                ) AS entry
                WHERE balance_after <> before + amount
                """),
        AuditRule(
            "balance.last", "a balance is the sum of its entries, and the last one's",
            breaches: """
                SELECT 'users ' || person.id AS subject,
                  'the balance is ' || balance || ' at number ' || person.seq || '; '
                    || coalesce(entries, 0) || ' entries make ' || coalesce(total, 0) AS finding
                FROM public.users AS person
                LEFT JOIN (
                  SELECT user_id, sum(amount) AS total, max(seq) AS last, count(*) AS entries
                  FROM public.credit_ledger GROUP BY user_id
                ) AS ledger ON user_id = person.id
                WHERE balance <> coalesce(total, 0) OR person.seq <> coalesce(last, 0)
                """),
        AuditRule(
            "entry.owned", "every entry belongs to a person",
            breaches: """
                SELECT \(entrySubject), 'there is no such person' AS finding
                FROM public.credit_ledger AS entry
                WHERE NOT EXISTS (SELECT FROM public.users WHERE id = entry.user_id)
                """),
        AuditRule(
            "entry.signed", "what is spent or clawed back is negative, what is given positive",
            breaches: """
                SELECT \(entrySubject), kind || ' of ' || amount AS finding
                FROM public.credit_ledger AS entry
                WHERE amount = 0 OR CASE kind
                  WHEN 'generation' THEN amount > 0
                  WHEN 'clawback' THEN amount > 0
                  WHEN 'adjustment' THEN false
                  ELSE amount < 0 END
                """),
        AuditRule(
            "entry.covered", "only a clawback takes a balance below zero",
            breaches: """
                SELECT \(entrySubject), kind || ' leaves ' || balance_after AS finding
                FROM public.credit_ledger AS entry
                WHERE balance_after < 0 AND amount < 0 AND kind <> 'clawback'
                """),
        AuditRule(
            "entry.once", "nothing is in the ledger twice",
            breaches: """
                SELECT 'credit_ledger ' || kind || ' ' || reference AS subject,
                  count(*) || ' entries' AS finding
                FROM public.credit_ledger GROUP BY kind, reference HAVING count(*) > 1
                """),
        AuditRule(
            "adjustment.recorded", "what an operator moved is on record with who and why",
            breaches: """
                SELECT \(entrySubject), kind || ' of ' || amount || ' by nobody' AS finding
                FROM public.credit_ledger AS entry
                WHERE (kind = 'adjustment' OR (kind = 'grant' AND reference LIKE 'operator:%'))
                  AND NOT EXISTS (
                    SELECT FROM public.operator_actions AS action
                    WHERE entry.reference = 'operator:' || action.id
                      AND action.amount = entry.amount
                      AND action.subject = entry.user_id::text)
                """),
    ]

    private static let entrySubject: SQL =
        "'credit_ledger ' || entry.user_id || ' ' || entry.seq AS subject"
}
