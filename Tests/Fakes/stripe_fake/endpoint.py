"""The server that webhooks are sent to."""
import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from .signing import signature

DEFAULT_EVENTS = frozenset((
    "checkout.session.completed", "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed", "checkout.session.expired",
    "refund.created", "refund.updated", "refund.failed", "charge.refunded",
    "charge.dispute.created", "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated", "charge.dispute.closed",
    "radar.early_fraud_warning.created"))


def body_of(event):
    """The bytes that are sent and signed: not the shortest JSON, nor ASCII alone."""
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


@dataclass
class Endpoint:
    url: str | None
    secret: str
    rolling_secret: str | None = None
    enabled_events: frozenset = DEFAULT_EVENTS
    timeout: float = 10

    def wants(self, event):
        return bool(self.url) and event["type"] in self.enabled_events

    def send(self, event, secret=None, timestamp=None):
        """Sends once. The status of the answer, or None if there was none.

        Signed anew at every try, with the time of this machine whatever the fake's clock says, as
        servers compare it with theirs.
        """
        body = body_of(event)
        rolling = None if secret else self.rolling_secret
        header = signature(body, secret or self.secret, timestamp, rolling)
        return self.post(body, header)

    def post(self, body, header):
        parts = urlsplit(self.url)
        kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        connection = kind[parts.scheme](parts.hostname, parts.port, timeout=self.timeout)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body, {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": header,
                "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
