"""Of an account that ended nothing is left but the money, and of one that goes on its owner can
take everything away: looked for in every column of every table, and on disk."""
import io
import json
import uuid
import zipfile

import pytest
import requests

from rig import pictures
from rig.audit import audit
from rig.person import ok
from rig.server import Server, wait_until
from rig.shop import Customer, Shop, account, keys

# What the person is and has written, each word of it nowhere else.
MARK = "zyxgrouse"
WORDS = {name: f"{MARK}-{name}" for name in (
    "prompt", "product", "description", "title", "photo", "device", "key", "program",
    "hook")}

# Tables that name a person, whose rows are not in the export as they stand, and why.
NOT_EXPORTED = {
    "public.stripe_events": "what Stripe said about a purchase; the purchase is there",
    "public.webhook_deliveries": "what was sent of a video or the balance; they are there",
}
# Columns of exported rows that are the program's own and say nothing about the person.
EXPORTED_BY = {
    "public.users": "account.json", "public.credit_ledger": "ledger.csv",
    "public.purchases": "purchases.json", "public.jobs": "videos.json",
    "public.assets": "photos.json", "auth.users": "account.json", "auth.sessions": "devices.json",
    "public.api_keys": "api_keys.json", "public.webhook_endpoints": "webhook_endpoints.json",
}


@pytest.fixture(scope="module")
def shop():
    with account() as fake:
        server = Server(WORKERS=2, **keys(fake))
        try:
            yield Shop(server, fake)
            audit(server)
        finally:
            server.discard()


class Marked(Customer):
    """Somebody whose every word is marked, their address and their browser's name too."""

    def __init__(self, shop):
        self.shop = shop
        super(Customer, self).__init__(shop.server, f"{MARK}-{uuid.uuid4().hex}@example.com")

    def sign_in(self):
        site = self.server.url + "/auth/v1"
        ok(requests.post(site + "/otp", json={"email": self.email}, timeout=20))
        self.token = ok(requests.post(
            site + "/verify", timeout=20, headers={"User-Agent": WORDS["device"]},
            json={"type": "email", "email": self.email, "token": self.mailed_code()}))["access_token"]

    @property
    def user(self):
        return str(uuid.UUID(ok(self.get("/v1/me"))["id"].removeprefix("user_")))

    def live_here(self):
        """Leaves a trace of every kind that a person can leave."""
        session = self.buy()
        file = self.upload(pictures.jpeg(600, 800), name=WORDS["photo"] + ".jpg")
        brief = {"product": WORDS["product"], "description": WORDS["description"]}
        done = self.wait(ok(self.order(
            key=WORDS["key"], prompt=None, format="unboxing", brief=brief,
            input_reference={"file_id": file["id"]})))
        ok(self.call("PATCH", f"/v1/videos/{done['id']}", json={"title": WORDS["title"]}))
        remix = self.wait(ok(self.post(
            f"/v1/videos/{done['id']}/remix", json={"prompt": WORDS["prompt"]})))
        # One that was deleted before, and one that failed.
        ok(self.delete(f"/v1/videos/{remix['id']}"))
        ok(self.post("/v1/api_keys", json={"name": WORDS["program"]}), 201)
        hook = ok(self.post("/v1/webhook_endpoints", json={
            "url": f"https://example.com/{WORDS['hook']}"}), 201)
        ok(self.post(f"/v1/webhook_endpoints/{hook['id']}/test"), 202)
        given = self.server.run("credits", "grant", self.email, "5", "--reason", "A late clip")
        assert given.returncode == 0, given.stderr
        return session, file, done

    def have_trouble(self, session):
        """What Stripe tells of a payment names its payer too."""
        fake = self.fake
        fake.refund(session, 100)
        fake.settle()
        dispute = fake.dispute(session)
        fake.settle()
        fake.close_dispute(dispute, "won")
        fake.settle()


def tables(server):
    return [f"{row['table_schema']}.{row['table_name']}" for row in server.rows(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema IN ('public', 'auth') AND table_type = 'BASE TABLE'")]


def found_in(server, text):
    """Every table and column in which a text stands, in whatever type it is kept."""
    found = []
    for table in tables(server):
        rows = server.rows(
            f"SELECT DISTINCT field.key FROM {table} AS entry,"
            " jsonb_each_text(to_jsonb(entry)) AS field"
            f" WHERE field.value ILIKE ANY (ARRAY['%{text}%', '%{text.encode().hex()}%'])")
        found += [f"{table}.{row['key']}" for row in rows]
    return sorted(found)


def files_with(server, text):
    """Files below the data folder whose name or content has a text, but for the database's own."""
    found = []
    for file in server.folder.rglob("*"):
        if not file.is_file() or "postgres" in file.parts:
            continue
        if text in str(file) or text.encode() in file.read_bytes():
            found.append(str(file.relative_to(server.folder)))
    return found


def test_an_account_that_ended_leaves_no_word_in_any_table_and_no_object(shop):
    server = shop.server
    person = Marked(shop)
    session, file, done = person.live_here()
    person.have_trouble(session)
    user = person.user
    # All of it is kept somewhere while the account lives, or nothing would be shown below.
    for name, word in WORDS.items():
        assert found_in(server, word), f"{name} is kept nowhere"
    assert len(found_in(server, person.email)) >= 4
    own = user.replace("-", "")
    assert len([key for key in server.objects if own in key]) >= 4

    ok(person.delete("/v1/me"))
    # The time passes in which a deletion can be taken back.
    server.psql("UPDATE public.assets SET deleted_at = deleted_at - interval '2 minutes'"
                " WHERE deleted_at IS NOT NULL AND purged_at IS NULL")
    wait_until(lambda: not any(own in key for key in server.objects), 30, "the end of all files")

    assert found_in(server, MARK) == []
    # The person's number stays where money is: without a name it names nobody.
    assert {place.split(".")[1] for place in found_in(server, user)} <= {
        "users", "credit_ledger", "purchases", "jobs", "assets", "stripe_events",
        "operator_actions", "api_keys"}
    # On disk: the outbox is the mailbox, not ours; nothing else has a word.
    left = [name for name in files_with(server, MARK) if not name.startswith("outbox/")]
    assert left == []
    unpurged = server.rows(
        f"SELECT id FROM public.assets WHERE user_id = '{user}' AND purged_at IS NULL")
    assert unpurged == []
    for path in (done["clip_url"], done["poster_url"], file["url"]):
        assert requests.get(path, timeout=10).status_code == 404


def documents(person):
    archive = zipfile.ZipFile(io.BytesIO(person.get("/v1/me/export").content))
    return archive, {name: archive.read(name).decode() for name in archive.namelist()
                     if name.endswith((".json", ".csv"))}


def test_an_export_has_every_row_of_its_owner_and_nobody_elses(shop):
    server = shop.server
    person, other = Marked(shop), Marked(shop)
    session, file, done = person.live_here()
    other.buy()
    archive, texts = documents(person)
    everything = "\n".join(texts.values())
    user = person.user

    # Every table that has rows of theirs is known here, so that a new one cannot be forgotten.
    owned = {row["place"] for row in server.rows(
        "SELECT table_schema || '.' || table_name AS place FROM information_schema.columns"
        " WHERE column_name = 'user_id' AND table_schema IN ('public', 'auth')")}
    owned |= {"public.users", "auth.users"}
    naming = {place.rsplit(".", 1)[0] for place in found_in(server, user)} | {
        place.rsplit(".", 1)[0] for place in found_in(server, person.email)}
    left_out = {"public.operator_actions", "auth.one_time_codes"}
    assert owned | naming <= set(EXPORTED_BY) | set(NOT_EXPORTED) | left_out

    counted = {
        "ledger.csv": f"public.credit_ledger WHERE user_id = '{user}'",
        "purchases.json": f"public.purchases WHERE user_id = '{user}'",
        "videos.json": f"public.jobs WHERE user_id = '{user}' AND deleted_at IS NULL",
        "photos.json": f"public.assets WHERE user_id = '{user}' AND kind = 'product_image'"
                       " AND deleted_at IS NULL",
        "devices.json": f"auth.sessions WHERE user_id = '{user}' AND revoked_at IS NULL",
    }
    for name, source in counted.items():
        rows = server.rows(f"SELECT count(*) AS n FROM {source}")[0]["n"]
        lines = (texts[name].count("\r\n") or texts[name].count("\n")) - 1 \
            if name.endswith(".csv") else len(json.loads(texts[name]))
        assert rows == lines > 0, name
    for name, word in WORDS.items():
        # The remix is deleted, and the key was the program's that ordered.
        assert (word in everything) == (name not in ("prompt", "key")), name
    # Each file that a row says is there and not made of another one.
    stored = server.rows(
        f"SELECT object_key FROM public.assets WHERE user_id = '{user}' AND stored_at IS NOT NULL"
        " AND deleted_at IS NULL AND kind IN ('product_image', 'video', 'poster')")
    files = [name for name in archive.namelist() if "/" in name]
    assert len(files) == len(stored) > 0
    assert other.email not in everything and other.user not in everything
