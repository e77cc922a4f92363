"""Signatures by Standard Webhooks, which several vendors use."""
import base64
import hashlib
import hmac


def standard_webhook(secret, id, timestamp, body):
    """The headers of a signed webhook. secret: `whsec_…` in base64, or any text as it is."""
    key = (base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_")
           else secret.encode())
    signed = f"{id}.{int(timestamp)}.".encode() + body
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {"webhook-id": id, "webhook-timestamp": str(int(timestamp)),
            "webhook-signature": f"v1,{digest}"}


def forged(headers):
    """The same headers, with a signature by somebody who does not know the secret."""
    digest = base64.b64encode(hashlib.sha256(b"a guess").digest()).decode()
    return headers | {"webhook-signature": f"v1,{digest}"}
