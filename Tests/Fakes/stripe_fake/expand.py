"""Objects in the place of their ids, for who asks with `expand[]=payment_intent.latest_charge`."""
import copy

from .checks import list_of, text
from .errors import invalid

DEEPEST = 4
# By kind of object: its properties that are ids of other objects, and of which kind.
LINKS = {
    "checkout.session": {"payment_intent": "payment_intent"},
    "payment_intent": {"latest_charge": "charge"},
    "charge": {"payment_intent": "payment_intent"},
    "refund": {"charge": "charge", "payment_intent": "payment_intent"},
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "event": {},
}


def paths(sent, kind, is_list):
    """The steps of each path that was asked for, checked."""
    checked = []
    for path in list_of(text())(sent.get("expand", {}), "expand"):
        steps = path.split(".")
        if is_list and steps.pop(0) != "data" or len(steps) > DEEPEST:
            raise cannot(path)
        step_kind = kind
        for step in steps:
            step_kind = LINKS[step_kind].get(step)
            if step_kind is None:
                raise cannot(path)
        checked.append(steps)
    return checked


def cannot(path):
    return invalid(f"This property cannot be expanded ({path}).", "expand")


def expanded(state, answer, paths):
    """A copy of an object or a list, with the paths followed."""
    answer = copy.deepcopy(answer)
    for thing in answer["data"] if answer["object"] == "list" else [answer]:
        for steps in paths:
            follow(state, thing, steps)
    return answer


def follow(state, thing, steps):
    if not steps:
        return
    link = LINKS[thing["object"]][steps[0]]
    if isinstance(thing[steps[0]], str):
        thing[steps[0]] = copy.deepcopy(state.find(link, thing[steps[0]]))
    if thing[steps[0]]:
        follow(state, thing[steps[0]], steps[1:])
