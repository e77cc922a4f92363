"""Users and their sessions, and how they look over HTTP."""
import random
import string
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone


def stamp(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")


@dataclass
class User:
    email: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: float = field(default_factory=time.time)
    is_anonymous: bool = False

    @property
    def shape(self):
        moment = stamp(self.created_at)
        data = {"sub": self.id, "email": self.email, "email_verified": True,
                "phone_verified": False}
        identity = {"identity_id": str(uuid.uuid4()), "id": self.id, "user_id": self.id,
                    "identity_data": data, "provider": "email", "last_sign_in_at": moment,
                    "created_at": moment, "updated_at": moment, "email": self.email}
        return {"id": self.id, "aud": "authenticated", "role": "authenticated",
                "email": self.email, "email_confirmed_at": moment, "phone": "",
                "confirmed_at": moment, "last_sign_in_at": moment,
                "app_metadata": {"provider": "email", "providers": ["email"]},
                "user_metadata": {"email_verified": True}, "identities": [identity],
                "created_at": moment, "updated_at": moment, "is_anonymous": self.is_anonymous}


@dataclass
class Session:
    """tokens: the refresh tokens given out, oldest first; the last one is active. used_at: when
    each of the others was traded in."""

    user: User
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    began_at: float = field(default_factory=time.time)
    tokens: list = field(default_factory=list)
    used_at: dict = field(default_factory=dict)

    def next_token(self):
        letters = string.ascii_lowercase + string.digits
        self.tokens.append("".join(random.choices(letters, k=12)))
        return self.tokens[-1]


def claims(issuer, session, lifetime):
    """What an access token of this session says, from now on."""
    now = int(time.time())
    user = session.user
    return {
        "iss": issuer, "sub": user.id, "aud": "authenticated", "exp": now + lifetime, "iat": now,
        "email": user.email, "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {"email": user.email, "email_verified": True, "sub": user.id},
        "role": "authenticated", "aal": "aal1",
        "amr": [{"method": "otp", "timestamp": int(session.began_at)}],
        "session_id": session.id, "is_anonymous": user.is_anonymous}
