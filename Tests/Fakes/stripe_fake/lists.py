"""Pages of objects, newest first."""
from . import parameters
from .checks import read
from .errors import invalid

USUAL_LIMIT = 10
BOUNDS = {"gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
          "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b}


def page(state, kind, sent, url):
    """The list object that answers a request for a kind of objects."""
    params = read(sent, parameters.LISTS[kind])
    everything = list(reversed(state.table(kind).values()))
    begin, end = params.get("starting_after"), params.get("ending_before")
    if begin and end:
        raise invalid("You can only specify one of these parameters: starting_after, "
                      "ending_before.")
    for name in ("starting_after", "ending_before"):
        if name in params:
            state.find(kind, params[name], name, status=400)
    ids = [thing["id"] for thing in everything]
    if begin:
        everything = everything[ids.index(begin) + 1:]
    if end:
        everything = everything[:ids.index(end)]
    found = [thing for thing in everything if matches(thing, params)]
    limit = params.get("limit", USUAL_LIMIT)
    data = found[-limit:] if end else found[:limit]
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": url}


def matches(thing, params):
    for name in ("status", "payment_intent", "charge", "type"):
        if name in params and thing[name] != params[name]:
            return False
    if "types" in params and thing["type"] not in params["types"]:
        return False
    if "delivery_success" in params:
        if (thing["pending_webhooks"] == 0) != params["delivery_success"]:
            return False
    return all(BOUNDS[bound](thing["created"], moment)
               for bound, moment in params.get("created", {}).items())
