"""A grown installation: people, their ledgers, purchases, files and jobs, as a year leaves them.

Rows are written past the triggers and in the order of time, as they would have come, and are sound:
`placemint audit` finds nothing in them.
"""
import json
import sys
import urllib.request

from release_server import ROOT

sys.path.append(str(ROOT / "Tests/Fakes"))

from stripe_fake.fake import FakeStripe
from stripe_orders import COMPLETED, KEY, buy

JOBS_EACH, GRANTS_EACH = 2, 7
# One of so many jobs failed and was refunded.
FAILED = 20
# One person of the large installation has made this many videos.
HEAVY = 10_000
# Jobs at a provider, and jobs that wait for a worker, in the small one and in the large one.
FLYING, WAITING = 100, 20

BRIEF = {
    "product": "Stoneware mug", "description": "Hand-thrown stoneware, 350 ml, speckled glaze",
    "holder": "a woman in her thirties in a linen shirt", "setting": "a sunlit kitchen",
    "line": "I have used it every morning for a month, and it still makes me smile.",
    "call_to_action": "Get yours", "language": "en"}
ORDER = {"model": "animatic", "brief": BRIEF, "seconds": "8"}

# Ids begin with their time, as the server's do.
FUNCTIONS = """
CREATE FUNCTION bench_id(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
    || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid
$$;
"""

# What happened, in one list: `k` numbers what is of one kind and person.
EVENTS = f"""
CREATE TABLE bench_people AS
  SELECT n, bench_id(at) AS id, at, bench_id(at) AS photo, bench_id(at) AS purchase
  FROM (SELECT n, now() - interval '365 days' * (1 - n / (1.01 * %(people)d)) AS at
        FROM generate_series(1, %(people)d) AS n) AS people;
ALTER TABLE bench_people ADD PRIMARY KEY (n);
CREATE UNLOGGED TABLE bench_events AS
  SELECT n, id AS person, at, 1000000::bigint AS amount, 'purchase' AS kind, purchase AS reference
  FROM bench_people
  UNION ALL
  SELECT n, person, at, -40, 'generation', bench_id(at)
  FROM (SELECT n, id AS person, at + random() * (now() - at) AS at
        FROM bench_people, generate_series(1, {JOBS_EACH})) AS jobs
  UNION ALL
  SELECT n, person, at, 1, 'grant', bench_id(at)
  FROM (SELECT n, id AS person, at + random() * (now() - at) AS at
        FROM bench_people, generate_series(1, {GRANTS_EACH})) AS grants;
INSERT INTO bench_events
  SELECT n, person, at + interval '1 minute', 40, 'refund', reference FROM bench_events
  WHERE kind = 'generation' AND hashtext(reference::text) %% {FAILED} = 0;
"""

FILL = """
SET session_replication_role = replica;
SET work_mem = '256MB';
INSERT INTO public.users (id, email, email_as_of, created_at)
  SELECT id, 'person-' || n || '@example.com', at, at FROM bench_people ORDER BY n;
INSERT INTO public.credit_ledger
  (user_id, seq, amount, balance_after, kind, reference, note, created_at)
  SELECT person, row_number() OVER own, amount, sum(amount) OVER own, kind, reference,
    CASE kind WHEN 'generation' THEN 'Video' WHEN 'purchase' THEN 'Studio'
      WHEN 'refund' THEN 'Refund of Video: model failed' ELSE 'Courtesy' END, at
  FROM bench_events WINDOW own AS (PARTITION BY n ORDER BY at, reference, kind)
  ORDER BY at;
-- Not by UPDATE, which would leave every row twice.
CREATE TEMP TABLE last AS SELECT DISTINCT ON (user_id) user_id, seq, balance_after
  FROM public.credit_ledger ORDER BY user_id, seq DESC;
DELETE FROM public.users WHERE id IN (SELECT id FROM bench_people);
VACUUM public.users;
INSERT INTO public.users (id, email, email_as_of, created_at, balance, seq)
  SELECT id, 'person-' || n || '@example.com', at, at, balance_after, seq
  FROM bench_people JOIN last ON user_id = id ORDER BY n;
INSERT INTO public.purchases
  (id, user_id, pack, title, credits, amount_cents, paid_cents, currency, status, paid_at,
   checkout_session, payment_intent, customer_email, created_at, expires_at)
  SELECT purchase, id, 'studio', 'Studio', 1000000, 2900, 2900, 'usd', 'paid', at,
    'cs_live_' || md5(id::text) || md5(purchase::text), 'pi_' || md5(photo::text),
    'person-' || n || '@example.com', at, at + interval '1 hour'
  FROM bench_people ORDER BY n;
INSERT INTO public.stripe_events (id, type, payload, received_at, applied_at, next_attempt_at)
  SELECT 'evt_' || md5(purchase::text), 'checkout.session.completed',
    jsonb_set(%(event)s::jsonb, '{data,object,metadata,user_id}', to_jsonb(id::text)),
    at, at, at FROM bench_people ORDER BY n;
CREATE UNLOGGED TABLE bench_jobs AS
  SELECT e.reference AS id, person, e.at, hashtext(reference::text) %% %(failed)d = 0 AS is_failed,
    photo, bench_id(e.at) AS video, bench_id(e.at) AS poster, bench_id(e.at) AS sheet
  FROM bench_events AS e JOIN bench_people USING (n) WHERE kind = 'generation';
INSERT INTO public.assets
  (id, user_id, kind, object_key, filename, mime, bytes, sha256, width, height, seconds,
   created_at, stored_at)
  SELECT id, person, kind, replace(person::text || '/' || kind || '/' || id, '-', '') || '.jpg',
    name, mime, bytes, md5(id::text) || md5(person::text), 720, 1280, NULL, at, at
  FROM (
    SELECT photo AS id, id AS person, 'product_image' AS kind, 'mug.jpg' AS name,
      'image/jpeg' AS mime, 400000 AS bytes, at FROM bench_people
    UNION ALL
    SELECT unnest(ARRAY[video, poster, sheet]), person,
      unnest(ARRAY['video', 'poster', 'spritesheet']), NULL,
      unnest(ARRAY['video/mp4', 'image/jpeg', 'image/jpeg']),
      unnest(ARRAY[3000000, 60000, 120000]), at
    FROM bench_jobs WHERE NOT is_failed) AS files
  ORDER BY at;
INSERT INTO public.jobs
  (id, user_id, model, provider, format, brief, backdrop, prompt, seconds, size, credits,
   image_asset_id, status, stage, progress, provider_job_id, submit_token, attempts, lease_token,
   next_step_at, deadline_at, error_code, error_message, video_asset_id, poster_asset_id,
   spritesheet_asset_id, idempotency_key, request_hash, request_id, created_at, started_at,
   rendered_at, completed_at)
  SELECT job.id, person, 'sora-2', 'videos_api', like_this.format, like_this.brief,
    like_this.backdrop, like_this.prompt, 8, '720x1280', 40, photo,
    CASE WHEN is_failed THEN 'failed' ELSE 'completed' END, 'done',
    CASE WHEN is_failed THEN 0 ELSE 100 END, 'video_' || md5(job.id::text), gen_random_uuid(), 1,
    gen_random_uuid(), at, at + interval '30 minutes',
    CASE WHEN is_failed THEN 'model_error' END, CASE WHEN is_failed THEN 'The model failed.' END,
    CASE WHEN NOT is_failed THEN video END, CASE WHEN NOT is_failed THEN poster END,
    CASE WHEN NOT is_failed THEN sheet END, gen_random_uuid()::text,
    md5(job.id::text) || md5(photo::text), 'req_' || md5(person::text), at, at, at,
    at + interval '1 minute'
  FROM bench_jobs AS job, bench_template AS like_this ORDER BY at;
DROP TABLE bench_events, bench_jobs;
"""

# One who made thousands of videos, and jobs on their way, whose debits are there too.
ALIVE = f"""
SET session_replication_role = replica;
CREATE TABLE bench_heavy AS SELECT bench_id(now()) AS id;
CREATE TEMP TABLE more AS
  SELECT bench_id(now()) AS id, heavy.id AS person, 'done' AS stage
  FROM bench_heavy AS heavy, generate_series(1, %(heavy)d)
  UNION ALL
  SELECT bench_id(now()), id, CASE WHEN n <= {FLYING} THEN 'rendering' ELSE 'queued' END
  FROM bench_people WHERE n <= {FLYING + WAITING};
CREATE TEMP TABLE debits AS
  SELECT more.id AS job, person, row_number() OVER own + coalesce(seq, 1) AS seq,
    coalesce(balance, 10000000) - sum(40) OVER own AS balance
  FROM more LEFT JOIN public.users ON users.id = person
  WINDOW own AS (PARTITION BY person ORDER BY more.id);
INSERT INTO public.users (id, email, balance, seq)
  SELECT id, 'heavy@example.com', 10000000, 1 FROM bench_heavy;
INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference, note)
  SELECT id, 1, 10000000, 10000000, 'grant', 'bench:' || id, 'Courtesy' FROM bench_heavy
  UNION ALL SELECT person, seq, -40, balance, 'generation', job::text, 'Video' FROM debits;
UPDATE public.users AS u SET balance = d.balance, seq = d.seq
  FROM (SELECT DISTINCT ON (person) * FROM debits ORDER BY person, seq DESC) AS d
  WHERE u.id = d.person;
INSERT INTO public.jobs
  (id, user_id, model, provider, format, brief, backdrop, prompt, seconds, size, credits, status,
   stage, provider_job_id, submit_token, deadline_at, video_asset_id, next_step_at)
  SELECT more.id, person, 'sora-2', 'videos_api', format, brief, backdrop, prompt, 8, '720x1280',
    40, CASE stage WHEN 'done' THEN 'completed' WHEN 'queued' THEN 'queued' ELSE 'in_progress' END,
    stage, CASE stage WHEN 'queued' THEN NULL ELSE 'video_' || md5(more.id::text) END,
    gen_random_uuid(), now() + interval '1 day', CASE stage WHEN 'done' THEN photo END,
    now() - interval '1 second'
  FROM more, bench_template, (SELECT photo FROM bench_people WHERE n = 1) AS any_file;
"""


def fill(server, people):
    """Grows a new installation to so many people."""
    keep_a_real_job(server)
    server.psql(FUNCTIONS)
    server.psql(EVENTS % {"people": people})
    server.psql(FILL % {"event": literal(json.dumps(an_event())), "failed": FAILED})
    server.psql(ALIVE % {"heavy": HEAVY if people > HEAVY else 0})
    server.psql("GRANT SELECT ON bench_people TO service_role; VACUUM ANALYZE")
    server.psql("CHECKPOINT")


def keep_a_real_job(server):
    """Orders one video as the studio does, so that brief and prompt have their true lengths."""
    server.seed(1)
    order = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/v1/videos", data=json.dumps(ORDER).encode(),
        headers={"Authorization": "Bearer " + server.tokens[0],
                 "Content-Type": "application/json"})
    with urllib.request.urlopen(order) as answer:
        assert answer.status == 200, answer.read()
    server.psql("""
        CREATE TABLE bench_template AS SELECT format, brief, backdrop, prompt FROM public.jobs;
        SET session_replication_role = replica;
        DELETE FROM public.jobs; DELETE FROM public.credit_ledger; DELETE FROM public.users;
        DROP TABLE bench_users;
        VACUUM FULL public.jobs; VACUUM FULL public.credit_ledger; VACUUM FULL public.users""")


def an_event():
    """What Stripe tells of a paid checkout, in the size that it has."""
    names = {"user_id": "0" * 36, "purchase_id": "0" * 36}
    with FakeStripe(secret_key=KEY) as stripe:
        stripe.pay(buy(stripe, metadata=names, client_reference_id="0" * 36))
        return next(event for event in stripe.state.table("event").values()
                    if event["type"] == COMPLETED)


def literal(text):
    return "'" + text.replace("'", "''") + "'"
