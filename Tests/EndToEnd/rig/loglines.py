"""The server's log in JSON, line by line."""
import json
import re

# RFC 3339 in UTC, with milliseconds.
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def log_lines(server):
    """All whole lines so far. Each has to be an object with what every line has."""
    lines = []
    for text in server.log.split("\n")[:-1]:
        line = json.loads(text)
        assert TIME.fullmatch(line["time"]), text
        assert line["level"] and line["message"], text
        lines.append(line)
    return lines


def lines_with(server, **fields):
    """The lines with these fields. `request_id` stands for `request.id`."""
    wanted = {name.replace("_", "."): value for name, value in fields.items()}
    return [line for line in log_lines(server) if wanted.items() <= line.items()]
