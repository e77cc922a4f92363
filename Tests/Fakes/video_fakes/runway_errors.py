"""Runway's refusals: an object with `error`, and `issues` when a body does not fit."""
from .wire import Answer, Refusal

PAGE = "https://docs.dev.runwayml.com/api"
NO_CREDITS = "You do not have enough credits to run this task."


def answer(status, message, **headers):
    return Answer(status, {"error": message}, headers)


def refusal(status, message, **headers):
    return Refusal(answer(status, message, **headers))


def of_problems(problems):
    """400, with each of them in the words of the validator that Runway uses."""
    issues = [issue(problem) | {"path": list(problem.path)} for problem in problems]
    return Answer(400, {"error": "Validation of body failed", "issues": issues, "docUrl": PAGE})


def issue(problem):
    bound = problem.expected
    match problem.kind:
        case "missing" if not isinstance(bound, tuple):
            return wrong_type(bound, "undefined")
        case "type":
            return wrong_type(bound, named(problem.given))
        case "choice" | "missing":
            listed = "|".join(f'"{value}"' for value in bound)
            words = "option: expected one of" if len(bound) > 1 else "input: expected"
            return {"code": "invalid_value", "values": list(bound),
                    "message": f"Invalid {words} {listed}"}
        case "unknown":
            listed = ", ".join(f'"{name}"' for name in bound)
            return {"code": "unrecognized_keys", "keys": bound,
                    "message": f"Unrecognized key{'s' if len(bound) > 1 else ''}: {listed}"}
        case "low" | "high" as kind:
            return out_of_bounds("number", kind == "low", bound, "to be {sign}{bound}")
        case "short" | "long" as kind:
            unit = "items" if problem.holder == "array" else "characters"
            return out_of_bounds(problem.holder, kind == "short", bound,
                                 f"to have {{sign}}{{bound}} {unit}")
        case _:
            return {"code": "custom", "message": bound}


def wrong_type(type, received):
    expected = {None: "nonoptional", "integer": "number"}.get(type, type)
    return {"code": "invalid_type", "expected": expected,
            "message": f"Invalid input: expected {expected}, received {received}"}


def out_of_bounds(holder, is_low, bound, sentence):
    size, key, sign = ("small", "minimum", ">=") if is_low else ("big", "maximum", "<=")
    return {"code": f"too_{size}", "origin": holder, key: bound, "inclusive": True,
            "message": f"Too {size}: expected {holder} {sentence.format(sign=sign, bound=bound)}"}


def named(value):
    """JavaScript's name for what a value is."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array",
             type(None): "null"}
    return names.get(type(value), "object")
