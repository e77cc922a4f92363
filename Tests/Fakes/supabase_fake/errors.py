"""How Supabase Auth says no, in the shapes of both versions of its interface."""
VERSION = "2024-01-01"


class Refusal(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code

    def answer(self, asked):
        """asked: the version that the client named, or None. Body and headers."""
        headers = {"x-sb-error-code": self.code}
        if asked is not None and asked >= VERSION:
            return ({"code": self.code, "message": str(self)},
                    headers | {"X-Supabase-Api-Version": VERSION})
        return {"code": self.status, "error_code": self.code, "msg": str(self)}, headers


def invalid(message):
    return Refusal(400, "validation_failed", message)


WRONG_CODE = (403, "otp_expired", "Token has expired or is invalid")
NO_BEARER = (401, "no_authorization", "This endpoint requires a valid Bearer token")
UNKNOWN_REFRESH = (400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
USED_REFRESH = (400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
NO_SESSION = (403, "session_not_found", "Session from session_id claim in JWT does not exist")
