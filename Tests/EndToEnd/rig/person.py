"""Somebody who uses the studio: signs in by mail, buys credits, uploads, orders, waits."""
import html.parser
import re
import time
import uuid
from urllib.parse import urljoin

import requests

CLIP = {"model": "animatic", "prompt": "The mug on a table.", "seconds": "4", "size": "720x1280"}
CLIP_CREDITS = 20
# A clip of four seconds takes a few; more when several tests render on few cores.
CLIP_LIMIT = 120


class Person:
    def __init__(self, server, email=None):
        self.server = server
        self.email = email or f"person-{uuid.uuid4().hex}@example.com"
        self.session = requests.Session()
        self.sign_in()

    # Requests

    def call(self, method, path, patient=True, **options):
        """A request as this person. The answer, whatever it is.

        patient: whether to come again when asked to, as tests ask for more than people do.
        """
        options.setdefault("timeout", 60)
        options["headers"] = self.headers | (options.get("headers") or {})
        while True:
            answer = self.session.request(method, urljoin(self.server.url, path), **options)
            if not patient or answer.status_code != 429 or "rate_limited" not in answer.text:
                return answer
            time.sleep(1)

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, **options):
        return self.call("POST", path, **options)

    def delete(self, path, **options):
        return self.call("DELETE", path, **options)

    # Signing in

    def sign_in(self):
        patiently(lambda: requests.post(
            self.server.url + "/auth/v1/otp", timeout=20,
            json={"email": self.email, "create_user": True}))
        answer = patiently(lambda: requests.post(
            self.server.url + "/auth/v1/verify", timeout=20,
            json={"type": "email", "email": self.email, "token": self.mailed_code()}))
        self.token = answer.json()["access_token"]

    def mailed_code(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for mail in self.server.outbox.glob("*.eml"):
                head, _, body = mail.read_text().replace("\r\n", "\n").partition("\n\n")
                code = re.search(r"(?<!\d)\d{6}(?!\d)", body)
                if self.email in head and code:
                    return code[0]
            time.sleep(0.02)
        raise AssertionError("no mail with a code arrived")

    # Credits

    @property
    def balance(self):
        return ok(self.get("/v1/credits"))["balance"]

    @property
    def ledger(self):
        """All entries, newest first."""
        body = ok(self.get("/v1/credits/ledger?limit=100"))
        assert not body["has_more"], "more entries than a test makes"
        return body["data"]

    def entries(self, kind):
        return [entry for entry in self.ledger if entry["kind"] == kind]

    def checkout(self, pack="starter"):
        return ok(self.post("/v1/checkouts", json={"pack": pack}), 201)

    def press(self, button, checkout):
        """Presses a button of the checkout page, as a browser would; no token is involved."""
        page = requests.get(checkout["url"], timeout=20)
        assert page.status_code == 200
        form = next(form for form in Forms(page.text).found if form.endswith(button))
        return requests.post(urljoin(checkout["url"], form), timeout=20)

    def buy(self, pack="starter"):
        checkout = self.checkout(pack)
        assert self.press("pay", checkout).status_code == 200
        return checkout

    def has_credits_for(self, clips):
        """Gives exactly so many clips' worth, as an operator's courtesy would."""
        wanted = clips * CLIP_CREDITS - self.balance
        assert wanted > 0
        self.server.psql(f"""
            WITH credit AS (
              UPDATE public.users SET balance = balance + {wanted}, seq = seq + 1
              WHERE email = '{self.email}' RETURNING id, seq, balance)
            INSERT INTO public.credit_ledger
              (user_id, seq, amount, balance_after, kind, reference)
            SELECT id, seq, {wanted}, balance, 'grant', '{uuid.uuid4()}' FROM credit""")
        return self

    # Photos and clips

    def upload(self, photo, name="photo.jpg"):
        """The File object of an uploaded photo."""
        return ok(self.send_photo(photo, name))

    def send_photo(self, photo, name="photo.jpg"):
        return self.post("/v1/files", files={"file": (name, photo)}, data={"purpose": "vision"})

    def preview(self, photo, **fields):
        """The first frame's bytes."""
        answer = self.post(
            "/v1/previews", files={"input_reference": ("photo", photo)}, data=CLIP | fields)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "image/jpeg"
        return answer.content

    def order(self, key=None, **fields):
        """Asks for a clip. The answer, whatever it is."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.post("/v1/videos", json=CLIP | fields, headers=headers)

    def create(self, **fields):
        """The Video object of a new clip."""
        return ok(self.order(**fields))

    def video(self, video):
        return ok(self.get(f"/v1/videos/{video['id']}"))

    def wait(self, video, limit=CLIP_LIMIT, until=lambda v: v["status"] in ("completed", "failed")):
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            video = self.video(video)
            if until(video):
                return video
            time.sleep(0.05)
        raise AssertionError(f"not within {limit} s: {video}")


def ok(answer, status=200):
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    return answer.json()


def patiently(ask):
    """Comes again later when told to, as many tests share one address."""
    for _ in range(30):
        answer = ask()
        if answer.status_code != 429:
            ok(answer)
            return answer
        time.sleep(min(int(answer.headers.get("retry-after", 1)), 2))
    raise AssertionError("told to come again later thirty times")


def refused(answer, status, code, param=None):
    """Asserts a refusal in the one shape that refusals have. Its `error`."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"].startswith("req_")
    error = answer.json()["error"]
    assert {"message", "type", "param", "code"} <= set(error), error
    assert (error["code"], error["param"]) == (code, param), error
    assert len(error["message"]) > 10
    return error


class Forms(html.parser.HTMLParser):
    """The actions of a page's forms."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "form":
            attributes = dict(attributes)
            assert attributes["method"] == "post"
            self.found.append(attributes["action"])
