"""What a parameter may be. A check takes the sent value and its name, and gives the meant value."""
import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from .errors import invalid, missing, unknown

METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500
LONGEST_TEXT = 5000


def text(longest=LONGEST_TEXT):
    def check(value, name):
        if not isinstance(value, str):
            raise invalid(f"Invalid string: {name}", name)
        if value == "":
            raise invalid(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt "
                f"to unset a parameter; however '{name}' cannot be unset.",
                name, "parameter_invalid_empty")
        if len(value) > longest:
            raise invalid(
                f"Invalid string: {value[:10]}…; must be at most {longest} characters", name)
        return value
    return check


def pattern(expression, message, code=None, longest=LONGEST_TEXT):
    def check(value, name):
        value = text(longest)(value, name)
        if not re.fullmatch(expression, value):
            raise invalid(f"{message}: {value}", name, code)
        return value
    return check


def url(value, name):
    value = text()(value, name)
    # The template is allowed in addresses, though its braces are not.
    parts = urlsplit(value.replace("{CHECKOUT_SESSION_ID}", "id"))
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise invalid("Not a valid URL", name, "url_invalid")
    return value


def whole(least=None, most=None):
    def check(value, name):
        code = "parameter_invalid_integer"
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise invalid(f"Invalid integer: {value}", name, code)
        number = int(value)
        if least is not None and number < least:
            raise invalid(f"This value must be greater than or equal to {least}.", name, code)
        if most is not None and number > most:
            raise invalid(f"This value must be less than or equal to {most}.", name, code)
        return number
    return check


def decimal(value, name):
    try:
        number = Decimal(text()(value, name))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number < 0 or -number.as_tuple().exponent > 12:
        raise invalid(f"Invalid decimal: {value}", name)
    return number


def flag(value, name):
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", name)
    return value == "true"


def one_of(*choices):
    def check(value, name):
        if value not in choices:
            raise invalid(f"Invalid {name}: must be one of {', '.join(choices)}", name)
        return value
    return check


def hash_of(required=(), **fields):
    def check(value, name):
        if not isinstance(value, dict):
            raise invalid(f"Invalid hash: {name}", name)
        return read(value, fields, required, name)
    return check


def list_of(item, most=100):
    def check(value, name):
        if not isinstance(value, dict) or not all(key.isascii() and key.isdigit() for key in value):
            raise invalid(f"Invalid array: {name}", name)
        if len(value) > most:
            raise invalid(f"Array {name} exceeded maximum {most} allowed elements.", name)
        return [item(value[key], f"{name}[{key}]") for key in sorted(value, key=int)]
    return check


def metadata(value, name):
    if value == "":
        return {}
    if not isinstance(value, dict) or any(not isinstance(v, str) for v in value.values()):
        raise invalid("Invalid metadata: metadata must be a set of key-value pairs", name)
    if len(value) > METADATA_KEYS:
        raise invalid(f"Metadata can have up to {METADATA_KEYS} keys, not {len(value)}.", name)
    for key, entry in value.items():
        if len(key) > METADATA_KEY_LENGTH:
            raise invalid(
                f"Metadata keys can have up to {METADATA_KEY_LENGTH} characters, but you passed "
                f"in a key that is {len(key)} characters. Invalid key: {key}", name)
        if len(entry) > METADATA_VALUE_LENGTH:
            raise invalid(
                f"Metadata values can have up to {METADATA_VALUE_LENGTH} characters, but you "
                f"passed in a value that is {len(entry)} characters.", f"{name}[{key}]")
    return {key: entry for key, entry in value.items() if entry != ""}


def interval(value, name):
    """A moment, or the bounds around it, as `{"gte": 1}`."""
    if isinstance(value, str):
        moment = whole()(value, name)
        return {"gte": moment, "lte": moment}
    return hash_of(gt=whole(), gte=whole(), lt=whole(), lte=whole())(value, name)


def read(sent, fields, required=(), inside=None):
    """The checked values of the fields that were sent."""
    def full(field):
        return f"{inside}[{field}]" if inside else field

    for field in sent:
        if field not in fields:
            raise unknown(full(field))
    for field in required:
        if field not in sent:
            raise missing(full(field))
    return {field: fields[field](value, full(field)) for field, value in sent.items()}
