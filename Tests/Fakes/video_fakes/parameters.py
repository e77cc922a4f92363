"""What the parameters of a model may be, and what is wrong with those that came.

Each vendor says it in its own shape: see `fal_errors` and `runway_errors`.
"""
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Problem:
    """kind: missing, type, choice, low, high, short, long, unknown, or a vendor's own.

    expected: a type's name, the choices, a bound, or a sentence. path: from the body inward.
    """

    kind: str
    path: tuple
    expected: object = None
    given: object = None
    holder: str = "string"


@dataclass(frozen=True, kw_only=True)
class Rule:
    type: ClassVar[str | None] = None
    needed: bool = False

    def problems(self, value, path):
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Text(Rule):
    """least, most: of characters, as UTF-16 counts them when `is_utf16`."""

    type = "string"
    least: int = 0
    most: int | None = None
    is_utf16: bool = False

    def problems(self, value, path):
        if not isinstance(value, str):
            return [Problem("type", path, self.type, value)]
        length = len(value.encode("utf-16-le")) // 2 if self.is_utf16 else len(value)
        if length < self.least:
            return [Problem("short", path, self.least, value)]
        if self.most is not None and length > self.most:
            return [Problem("long", path, self.most, value)]
        return []


@dataclass(frozen=True, kw_only=True)
class Choice(Rule):
    """One of these values, and of just that type: "8" is not 8, and 1 is not true."""

    of: tuple

    def problems(self, value, path):
        if any(type(value) is type(one) and value == one for one in self.of):
            return []
        return [Problem("choice", path, self.of, value)]


@dataclass(frozen=True, kw_only=True)
class Whole(Rule):
    type = "integer"
    least: int | None = None
    most: int | None = None

    def problems(self, value, path):
        if isinstance(value, bool) or not isinstance(value, int):
            return [Problem("type", path, self.type, value)]
        if self.least is not None and value < self.least:
            return [Problem("low", path, self.least, value)]
        if self.most is not None and value > self.most:
            return [Problem("high", path, self.most, value)]
        return []


@dataclass(frozen=True, kw_only=True)
class Flag(Rule):
    type = "boolean"

    def problems(self, value, path):
        return [] if isinstance(value, bool) else [Problem("type", path, self.type, value)]


@dataclass(frozen=True, kw_only=True)
class Items(Rule):
    type = "array"
    of: Rule
    least: int = 0
    most: int | None = None

    def problems(self, value, path):
        if not isinstance(value, list):
            return [Problem("type", path, self.type, value)]
        if len(value) < self.least:
            return [Problem("short", path, self.least, value, "array")]
        if self.most is not None and len(value) > self.most:
            return [Problem("long", path, self.most, value, "array")]
        return [problem for index, one in enumerate(value)
                for problem in self.of.problems(one, (*path, index))]


@dataclass(frozen=True, kw_only=True)
class Form(Rule):
    """Named fields. is_strict: no others may come."""

    type = "object"
    fields: dict = field(default_factory=dict)
    is_strict: bool = False

    def problems(self, value, path=()):
        if not isinstance(value, dict):
            return [Problem("type", path, self.type, value)]
        found = []
        for name, rule in self.fields.items():
            if name in value:
                found += rule.problems(value[name], (*path, name))
            elif rule.needed:
                expected = rule.of if isinstance(rule, Choice) else rule.type
                found.append(Problem("missing", (*path, name), expected, value))
        unknown = [name for name in value if name not in self.fields]
        if unknown and self.is_strict:
            found.append(Problem("unknown", path, unknown))
        return found


@dataclass(frozen=True, kw_only=True)
class Either(Rule):
    """What fits one of these. What fits none is told by the last."""

    of: tuple

    def problems(self, value, path):
        for rule in self.of:
            found = rule.problems(value, path)
            if not found:
                break
        return found
