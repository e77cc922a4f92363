"""Reads the Dockerfile and .dockerignore, as far as ours go, so that what is checked is what is
shipped."""
import fnmatch
import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stage:
    base: str
    name: str
    instructions: list = field(default_factory=list)

    def all(self, kind):
        """What stands behind each instruction of a kind, in order."""
        return [text for word, text in self.instructions if word == kind]

    def last(self, kind):
        return self.all(kind)[-1] if self.all(kind) else None


def lines(text):
    """Whole instructions: without comments, with continuations joined."""
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [line.strip() for line in joined.splitlines() if line.strip()]


def stages(text=None):
    """The stages in order; a name that an ARG gave its default is put in."""
    text = (ROOT / "Dockerfile").read_text() if text is None else text
    defaults, found = {}, []
    for line in lines(text):
        word, _, rest = line.partition(" ")
        word, rest = word.upper(), rest.strip()
        if word == "ARG" and not found:
            name, _, value = rest.partition("=")
            defaults[name] = value
        elif word == "FROM":
            parts = rest.split()
            base = re.sub(r"\$\{(\w+)\}", lambda m: defaults[m[1]], parts[0])
            named = len(parts) == 3 and parts[1].upper() == "AS"
            found.append(Stage(base, parts[2] if named else ""))
        else:
            found[-1].instructions.append((word, rest))
    return found


def stage(name):
    return next(stage for stage in stages() if stage.name == name)


def packages(text):
    """What a RUN installs by apt."""
    found = re.search(r"apt-get install (.*?)(?:&&|$)", text, re.S)
    return [word for word in shlex.split(found[1]) if not word.startswith("-")] if found else []


def copy(text):
    """A COPY's stage, sources and target."""
    words = shlex.split(text)
    origin = next((w.removeprefix("--from=") for w in words if w.startswith("--from=")), None)
    paths = [word for word in words if not word.startswith("--")]
    return origin, paths[:-1], paths[-1]


def command(text):
    """The words of a CMD, ENTRYPOINT or HEALTHCHECK CMD in its JSON form."""
    return json.loads(text[text.index("["):])


def environment(text):
    return dict(word.split("=", 1) for word in shlex.split(text))


def is_sent(path, patterns=None):
    """Whether Docker is sent a path: the last pattern that fits it, or a folder above it, counts."""
    if patterns is None:
        text = (ROOT / ".dockerignore").read_text().splitlines()
        patterns = [line for line in text if line and not line.startswith("#")]
    above = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    sent = True
    for pattern in patterns:
        wanted = pattern.startswith("!")
        if any(fits(name, pattern.lstrip("!")) for name in above):
            sent = wanted
    return sent


def fits(path, pattern):
    """A `*` stays within its folder."""
    names, wanted = path.split("/"), pattern.split("/")
    return len(names) == len(wanted) and all(map(fnmatch.fnmatchcase, names, wanted))
