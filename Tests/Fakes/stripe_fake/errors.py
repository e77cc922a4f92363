"""Stripe's refusals, in Stripe's shape."""


class Refusal(Exception):
    """An answer that is an error.

    kept: whether an idempotency key keeps it. What was refused before any work began is not kept.
    """

    def __init__(self, status, message, code=None, param=None, type=None, kept=False):
        super().__init__(message)
        self.status = status
        self.kept = kept
        self.error = {"type": type or "invalid_request_error", "message": message}
        if code:
            self.error["code"] = code
            page = code.replace("_", "-")
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{page}"
        if param:
            self.error["param"] = param

    @property
    def body(self):
        return {"error": self.error}


def invalid(message, param=None, code=None):
    return Refusal(400, message, code, param)


def conflict(message, code=None, param=None):
    """For what is well said, but does not fit the state of things."""
    return Refusal(400, message, code, param, kept=True)


def missing(param):
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def unknown(param):
    return invalid(f"Received unknown parameter: {param}", param, "parameter_unknown")


def no_such(kind, id, param="id", status=404):
    return Refusal(status, f"No such {kind}: '{id}'", "resource_missing", param)
