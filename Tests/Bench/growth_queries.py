"""What the server asks, as it asks it. The names stand beside it where it is asked."""
import re

SERVICE = """SELECT set_config('role', 'service_role', true),
       set_config('statement_timeout', '8000', true);"""
PERSON = """SELECT set_config('role', 'authenticated', true),
       set_config('request.jwt.claims',
                  '{"sub":"' || :person::text || '","role":"authenticated"}', true),
       set_config('statement_timeout', '8000', true);"""

JOB = """id, user_id, model, provider, format, brief, backdrop, prompt, seconds, size, credits,
  image_asset_id, crop, title, video_asset_id, poster_asset_id, spritesheet_asset_id, remixed_from,
  created_at, completed_at, cancel_requested_at IS NOT NULL AS cancelled, remix_method,
  late_until, request_id, stage, progress, provider_job_id, submit_token, attempts, started_at,
  rendered_at, deadline_at, error_code"""
ENTRY = "seq, amount, balance_after, kind, reference, note, created_at"

# Studio.take, with Ledger.spend
UNFINISHED = "SELECT count(*) FROM public.jobs WHERE user_id = :person::uuid AND stage <> 'done';"
TAKE = f"""{SERVICE}
WITH debit AS (
  UPDATE public.users SET balance = balance - 40, seq = seq + 1
  WHERE id = :person::uuid AND balance >= 40 AND deleted_at IS NULL
    AND spending_held_since IS NULL
  RETURNING id, seq, balance
)
INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference, note)
SELECT id, seq, -40, balance, 'generation', :job::text, 'Video' FROM debit
RETURNING {ENTRY};
{UNFINISHED}
INSERT INTO public.jobs
  (id, user_id, model, provider, backdrop, prompt, seconds, size, credits, deadline_at)
VALUES (:job::uuid, :person::uuid, 'animatic', 'animatic', 'soft', 'The product on a table.', 8,
        '720x1280', 40, now() + interval '10 minutes')
RETURNING id;
SELECT pg_notify('placemint_jobs', '');
SELECT pg_notify('placemint_events', 'video ' || :person::text || ' ' || :job::text);
SELECT pg_notify('placemint_events', 'credits ' || :person::text);
"""
# JobQueue.isFree
COUNT_SLOTS = """SELECT count(*) AS at_provider,
  count(*) FILTER (WHERE stage = 'submitting') AS asking,
  count(*) FILTER (WHERE model = 'sora-2') AS at_model,
  (SELECT open_until > now() FROM public.provider_breakers WHERE provider = 'videos_api') AS open
FROM public.jobs WHERE provider = 'videos_api' AND stage IN ('submitting', 'rendering');"""
# Statement.standing
BALANCE = f"""{PERSON}
SELECT balance, seq, spending_held_since IS NOT NULL AS held FROM public.users
WHERE id = :person::uuid;"""


# Statement.entries
def entries(kinds):
    return f"""{PERSON}
SELECT {ENTRY} FROM public.credit_ledger
WHERE user_id = :person::uuid AND seq < 9223372036854775807::bigint
  AND kind = ANY ('{{{kinds}}}'::text[])
  AND (created_at >= NULL::timestamptz) IS NOT FALSE
  AND (created_at < NULL::timestamptz) IS NOT FALSE
ORDER BY seq DESC LIMIT 21::bigint;"""


ENTRIES = entries("adjustment,clawback,generation,grant,purchase,refund,reinstatement")
# JobList.page
VIDEOS = f"""{PERSON}
SELECT {JOB} FROM public.jobs WHERE user_id = :person::uuid AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC LIMIT 21;"""
# JobQueue.claiming, for one model with four places
FREE = "(lease_until IS NULL OR lease_until < now())"
CLAIM = f"""{SERVICE}
WITH RECURSIVE waiting (model) AS (
  SELECT min(model) FROM public.jobs WHERE stage = 'queued'
  UNION ALL
  SELECT (SELECT min(job.model) FROM public.jobs AS job
          WHERE job.stage = 'queued' AND job.model > waiting.model)
  FROM waiting WHERE waiting.model IS NOT NULL),
known AS (
  SELECT * FROM (VALUES ('animatic', 'animatic', 4::bigint, 9223372036854775807::bigint))
    AS known (model, provider, of_model, of_provider)),
slot AS (
  SELECT * FROM known
  UNION ALL
  SELECT model, NULL, 9223372036854775807, 9223372036854775807 FROM waiting
  WHERE model IS NOT NULL AND model NOT IN (SELECT model FROM known)),
under_way AS MATERIALIZED (
  SELECT id, next_step_at AS turn FROM public.jobs
  WHERE next_step_at <= now() AND {FREE}
    AND (stage IN ('submitting', 'storing')
      OR (stage = 'rendering' AND provider_job_id IS NULL) OR late_until > now())
  ORDER BY next_step_at LIMIT 4 FOR UPDATE SKIP LOCKED),
overdue AS MATERIALIZED (
  SELECT id, deadline_at AS turn FROM public.jobs
  WHERE stage = 'queued' AND deadline_at <= now() AND next_step_at <= now() AND {FREE}
  ORDER BY deadline_at LIMIT 4 FOR UPDATE SKIP LOCKED),
new AS MATERIALIZED (
  SELECT job.id, job.queue_at AS turn FROM slot
  CROSS JOIN LATERAL (
    SELECT greatest(0, least(
        of_model - count(*) FILTER (WHERE jobs.model = slot.model), of_provider - count(*))) AS free
    FROM public.jobs
    WHERE jobs.provider = slot.provider AND stage IN ('submitting', 'rendering')) AS place
  CROSS JOIN LATERAL (
    SELECT id, queue_at FROM public.jobs
    WHERE stage = 'queued' AND model = slot.model AND next_step_at <= now() AND {FREE}
    ORDER BY queue_at LIMIT least(4, place.free) FOR UPDATE SKIP LOCKED) AS job)
UPDATE public.jobs SET lease_token = gen_random_uuid(), lease_until = now() + interval '30 seconds'
WHERE id IN (
  SELECT id FROM (
    SELECT id, 1 AS part, turn FROM under_way
    UNION ALL SELECT id, 2, turn FROM overdue
    UNION ALL SELECT id, 3, turn FROM new WHERE id NOT IN (SELECT id FROM overdue)) AS found
  ORDER BY part, turn LIMIT 4)
RETURNING {JOB};"""
# JobQueue.claimPolls
POLLS = f"""{SERVICE}
WITH due AS MATERIALIZED (
  SELECT id AS due_id FROM public.jobs
  WHERE stage = 'rendering' AND provider_job_id IS NOT NULL AND next_step_at <= now()
    AND (lease_until IS NULL OR lease_until < now())
  ORDER BY next_step_at LIMIT 100::bigint FOR UPDATE SKIP LOCKED)
UPDATE public.jobs
SET lease_token = gen_random_uuid(), lease_until = now() + interval '60 seconds',
    next_step_at = now() + interval '60 seconds'
FROM due WHERE id = due_id
RETURNING id, user_id, model, provider, cancel_requested_at IS NOT NULL AS cancelled,
  stage, progress, provider_job_id, submit_token, attempts, started_at, rendered_at,
  deadline_at, error_code, request_id, created_at;"""

QUERIES = {
    "create": TAKE,
    "balance": BALANCE,
    "20 entries": ENTRIES,
    "20 entries of one kind": entries("purchase"),
    "20 videos": VIDEOS,
    "unfinished videos": SERVICE + UNFINISHED,
    "idempotency replay": f"""{SERVICE}
SELECT request_hash, {JOB} FROM public.jobs
WHERE user_id = :person::uuid AND idempotency_key = 'a-key';""",
    "worker's claim of 4": CLAIM,
    "poller's claim of 100": POLLS,
    "free slots, 100 in flight": SERVICE + COUNT_SLOTS,
    # QueueStanding.query and PaymentEventStanding.query
    "gauges": f"""{SERVICE}
SELECT stage, count(*) AS jobs,
  coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE stage = 'queued')), 0)
    ::float8 AS oldest
FROM public.jobs WHERE stage IN ('queued', 'submitting', 'storing')
GROUP BY stage
UNION ALL
SELECT 'rendering', count(*), 0::float8 FROM public.jobs
WHERE stage IN ('submitting', 'rendering') AND stage = 'rendering';
SELECT provider FROM public.provider_breakers WHERE open_until > now();
SELECT count(*) FILTER (WHERE review_reason IS NULL) AS waiting,
  count(*) FILTER (WHERE review_reason IS NOT NULL) AS in_review
FROM public.stripe_events WHERE applied_at IS NULL;""",
    # AssetStore.sweep
    "sweep of files": f"""{SERVICE}
SELECT id, object_key FROM public.assets AS asset
WHERE purged_at IS NULL AND (deleted_at < now() - make_interval(secs =>
    CASE WHEN kind = 'product_image' THEN 0::int ELSE 60::int END)
  OR (stored_at IS NULL
    AND (created_at < now() - make_interval(secs => 3600)
      OR (kind = 'frame' AND EXISTS (
        SELECT FROM public.jobs
        WHERE jobs.frame_asset_id = asset.id AND jobs.stage = 'done'
          AND jobs.completed_at <= now() - make_interval(secs => 0))))))
AND NOT EXISTS (
  SELECT FROM public.jobs WHERE jobs.image_asset_id = asset.id AND jobs.stage <> 'done')
AND NOT EXISTS (
  SELECT FROM public.jobs WHERE jobs.frame_asset_id = asset.id AND jobs.stage <> 'done')
ORDER BY created_at LIMIT 100;""",
    # StripeEvents.applyDue
    "payment events due": f"""{SERVICE}
SELECT id, payload::text AS payload FROM public.stripe_events
WHERE applied_at IS NULL AND review_reason IS NULL AND next_attempt_at <= now()
ORDER BY next_attempt_at LIMIT 50::bigint;""",
    # Reconciliation.settleOverdue
    "purchases overdue": f"""{SERVICE}
SELECT checkout_session FROM public.purchases
WHERE status IN ('open', 'awaiting_payment') AND expires_at < now()
  AND checkout_session NOT LIKE 'cs\\_sandbox\\_%'
ORDER BY expires_at LIMIT 1000;""",
    # Reconciliation.findUnpaid: its last page, as all before it are full
    "purchases paid lately": f"""{SERVICE}
SELECT checkout_session FROM public.purchases
WHERE status = 'paid' AND paid_at >= now() - interval '1 hour' AND checkout_session > ''
  AND checkout_session NOT LIKE 'cs\\_sandbox\\_%'
ORDER BY checkout_session LIMIT 100;""",
    # Ledger.move
    "grant by address": f"""{SERVICE}
SELECT id FROM public.users WHERE lower(email) = lower('nobody@example.com')
  AND deleted_at IS NULL ORDER BY email_as_of DESC NULLS LAST LIMIT 1;""",
    # ChangeWatch.changes
    "changes of 100 people": f"""{SERVICE}
WITH watched AS (SELECT id FROM bench_people WHERE n BETWEEN 301 AND 400),
since AS (SELECT 1000 AS age)
SELECT person.xmin::text FROM public.users AS person JOIN watched USING (id)
WHERE age(person.xmin) BETWEEN 0 AND (SELECT age FROM since)
UNION ALL
SELECT job.version::text FROM watched CROSS JOIN LATERAL (
  SELECT jobs.id, jobs.xmin AS version FROM public.jobs WHERE user_id = watched.id
  ORDER BY created_at DESC, id DESC LIMIT 100) AS job
WHERE age(job.version) BETWEEN 0 AND (SELECT age FROM since);""",
}

# An accountant's question, which the server never asks.
MONTH = """SELECT kind, sum(amount) FROM public.credit_ledger
WHERE created_at >= now() - interval '180 days' AND created_at < now() - interval '150 days'
GROUP BY kind;"""

# For pgbench, which chooses one person out of many each time.
CHOOSE = r"""\set n random(1, :people)
SELECT gen_random_uuid() AS job \gset
SELECT id AS person FROM bench_people WHERE n = :n \gset
"""


def bench(query, begin="BEGIN"):
    return f"{CHOOSE}{begin};\n{query}\nCOMMIT;\n"


CREATE = bench(TAKE)
SPEEDS = {
    "creates": CREATE, "balances": bench(BALANCE, "BEGIN READ ONLY"),
    "pages of 20 entries": bench(ENTRIES, "BEGIN READ ONLY"),
    "pages of 20 videos": bench(VIDEOS, "BEGIN READ ONLY"),
}
# A spend and nothing else, for what becomes of users' rows.
HOT = bench(TAKE.split(UNFINISHED)[0])

TAKE_SLOT = f"""BEGIN;
{SERVICE}
SELECT pg_advisory_xact_lock(hashtextextended('slots:' || 'videos_api', 0));
{COUNT_SLOTS}
COMMIT;
"""

# What becomes of a job: taken, its slot, its name at the provider, two questions, its end.
LIFE = CREATE + "".join(f"BEGIN;\n{SERVICE}\n{update}\nCOMMIT;\n" for update in (
    "UPDATE public.jobs SET lease_token = :job::uuid, lease_until = now() + interval '30 seconds'"
    " WHERE id = :job::uuid;",
    "UPDATE public.jobs SET status = 'in_progress', stage = 'submitting', submit_token ="
    " :job::uuid, attempts = 1, next_step_at = now() WHERE id = :job::uuid;",
    "UPDATE public.jobs SET lease_until = now() + interval '30 seconds' WHERE id = :job::uuid;",
    "UPDATE public.jobs SET stage = 'rendering', provider_job_id = :job::text, started_at = now(),"
    " lease_until = NULL, next_step_at = now() + interval '2 seconds' WHERE id = :job::uuid;",
    "UPDATE public.jobs SET lease_until = now() + interval '60 seconds', next_step_at = now() +"
    " interval '60 seconds' WHERE id = :job::uuid;",
    "UPDATE public.jobs SET progress = 40, lease_until = NULL, next_step_at = now() +"
    " interval '5 seconds' WHERE id = :job::uuid;",
    "UPDATE public.jobs SET stage = 'storing', lease_until = NULL, next_step_at = now()"
    " WHERE id = :job::uuid;",
    "UPDATE public.jobs SET lease_until = now() + interval '30 seconds' WHERE id = :job::uuid;",
    "UPDATE public.jobs SET status = 'completed', stage = 'done', progress = 100, completed_at ="
    " now(), video_asset_id = (SELECT photo FROM bench_people WHERE n = 1), lease_until = NULL,"
    " next_step_at = now() WHERE id = :job::uuid;",
))


def without_notices(script):
    return re.sub(r"SELECT pg_notify\(.*\);\n", "", script)
