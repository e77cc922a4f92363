"""Supabase Auth's interface: who may have which answer."""
import random
import re
import time

import jwt

from .errors import (NO_BEARER, NO_SESSION, UNKNOWN_REFRESH, USED_REFRESH, WRONG_CODE, Refusal,
                     invalid)
from .people import Session, User, claims

# Within it a used refresh token gives the active one, as `supabase start` sets it.
REUSE_SECONDS = 10


class Auth:
    """issuer: its address. lifetime: of access tokens, in seconds. mail_pause: between two mails
    to one address, in seconds. offers: what /settings says. mails: the newest code by address."""

    def __init__(self, issuer, key, mailer):
        self.issuer = issuer
        self.keys = [key]
        self.mailer = mailer
        self.lifetime = 3600
        self.mail_pause = 60
        self.users, self.sessions, self.mails = {}, {}, {}
        self.sent_at = {}
        self.offers = {
            "external": {"email": True, "phone": False, "anonymous_users": False},
            "disable_signup": False, "mailer_autoconfirm": False, "phone_autoconfirm": False,
            "sms_provider": "twilio", "saml_enabled": False}
        self.routes = {
            ("POST", "otp"): self.otp, ("POST", "verify"): self.verify,
            ("POST", "token"): self.token, ("GET", "user"): self.user,
            ("POST", "logout"): self.logout, ("GET", "settings"): lambda request: self.offers,
            ("GET", "health"): lambda request: {
                "version": "v2.190.0", "name": "GoTrue",
                "description": "GoTrue is a user registration and authentication API"},
            ("GET", ".well-known/jwks.json"): self.key_set}

    @property
    def key(self):
        """The one that signs."""
        return self.keys[0]

    def answer(self, request):
        """The body of an answer; None for an empty one. Raises Refusal."""
        route = self.routes.get((request.method, request.path.removeprefix("/auth/v1/")))
        if route is None:
            raise Refusal(404, "not_found", "404 page not found")
        return route(request)

    def key_set(self, request):
        """Secrets are never listed."""
        return {"keys": [key.published for key in self.keys if key.published]}

    # Signing in

    def otp(self, request):
        wish = request.json
        email = wish.get("email")
        if not email:
            raise invalid("One of email or phone must be set")
        if "channel" in wish:
            raise invalid("Channel should only be specified with Phone OTP")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) or len(email) > 255:
            raise Refusal(422, "validation_failed", "Unable to validate email address: invalid format")
        email = email.lower()
        if self.find(email) is None:
            if not wish.get("create_user", True):
                raise Refusal(422, "otp_disabled", "Signups not allowed for otp")
            if self.offers["disable_signup"]:
                raise Refusal(422, "signup_disabled", "Signups not allowed for this instance")
        wait = self.sent_at.get(email, 0) + self.mail_pause - time.time()
        if wait > 0:
            raise Refusal(429, "over_email_send_rate_limit", "For security purposes, you can only "
                          f"request this after {int(wait) + 1} seconds.")
        self.sent_at[email] = time.time()
        self.mails[email] = f"{random.randrange(10 ** 6):06}"
        self.mailer(email, self.mails[email])
        return {}

    def verify(self, request):
        proof = request.json
        if proof.get("type") != "email":
            raise invalid("Verify requires a verification type")
        email, code = (proof.get("email") or "").lower(), proof.get("token")
        if not email or not code:
            raise invalid("Only an email address or phone number should be provided on verify")
        if self.mails.get(email) != code:
            raise Refusal(*WRONG_CODE)
        del self.mails[email]
        user = self.find(email)
        if user is None:
            user = User(email)
            self.users[user.id] = user
        return self.open(user)

    def find(self, email):
        return next((user for user in self.users.values() if user.email == email), None)

    def open(self, user):
        session = Session(user)
        self.sessions[session.id] = session
        return self.shape(session, session.next_token())

    def shape(self, session, refresh_token):
        token = self.key.sign(claims(self.issuer, session, self.lifetime))
        return {"access_token": token, "token_type": "bearer", "expires_in": self.lifetime,
                "expires_at": int(time.time()) + self.lifetime, "refresh_token": refresh_token,
                "user": session.user.shape}

    # Staying signed in

    def token(self, request):
        if request.query.get("grant_type") != "refresh_token":
            raise Refusal(400, "invalid_credentials", "unsupported_grant_type")
        given = request.json.get("refresh_token")
        if not given:
            raise invalid("refresh_token required")
        session = next((one for one in self.sessions.values() if given in one.tokens), None)
        if session is None:
            raise Refusal(*UNKNOWN_REFRESH)
        if given == session.tokens[-1]:
            session.used_at[given] = time.time()
            return self.shape(session, session.next_token())
        is_parent = session.tokens[-2] == given
        if is_parent or time.time() - session.used_at[given] <= REUSE_SECONDS:
            return self.shape(session, session.tokens[-1])
        del self.sessions[session.id]
        raise Refusal(*USED_REFRESH)

    def bearer(self, request):
        """The live session of the token that was sent."""
        token = request.bearer
        if token is None:
            raise Refusal(*NO_BEARER)
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = next((one for one in self.keys if one.kid == kid), self.key)
            said = key.verify(token)
        except jwt.PyJWTError as error:
            raise Refusal(403, "bad_jwt", f"invalid JWT: {error}") from error
        session = self.sessions.get(said["session_id"])
        if session is None:
            raise Refusal(*NO_SESSION)
        return session

    def user(self, request):
        return self.bearer(request).user.shape

    def logout(self, request):
        scope = request.query.get("scope", "global")
        here = self.bearer(request)
        ends = {"global": lambda one: True, "local": lambda one: one is here,
                "others": lambda one: one is not here}.get(scope)
        if ends is None:
            raise invalid(f'Unsupported logout scope "{scope}"')
        for session in list(self.sessions.values()):
            if session.user is here.user and ends(session):
                del self.sessions[session.id]
        return None
