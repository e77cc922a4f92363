"""fal's signatures of webhooks: Ed25519, by keys that everybody can fetch."""
import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

USER = "test-user"


class SigningKeys:
    """All keys that were ever signed with, of which the newest signs.

    seed: makes the keys repeatable. published: how many of the newest ones the key set has.
    """

    def __init__(self, seed=0):
        self.seed = seed
        self.keys = []
        self.published = 2
        self.rotate()

    def rotate(self):
        """Signs with a new key from now on."""
        self.keys = [*self.keys, self.fresh(len(self.keys))]

    def fresh(self, number):
        material = hashlib.sha256(f"{self.seed}/fal/{number}".encode()).digest()
        return Ed25519PrivateKey.from_private_bytes(material)

    @property
    def set(self):
        """The key set, newest first."""
        newest = self.keys[-self.published:][::-1] if self.published else []
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                          "x": base64url(key.public_key().public_bytes_raw())}
                         for key in newest]}

    def headers(self, request_id, timestamp, body):
        """Those of a webhook."""
        signed = "\n".join(
            [request_id, USER, str(int(timestamp)), hashlib.sha256(body).hexdigest()])
        return {"X-Fal-Webhook-Request-Id": request_id, "X-Fal-Webhook-User-Id": USER,
                "X-Fal-Webhook-Timestamp": str(int(timestamp)),
                "X-Fal-Webhook-Signature": self.keys[-1].sign(signed.encode()).hex()}


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
