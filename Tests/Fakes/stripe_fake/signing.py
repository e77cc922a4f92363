"""Webhook signatures."""
import hashlib
import hmac
import time


def signature(payload: bytes, secret, timestamp=None, rolling_secret=None):
    """The Stripe-Signature header of a body. The whole secret is the key, `whsec_` included.

    rolling_secret: a second one that signs too, as while an endpoint's secret is rolled.
    """
    timestamp = int(time.time()) if timestamp is None else timestamp
    signed = f"{timestamp}.".encode() + payload
    codes = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
             for key in (secret, rolling_secret) if key]
    return ",".join([f"t={timestamp}", *(f"v1={code}" for code in codes)])
