"""Rows that were valid at any state of the schema, so that a newer one finds what people have."""
import uuid

USERS = "20261101000000"
PURCHASES = "20261101000100"
JOBS = "20261101000200"
PAYMENTS = "20261115000000"
PROVIDERS = "20261120000000"
STUDIO = "20261123000000"
KEYS = "20261126020000"
WEBHOOKS = "20261126100000"


class Books:
    """One person with a line of everything that the schema knew. `fill` writes them at once."""

    def __init__(self, versions):
        self.versions = versions
        self.user = uuid.uuid4()
        self.balance = 0
        self.entries = 0
        self.statements = [
            f"INSERT INTO public.users (id, email) VALUES ('{self.user}', '{self.user}@example.com')"]

    @classmethod
    def fill(cls, connection, versions):
        books = cls(versions)
        books.write()
        with connection.transaction():
            for statement in books.statements:
                connection.execute(statement)
        return books

    def write(self):
        self.entry(100, "grant", f"welcome:{self.user}")
        for since, lines in ((PURCHASES, self.purchases), (JOBS, self.jobs),
                             (PAYMENTS, self.payments), (PROVIDERS, self.providers),
                             (STUDIO, self.studio), (KEYS, self.keys),
                             (WEBHOOKS, self.webhooks)):
            if since in self.versions:
                lines()

    def add(self, statement):
        self.statements.append(statement)

    def entry(self, amount, kind, reference):
        self.entries += 1
        self.balance += amount
        self.add(f"UPDATE public.users SET balance = {self.balance}, seq = {self.entries} "
                 f"WHERE id = '{self.user}'")
        self.add(f"""
            INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference)
            VALUES ('{self.user}', {self.entries}, {amount}, {self.balance}, '{kind}',
                    '{reference}')""")

    def purchases(self):
        amounts = ", paid_cents" if PAYMENTS in self.versions else ""
        self.paid = uuid.uuid4()
        for purchase, status, time, cents in (
                (self.paid, "paid", "now()", "900"), (uuid.uuid4(), "open", "NULL", "NULL"),
                (uuid.uuid4(), "expired", "NULL", "NULL")):
            self.add(f"""
                INSERT INTO public.purchases
                  (id, user_id, pack, credits, amount_cents, currency, status, paid_at{amounts})
                VALUES ('{purchase}', '{self.user}', 'starter', 500, 900, 'eur', '{status}',
                        {time}{", " + cents if amounts else ""})""")
        self.entry(500, "purchase", self.paid)
        for applied in ("now()", "NULL"):
            self.add(f"""
                INSERT INTO public.stripe_events (id, type, payload, applied_at)
                VALUES ('evt_{uuid.uuid4().hex}', 'checkout.session.completed', '{{}}',
                        {applied})""")

    def jobs(self):
        self.completed = uuid.uuid4()
        asset = {kind: uuid.uuid4() for kind in ("product_image", "video", "poster", "spritesheet")}
        for kind, id in asset.items():
            self.add(f"""
                INSERT INTO public.assets
                  (id, user_id, kind, object_key, mime, bytes, sha256, stored_at)
                VALUES ('{id}', '{self.user}', '{kind}', '{self.user.hex}/{kind}/{id.hex}.bin',
                        'image/jpeg', 9, repeat('0', 64), now())""")
        states = {
            self.completed: ("completed", "done", "NULL", f"'{asset['video']}'"),
            uuid.uuid4(): ("failed", "done", "'model_error'", "NULL"),
            uuid.uuid4(): ("queued", "queued", "NULL", "NULL"),
            uuid.uuid4(): ("in_progress", "rendering", "NULL", "NULL"),
        }
        for job, (status, stage, code, video) in states.items():
            self.add(f"""
                INSERT INTO public.jobs
                  (id, user_id, model, provider, backdrop, prompt, seconds, size, credits, status,
                   stage, deadline_at, error_code, video_asset_id, image_asset_id, provider_job_id)
                VALUES ('{job}', '{self.user}', 'model', 'provider', 'soft', 'A mug', 4,
                        '720x1280', 20, '{status}', '{stage}', now() + interval '1 hour', {code},
                        {video}, '{asset['product_image']}', '{job.hex}')""")
            self.entry(-20, "generation", job)
            if status == "failed":
                self.entry(20, "refund", job)

    def payments(self):
        self.add(f"""
            INSERT INTO public.purchase_reversals (id, purchase_id, kind, amount_cents, status)
            VALUES ('re_{uuid.uuid4().hex}', '{self.paid}', 'refund', 450, 'succeeded')""")
        self.add(f"UPDATE public.purchases SET clawed_back = 250, reversal_entries = 1 "
                 f"WHERE id = '{self.paid}'")
        self.entry(-250, "clawback", f"{self.paid}/1")
        self.add(f"""
            INSERT INTO public.operator_actions (id, operator, action, subject, amount, reason)
            VALUES ('{uuid.uuid4()}', 'ops', 'grant', '{self.user}', 5, 'a courtesy')""")

    def providers(self):
        self.add(f"UPDATE public.jobs SET provider_cost = 0.4, provider_cost_unit = 'usd' "
                 f"WHERE id = '{self.completed}'")
        self.add("INSERT INTO public.provider_breakers (provider, open_until, reason) "
                 "VALUES ('provider', now(), 'quota') ON CONFLICT DO NOTHING")
        self.add(f"INSERT INTO public.provider_events (provider, id) "
                 f"VALUES ('provider', '{uuid.uuid4()}')")

    def studio(self):
        self.add(f"UPDATE public.jobs SET title = 'Mug', rendered_at = now() "
                 f"WHERE id = '{self.completed}'")
        self.add("INSERT INTO public.server_secrets (name, value) "
                 "VALUES ('a-key', decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING")

    def keys(self):
        self.add(f"""
            INSERT INTO public.api_keys (id, user_id, name, hash, hint, scopes)
            VALUES ('{uuid.uuid4()}', '{self.user}', 'Script', sha256('{uuid.uuid4().hex}'),
                    'abcd', '{{videos}}')""")

    def webhooks(self):
        hook = uuid.uuid4()
        self.add(f"""
            INSERT INTO public.webhook_endpoints (id, user_id, url, events, secret)
            VALUES ('{hook}', '{self.user}', 'https://example.com/hook', '{{video.failed}}',
                    sha256('a secret'))""")
        for finished in ("now()", "NULL"):
            self.add(f"""
                INSERT INTO public.webhook_deliveries
                  (endpoint_id, user_id, event_id, event, data, status, finished_at)
                VALUES ('{hook}', '{self.user}', gen_random_uuid(), 'video.failed', '{{}}',
                        CASE WHEN {finished} IS NULL THEN 'pending' ELSE 'delivered' END,
                        {finished})""")
