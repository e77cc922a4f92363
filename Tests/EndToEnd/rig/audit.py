"""Goes over a server's books and shelves, and finds what should not be there."""
import hashlib

from rig.server import wait_until

# Each query finds only what breaks a rule.
RULES = {
    "every ledger counts 1, 2, 3 without a gap": """
        SELECT user_id FROM public.credit_ledger GROUP BY user_id
        HAVING min(seq) <> 1 OR max(seq) <> count(*)""",
    "every entry continues the one before": """
        SELECT * FROM (
          SELECT user_id, seq, amount, balance_after, coalesce(lag(balance_after) OVER (
            PARTITION BY user_id ORDER BY seq), 0) AS before FROM public.credit_ledger) AS entry
        WHERE before + amount <> balance_after""",
    "every balance is the sum of its entries": """
        SELECT id, balance, sum(amount) FROM public.users AS person
        LEFT JOIN public.credit_ledger ON user_id = id GROUP BY id
        HAVING balance <> coalesce(sum(amount), 0) OR person.seq <> count(amount)""",
    "nobody owes but for a payment taken back": """
        SELECT id, balance FROM public.users WHERE balance < 0 AND NOT EXISTS (
          SELECT FROM public.credit_ledger WHERE user_id = id AND kind = 'clawback')""",
    "every job is debited once, and refunded once if and only if it failed": """
        SELECT job.id, job.status, job.credits, debits, refunds
        FROM public.jobs AS job
        CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE kind = 'generation' AND amount = -job.credits) AS debits,
                 count(*) FILTER (WHERE kind = 'refund' AND amount = job.credits) AS refunds,
                 count(*) AS entries
          FROM public.credit_ledger
          WHERE reference = job.id::text AND user_id = job.user_id) AS entry
        WHERE debits <> 1 OR refunds <> (job.status = 'failed')::int
          OR entries <> debits + refunds""",
    "every debit and refund belongs to a job": """
        SELECT * FROM public.credit_ledger
        WHERE kind IN ('generation', 'refund')
          AND NOT EXISTS (SELECT FROM public.jobs WHERE jobs.id::text = reference)""",
    "every paid purchase is in the ledger once, and no other is": """
        SELECT purchase.id, status, count(entry.seq) FROM public.purchases AS purchase
        LEFT JOIN public.credit_ledger AS entry ON entry.kind = 'purchase'
          AND entry.reference = purchase.id::text AND entry.user_id = purchase.user_id
          AND entry.amount = purchase.credits
        GROUP BY purchase.id HAVING count(entry.seq) <> (status = 'paid')::int""",
    "what was clawed back of a purchase is in the ledger, and never more than it gave": """
        SELECT purchase.id, clawed_back, sum(amount) FROM public.purchases AS purchase
        LEFT JOIN public.credit_ledger AS entry ON entry.user_id = purchase.user_id
          AND kind IN ('clawback', 'reinstatement') AND reference LIKE purchase.id || '/%'
        GROUP BY purchase.id
        HAVING clawed_back <> coalesce(-sum(amount), 0) OR clawed_back > credits""",
    "every completed job that was not deleted has its three files": """
        SELECT job.id FROM public.jobs AS job
        WHERE status = 'completed' AND deleted_at IS NULL AND 3 <> (
          SELECT count(*) FROM public.assets AS asset
          WHERE asset.id IN (video_asset_id, poster_asset_id, spritesheet_asset_id)
            AND stored_at IS NOT NULL AND asset.deleted_at IS NULL)""",
}


def audit(server):
    """Asserts that the books add up and that the stored files are exactly the recorded ones."""
    for rule, query in RULES.items():
        assert server.rows(query) == [], rule
    audit_files(server)


def audit_files(server):
    # A late clip may be stored at any moment. Its rows come first, so what was there before the
    # rows were read has to have one, and what is said to be there has to be found afterwards.
    before = set(server.objects)
    assets = {asset["object_key"]: asset for asset in server.rows(
        "SELECT object_key, bytes, sha256, stored_at, deleted_at, purged_at FROM public.assets")}
    objects = server.objects
    orphans = before - set(assets)
    assert not orphans, f"nobody's files: {orphans}"
    for key, asset in assets.items():
        if asset["stored_at"] and not asset["deleted_at"]:
            content = objects[key].read_bytes()
            assert len(content) == asset["bytes"], key
            assert hashlib.sha256(content).hexdigest() == asset["sha256"], key
        assert not (asset["purged_at"] and key in objects), f"{key} was said to be gone"


def audit_halves(server):
    """Asserts that of files whose writers died nothing stays. Nobody may be writing any more."""
    server.age_unfinished()
    wait_until(lambda: not list(server.unfinished.iterdir()), 20, "the end of half-written files")


def finished(server):
    """Whether no job is under way."""
    return server.rows("SELECT count(*) AS n FROM public.jobs WHERE stage <> 'done'")[0]["n"] == 0
