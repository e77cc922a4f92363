"""Reading a ledger: by kind, by time, page by page, and as a spreadsheet."""
import csv
import io
import time
import uuid

import pytest

from rig.person import CLIP_CREDITS, Person, ok, refused
from rig.server import Server

COLUMNS = ["seq", "created_at", "kind", "amount", "balance_after", "note", "reference"]
# More than two pages of what is read at a time.
MANY = 1203
DAY = 86_400
# The first day of the history, and after how many of them each entry was made.
START = 1_767_225_600
HISTORY = [("grant", 0), ("purchase", 1), ("generation", 2), ("adjustment", 3), ("grant", 4)]


@pytest.fixture(scope="module")
def server():
    server = Server(WORKERS=0)
    yield server
    server.discard()


@pytest.fixture(scope="module")
def reader(server):
    """Somebody with an entry of each kind in `HISTORY`, a day apart."""
    reader = Person(server)
    reader.has_credits_for(1)
    reader.buy()
    reader.create()
    assert adjust(reader, -7).returncode == 0
    assert move(reader, "grant", 9).returncode == 0
    server.psql(f"""
        SET session_replication_role = replica;
        UPDATE public.credit_ledger SET created_at = to_timestamp({START} + (seq - 1) * {DAY})
        WHERE user_id = (SELECT id FROM public.users WHERE email = '{reader.email}')""")
    assert [(entry["kind"], (entry["created_at"] - START) // DAY) for entry in
            reader.ledger[::-1]] == HISTORY
    return reader


@pytest.fixture
def person(server):
    person = Person(server)
    assert person.balance == 0
    return person


def move(person, verb, amount, reason="A courtesy."):
    return person.server.run("credits", verb, person.email, "--reason", reason, "--", str(amount))


def adjust(person, amount):
    return move(person, "adjust", amount)


def insert_many(person, count, note="'Note ' || n"):
    """That many entries of one credit each, written past the server."""
    person.server.psql(f"""
        WITH person AS (
          UPDATE public.users SET balance = balance + {count}, seq = seq + {count}
          WHERE email = '{person.email}' RETURNING id, seq, balance)
        INSERT INTO public.credit_ledger
          (user_id, seq, amount, balance_after, kind, reference, note)
        SELECT id, seq - {count} + n, 1, balance - {count} + n, 'grant', gen_random_uuid(), {note}
        FROM person, generate_series(1, {count}) AS n""")


def read(person, query=""):
    """The numbers of the entries that a query finds."""
    return [entry["seq"] for entry in ok(person.get("/v1/credits/ledger?" + query))["data"]]


def table(person, query="", **options):
    """The rows of a spreadsheet, without the header, which has to be there."""
    answer = person.get("/v1/credits/ledger?" + query, **options)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="credits.csv"'
    text = answer.content.decode("utf-8")
    assert text.endswith("\r\n")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


# Filters

@pytest.mark.parametrize("query, found", [
    ("", [5, 4, 3, 2, 1]), ("kind=", [5, 4, 3, 2, 1]), ("kind=purchase", [2]),
    ("kind=grant", [5, 1]), ("kind=grant,generation", [5, 3, 1]),
    ("kind=grant%2Cadjustment", [5, 4, 1]), ("kind=refund", []), ("kind=clawback,refund", []),
    (f"since={START}", [5, 4, 3, 2, 1]), (f"since={START + 1}", [5, 4, 3, 2]),
    (f"since={START + 2 * DAY}", [5, 4, 3]), (f"since={START + 9 * DAY}", []),
    (f"until={START}", []), (f"until={START + 1}", [1]), (f"until={START + 2 * DAY}", [2, 1]),
    (f"since={START + DAY}&until={START + 3 * DAY}", [3, 2]),
    (f"since={START + 3 * DAY}&until={START + DAY}", []),
    (f"kind=grant&since={START + DAY}", [5]), (f"kind=grant&until={START + DAY}", [1]),
    ("since=0&until=253402300799", [5, 4, 3, 2, 1]),
    ("limit=2", [5, 4]), ("limit=2&after=4", [3, 2]), ("kind=grant&limit=1&after=5", [1]),
    ("after=1", []), ("kind=adjustment&after=4", [])])
def test_a_filter_finds_exactly_its_entries(reader, query, found):
    assert read(reader, query) == found
    if "limit" not in query and "after" not in query:
        assert [int(row["seq"]) for row in table(reader, "format=csv&" + query)] == found


@pytest.mark.parametrize("query, param", [
    ("kind=gift", "kind"), ("kind=grant,gift", "kind"), ("kind=GRANT", "kind"),
    ("kind=grant%20", "kind"), ("kind='", "kind"), ("since=yesterday", "since"),
    ("since=-1", "since"), ("since=1.5", "since"), ("since=", "since"),
    ("since=2026-01-01", "since"), ("until=253402300800", "until"),
    ("until=99999999999999999999", "until"), ("until=now()", "until")])
@pytest.mark.parametrize("form", ["", "format=csv&"])
def test_a_wrong_filter_is_named(reader, form, query, param):
    refused(reader.get("/v1/credits/ledger?" + form + query), 400, "invalid_request", param)


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=101", "limit"), ("limit=all", "limit"), ("after=last", "after"),
    ("after=1.5", "after"), ("after=99999999999999999999", "after")])
def test_a_wrong_page_is_named(reader, query, param):
    refused(reader.get("/v1/credits/ledger?" + query), 400, "invalid_request", param)


def test_pages_put_together_are_the_whole(person):
    insert_many(person, 250)
    seen, after = [], ""
    while True:
        body = ok(person.get(f"/v1/credits/ledger?limit=100{after}"))
        seen += [entry["seq"] for entry in body["data"]]
        assert (body["first_id"], body["last_id"]) == (
            str(body["data"][0]["seq"]), str(body["data"][-1]["seq"]))
        if not body["has_more"]:
            break
        after = f"&after={body['last_id']}"
    assert seen == list(range(250, 0, -1))


def test_others_entries_are_not_read(reader, person):
    assert read(person) == [] and table(person, "format=csv") == []
    refused(person.get("/v1/credits/ledger", headers={"Authorization": ""}), 401, "unauthorized")


# As a spreadsheet

def test_a_long_ledger_is_exported_whole(person):
    insert_many(person, MANY)
    rows = table(person, "format=csv")
    assert [int(row["seq"]) for row in rows] == list(range(MANY, 0, -1))
    assert all((row["amount"], row["kind"]) == ("1", "grant") for row in rows)
    assert [row["note"] for row in rows] == [f"Note {n}" for n in range(MANY, 0, -1)]
    balance = 0
    for row in reversed(rows):
        balance += int(row["amount"])
        assert int(row["balance_after"]) == balance
    assert all(str(uuid.UUID(row["reference"])) == row["reference"] for row in rows)
    assert table(person, "kind=purchase&format=csv") == []
    assert len(table(person, headers={"Accept": "text/csv"})) == MANY


@pytest.mark.parametrize("count", [499, 500, 501, 1000])
def test_a_ledger_that_fills_its_pages_is_exported_whole(person, count):
    insert_many(person, count)
    assert [int(row["seq"]) for row in table(person, "format=csv")] == list(range(count, 0, -1))


def test_entries_made_during_an_export_do_not_shift_it(person):
    insert_many(person, MANY)
    pieces = person.get("/v1/credits/ledger?format=csv", stream=True).iter_content(1000)
    text = next(pieces)
    insert_many(person, 3)
    text += b"".join(pieces)
    numbers = [int(row[0]) for row in csv.reader(text.decode().splitlines()[1:])]
    assert numbers == list(range(numbers[0], 0, -1)) and numbers[0] in (MANY, MANY + 3)


def test_the_table_says_what_the_list_says(reader):
    for row, entry in zip(table(reader, "format=csv"), reader.ledger, strict=True):
        assert (int(row["seq"]), int(row["amount"]), int(row["balance_after"])) == (
            entry["seq"], entry["amount"], entry["balance_after"])
        assert (row["kind"], row["reference"]) == (entry["kind"], entry["reference"])
        assert row["note"] == (entry.get("note") or "")
        assert entry["created_at"] == START + (entry["seq"] - 1) * DAY
        assert row["created_at"] == time.strftime(
            "%Y-%m-%dT%H:%M:%SZ", time.gmtime(entry["created_at"]))


@pytest.mark.parametrize("note", [
    'A "quoted" word', "one, two; three", "two\nlines", "two\r\nlines", "'already", "ünïcode 🎬",
    '"', '","', "a=b", " =1+1 is not a formula for a blank before it"])
def test_a_note_comes_back_as_it_was_written(person, note):
    insert_many(person, 1, note="'" + note.replace("'", "''") + "'")
    [row] = table(person, "format=csv")
    assert row["note"] == note == person.ledger[0]["note"]


@pytest.mark.parametrize("note", [
    '=HYPERLINK("http://a.example","x")', "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "\r\n=1+1", "=\u200d1+1", "=\u03011"])
def test_a_note_like_a_formula_is_no_formula(person, note):
    insert_many(person, 1, note="'" + note + "'")
    [row] = table(person, "format=csv")
    assert row["note"] == "'" + note
    assert person.ledger[0]["note"] == note, "only the spreadsheet has to be told"


def test_an_operators_reason_is_no_formula_either(person):
    assert move(person, "grant", 5, reason="=1+1").returncode == 0
    assert [row["note"] for row in table(person, "format=csv")] == ["'=1+1"]


def test_amounts_below_zero_stay_numbers(reader):
    amounts = [int(row["amount"]) for row in table(reader, "format=csv&kind=generation")]
    assert amounts == [-CLIP_CREDITS]
