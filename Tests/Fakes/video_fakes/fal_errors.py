"""fal's refusals. A model's come as a list under `detail`, the platform's as a sentence."""
from .wire import Answer, Refusal

DOCUMENTATION = "https://docs.fal.ai/errors#"
TYPES = {"string": "string_type", "integer": "int_type", "boolean": "bool_type",
         "array": "list_type", "object": "model_attributes_type"}
NAMES = {"string": "string", "integer": "integer", "boolean": "boolean", "array": "list",
         "object": "dictionary or object"}
EXHAUSTED = ("User is locked. Reason: Exhausted balance. "
             "Top up your balance at fal.ai/dashboard/billing.")
FLAGGED = ("The content could not be processed because it contained material flagged by a content "
           "checker.")
# What the platform says of a runner that failed.
STATUSES = {
    "request_timeout": 504, "startup_timeout": 504, "runner_scheduling_failure": 503,
    "runner_connection_timeout": 503, "runner_disconnected": 503,
    "runner_connection_refused": 503, "internal_error": 500,
}


def answer(status, detail, error_type=None, **headers):
    """As a sentence with its kind, or as a list."""
    body = {"detail": detail}
    if error_type:
        body["error_type"] = error_type
        headers["X-Fal-Error-Type"] = error_type
    return Answer(status, body, headers)


def refusal(status, detail, error_type=None, **headers):
    return Refusal(answer(status, detail, error_type, **headers))


def of_model(status, type, message, path=(), retryable=False, given=None):
    """An answer by the model itself, of one error."""
    detail = [{"loc": ["body", *path], "msg": message, "type": type,
               "url": DOCUMENTATION + type, "input": given}]
    return answer(status, detail, **{"X-Fal-Retryable": str(retryable).lower()})


def of_problems(problems):
    """422, with each of them in pydantic's words."""
    details = [{"type": type, "loc": ["body", *problem.path], "msg": message,
                "input": problem.given, **({"ctx": context} if context else {})}
               for problem in problems
               for type, message, context in [told(problem)]]
    return answer(422, details, **{"X-Fal-Retryable": "false"})


def told(problem):
    """Type, message and context of a problem."""
    bound = problem.expected
    match problem.kind:
        case "missing":
            return "missing", "Field required", None
        case "type":
            return TYPES[bound], f"Input should be a valid {NAMES[bound]}", None
        case "choice":
            listed = choices(bound)
            return "literal_error", f"Input should be {listed}", {"expected": listed}
        case "low":
            return ("greater_than_equal", f"Input should be greater than or equal to {bound}",
                    {"ge": bound})
        case "high":
            return ("less_than_equal", f"Input should be less than or equal to {bound}",
                    {"le": bound})
        case "short" | "long" as kind:
            return of_length(kind, problem)
        case type:
            return type, bound, None


def of_length(kind, problem):
    bound = problem.expected
    word, key = ("least", "min_length") if kind == "short" else ("most", "max_length")
    if problem.holder == "array":
        return (f"too_{kind}", f"List should have at {word} {bound} items after validation, not "
                f"{len(problem.given)}", {key: bound, "actual_length": len(problem.given)})
    return (f"string_too_{kind}", f"String should have at {word} {bound} characters",
            {key: bound})


def choices(values):
    *most, last = [repr(value) for value in values]
    return f"{', '.join(most)} or {last}" if most else last
