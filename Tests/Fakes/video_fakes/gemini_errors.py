"""Google's errors."""
from .wire import Answer

RPC = "type.googleapis.com/google.rpc."
# (HTTP's status, Google's word, message, details)
REFUSALS = {
    "rate_limit": (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).",
                   [{"@type": RPC + "RetryInfo", "retryDelay": "1s"}]),
    "quota": (429, "RESOURCE_EXHAUSTED",
              "You exceeded your current quota, please check your plan and billing details.",
              [{"@type": RPC + "QuotaFailure", "violations": [
                  {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}]}]),
    "unavailable": (503, "UNAVAILABLE", "The model is overloaded. Please try again later.", []),
    "server_error": (500, "INTERNAL", "An internal error has occurred. Please retry.", []),
    "auth": (403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another "
                                       "API key.", []),
    "wrong_key": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.",
                  [{"@type": RPC + "ErrorInfo", "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com"}]),
    "no_key": (403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers "
                                         "without established identity).", []),
    "not_found": (400, "INVALID_ARGUMENT", "Invalid interaction name", []),
    "refused": (400, "PROHIBITED_CONTENT", "The request was blocked due to our safety policy.", []),
    "no_file": (404, "NOT_FOUND", "The file does not exist.", []),
    "no_route": (404, "NOT_FOUND", "Method not found.", []),
    "ended": (400, "FAILED_PRECONDITION", "The interaction is not in progress.", []),
}


def error(number, status, message, details=(), form="object"):
    """form: "object", "list" as the front end sometimes has it, or "word", in which the code is
    Google's word instead of a number."""
    fault = {"code": number, "message": message, "status": status}
    if details:
        fault["details"] = list(details)
    if form == "word":
        fault = {"code": status.lower(), "message": message}
    return Answer(number, [{"error": fault}] if form == "list" else {"error": fault})
