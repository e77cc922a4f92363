"""The fake as a whole, and what tests can make happen in it."""
import contextlib
import threading

from .auth import Auth
from .gateway import KEYS, Gateway
from .keys import SigningKey
from .people import Session, User, claims


class FakeSupabase:
    """A project behind `url`, from the beginning of a `with` block to its end.

    algorithm: of the key that signs. mailer: is told address and code of each mail.

    is_down: connections are closed without an answer. failure: the status that everything is
    answered with, or None.
    """

    def __init__(self, algorithm="ES256", port=0, publishable_key="sb_publishable_of_the_fake",
                 mailer=lambda email, code: None):
        self.publishable_key = publishable_key
        self.lock = threading.RLock()
        self.requests = []
        self.is_down, self.failure = False, None
        self.open = threading.Event()
        self.open.set()
        self.gateway = Gateway(port, self)
        self.url = self.gateway.url
        self.auth = Auth(self.url + "/auth/v1", SigningKey(algorithm), mailer)

    def __enter__(self):
        self.gateway.start()
        return self

    def __exit__(self, *_):
        self.open.set()
        self.gateway.stop()

    # For a server that people sign in to here

    @property
    def environment(self):
        """The settings of such a server."""
        settings = {"SUPABASE_URL": self.url, "SUPABASE_PUBLISHABLE_KEY": self.publishable_key}
        if self.key.published is None:
            settings["SUPABASE_JWT_SECRET"] = self.key.private
        return settings

    # Keys

    @property
    def key(self):
        """The key that signs."""
        return self.auth.key

    def rotate(self, algorithm="ES256"):
        """Signs with a new key from now on. The ones before stay published. The new one."""
        with self.lock:
            self.auth.keys.insert(0, SigningKey(algorithm))
        return self.key

    def revoke(self, key):
        """Publishes a key no more."""
        with self.lock:
            self.auth.keys.remove(key)

    # People

    def code(self, email):
        """The code in the newest mail to an address, None before there is one."""
        with self.lock:
            return self.auth.mails.get(email.lower())

    def user(self, email):
        with self.lock:
            return self.auth.find(email)

    def change_address(self, user, email):
        """What the next token of a person says, by another address of theirs."""
        with self.lock:
            user.email = email

    def delete(self, user):
        """Removes a person, as the dashboard does."""
        with self.lock:
            del self.auth.users[user.id]
            self.auth.sessions = {
                id: one for id, one in self.auth.sessions.items() if one.user is not user}

    def claims(self, user=None, **changes):
        """What a new token says; a change to None leaves a claim out."""
        session = Session(user or User("somebody@example.com"))
        said = claims(self.auth.issuer, session, self.auth.lifetime) | changes
        return {name: value for name, value in said.items() if value is not None}

    def token(self, user=None, **changes):
        """An access token, of somebody or of nobody in particular."""
        return self.key.sign(self.claims(user, **changes))

    # Traffic

    @property
    def key_fetches(self):
        """The requests for the key set, oldest first."""
        return [request for request in list(self.requests) if request.path == KEYS]

    @contextlib.contextmanager
    def outage(self, failure=None):
        """Answers nothing, or the status `failure`, meanwhile."""
        self.is_down, self.failure = failure is None, failure
        try:
            yield
        finally:
            self.is_down, self.failure = False, None

    @contextlib.contextmanager
    def slowness(self):
        """Takes requests and answers them only at the end."""
        self.open.clear()
        try:
            yield
        finally:
            self.open.set()
