"""Bodies of requests: JSON, forms and forms with files."""
import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

# Longer strings are kept once, however often they were sent: thousands of orders come with the
# same picture.
SHARED_LENGTH = 4096
_shared = {}


@dataclass(frozen=True, slots=True)
class File:
    """A part of a form that has a file name."""

    name: str
    type: str
    content: bytes


def once(value):
    """The same value, in the one copy of it that is kept."""
    return _shared.setdefault(value, value) if len(value) > SHARED_LENGTH else value


def parse(type, content):
    """The fields and the files. Bytes of any other kind, and JSON that is none, stay bytes."""
    kind = type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and (boundary := re.search(r'boundary="?([^";]+)', type)):
        return parse_parts(boundary[1].encode(), content)
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(content.decode(errors="replace"), keep_blank_values=True)), {}
    if kind == "application/json":
        try:
            return shared(json.loads(content)), {}
        except ValueError:
            return content, {}
    return once(content), {}


def shared(value):
    if isinstance(value, dict):
        return {name: shared(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shared(item) for item in value]
    return once(value) if isinstance(value, str) else value


def parse_parts(boundary, content):
    """The form's fields as text, and its files. Of equal names the last one counts."""
    fields, files = {}, {}
    for part in (b"\r\n" + content).split(b"\r\n--" + boundary)[1:-1]:
        head, _, body = part.partition(b"\r\n\r\n")
        head = head.decode(errors="replace")
        name = re.search(r'[; ]name="([^"]*)"', head)
        file_name = re.search(r'filename="([^"]*)"', head)
        type = re.search(r"(?im)^content-type:\s*(\S+)", head)
        if name and file_name:
            kind = type[1] if type else "application/octet-stream"
            files[name[1]] = File(file_name[1], kind, once(body))
        elif name:
            fields[name[1]] = body.decode(errors="replace")
    return fields, files
