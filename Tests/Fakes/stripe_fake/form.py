"""Forms with brackets, as Stripe's clients write them."""
import re
from urllib.parse import parse_qsl

from .errors import invalid

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def parse(encoded):
    """`a[b]=1&c[0]=2&d[]=3` as `{"a": {"b": "1"}, "c": {"0": "2"}, "d": {"0": "3"}}`."""
    tree = {}
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise invalid(f"Invalid request: {error}") from None
    for name, value in pairs:
        put(tree, name, value)
    return tree


def put(tree, name, value):
    if not (match := NAME.fullmatch(name)):
        raise invalid(f"Invalid parameter name: {name}", name)
    steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    for step in steps[:-1]:
        tree = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise invalid(f"Invalid hash: {name}", name)
    last = steps[-1] or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise invalid(f"Invalid string: {name}", name)
    tree[last] = value
