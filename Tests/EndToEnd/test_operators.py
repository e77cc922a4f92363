"""What operators do at the command line: they prove the books, and move credits by hand."""
import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from rig.audit import audit
from rig.cluster import Cluster
from rig.person import CLIP_CREDITS, Person, ok
from rig.server import Server, complaint, processes, psql, rows, run, wait_until

BROKEN = 3
USAGE = 64
LIMIT = 1_000_000


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.discard()


@pytest.fixture(scope="module")
def books(cluster, tmp_path_factory):
    """A database in which a person bought twice, ordered twice, and was given something.

    Nobody works on it any more: tests break copies.
    """
    folder = tmp_path_factory.mktemp("books")
    psql(cluster.url(), "CREATE DATABASE books")
    url = cluster.url().replace("/postgres", "/books")
    assert run("migrate", cwd=folder, DATABASE_URL=url).returncode == 0
    server = Server(WORKERS=0, DATABASE_URL=url)
    try:
        person = Person(server)
        person.buy()
        person.buy("creator")
        person.create()
        person.create()
        assert server.run("credits", "grant", person.email, "70", "--reason", "Sorry", "--by",
                          "Ada").returncode == 0
        audit(server)
    finally:
        server.discard()
    return url


@pytest.fixture
def copy(cluster, books):
    """A copy of the books, for breaking."""
    name = f"copy_{time.monotonic_ns()}"
    psql(cluster.url(), f"CREATE DATABASE {name} TEMPLATE books")
    yield cluster.url().replace("/postgres", f"/{name}")
    psql(cluster.url(), f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def server():
    """A running server, beside which commands are run."""
    server = Server(WORKERS=0)
    try:
        yield server
        audit(server)
        assert server.run("audit").returncode == 0
    finally:
        server.discard()


@pytest.fixture
def person(server):
    return known(server)


def known(server):
    """Somebody with an account, which the first visit opens."""
    person = Person(server)
    assert person.balance == 0
    return person


# Auditing

def breaking(statement):
    """As a superuser who switches off every rule of the tables that is a trigger."""
    return f"SET session_replication_role = replica; {statement}"


FIRST_ENTRY = "public.credit_ledger WHERE seq = 1"
# What is done, by the rule that it breaks, and a query for what has to be named.
BREACHES = {
    "balance.last": ("UPDATE public.users SET balance = balance + 1",
                     "SELECT 'users ' || id AS row FROM public.users"),
    "chain.numbered": ("UPDATE public.credit_ledger SET seq = 99 WHERE seq = 5",
                       "SELECT 'credit_ledger ' || id || ' 99' AS row FROM public.users"),
    "chain.continued": (
        "UPDATE public.credit_ledger SET balance_after = balance_after + 1 WHERE seq = 2",
        "SELECT 'credit_ledger ' || id || ' ' || n AS row FROM public.users, "
        "generate_series(2, 3) AS n"),
    "entry.owned": (
        "UPDATE public.users SET id = gen_random_uuid()",
        "SELECT 'credit_ledger ' || user_id || ' ' || seq AS row FROM public.credit_ledger"),
    "entry.signed": (
        "ALTER TABLE public.credit_ledger DROP CONSTRAINT credit_ledger_sign_fits_kind;"
        "UPDATE public.credit_ledger SET amount = -amount WHERE kind = 'grant'",
        "SELECT 'credit_ledger ' || user_id || ' ' || seq AS row FROM public.credit_ledger "
        "WHERE kind = 'grant'"),
    "entry.covered": (
        "ALTER TABLE public.credit_ledger DROP CONSTRAINT credit_ledger_only_clawback_below_zero;"
        "UPDATE public.credit_ledger SET balance_after = -1 WHERE seq = 3",
        "SELECT 'credit_ledger ' || id || ' 3' AS row FROM public.users"),
    "entry.once": (
        "ALTER TABLE public.credit_ledger DROP CONSTRAINT credit_ledger_reference_once;"
        "INSERT INTO public.credit_ledger SELECT user_id, 6, amount, 0, kind, reference, note, "
        "created_at FROM " + FIRST_ENTRY,
        "SELECT 'credit_ledger purchase ' || reference AS row FROM " + FIRST_ENTRY),
    "adjustment.recorded": (
        "UPDATE public.operator_actions SET amount = 71",
        "SELECT 'credit_ledger ' || user_id || ' ' || seq AS row FROM public.credit_ledger "
        "WHERE kind = 'grant'"),
    "job.debited": ("UPDATE public.jobs SET credits = credits + 1",
                    "SELECT 'jobs ' || id AS row FROM public.jobs"),
    "job.refunded": (
        "UPDATE public.jobs SET status = 'failed', stage = 'done', error_code = 'cancelled'",
        "SELECT 'jobs ' || id AS row FROM public.jobs"),
    "job.known": (
        "UPDATE public.credit_ledger SET reference = gen_random_uuid() WHERE seq = 3",
        "SELECT 'credit_ledger ' || id || ' 3' AS row FROM public.users"),
    "purchase.granted": (
        "UPDATE public.purchases SET status = 'expired', paid_at = NULL, paid_cents = NULL "
        "WHERE pack = 'starter'",
        "SELECT 'purchases ' || id AS row FROM public.purchases WHERE pack = 'starter'"),
    "purchase.known": (
        "UPDATE public.credit_ledger SET reference = gen_random_uuid() WHERE seq = 1",
        "SELECT 'credit_ledger ' || id || ' 1' AS row FROM public.users"),
    "purchase.clawed_back": (
        "UPDATE public.purchases SET clawed_back = 5",
        "SELECT 'purchases ' || id AS row FROM public.purchases"),
    "purchase.held": ("UPDATE public.users SET spending_held_since = now()",
                      "SELECT 'users ' || id AS row FROM public.users"),
}


def test_sound_books_are_said_to_be_right(books, tmp_path):
    done = run("audit", cwd=tmp_path, DATABASE_URL=books)
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"5 entries, \d+ rules, \d+\.\d s: all is right\.\n", done.stdout)


def test_every_rule_can_be_broken_and_is_listed(tmp_path):
    done = run("audit", "--rules", cwd=tmp_path)
    assert done.returncode == 0
    listed = dict(re.findall(r"^(\w+\.\w+) +(\w.+)$", done.stdout, re.M))
    assert set(listed) == set(BREACHES), "a rule without a breach in these tests"
    assert all(len(statement) > 20 for statement in listed.values())
    assert not any(tmp_path.iterdir()), "it needs no database"


@pytest.mark.parametrize("rule", BREACHES)
def test_a_breach_is_found_and_its_row_named(copy, tmp_path, rule):
    statement, query = BREACHES[rule]
    psql(copy, breaking(statement))
    broken = {row["row"] for row in rows(copy, query)}
    done = run("audit", "--json", cwd=tmp_path, DATABASE_URL=copy)
    assert done.returncode == BROKEN, done.stdout
    *breaches, summary = [json.loads(line) for line in done.stdout.splitlines()]
    found = {breach["subject"] for breach in breaches if breach["rule"] == rule}
    assert found == broken, breaches
    assert all(len(breach["finding"]) > 5 for breach in breaches)
    assert summary["breaches"] == len(breaches) and summary["rules"] == len(BREACHES)
    assert summary["entries"] >= 5 and summary["seconds"] >= 0
    text = run("audit", cwd=tmp_path, DATABASE_URL=copy)
    assert text.returncode == BROKEN
    for subject in broken:
        assert f"{rule}: {subject}: " in text.stdout
    assert text.stdout.endswith(f"{len(breaches)} rows break a rule.\n")


def test_many_breaches_are_all_named(copy, tmp_path):
    psql(copy, breaking("""
        INSERT INTO public.users (id, email, balance, seq)
        SELECT gen_random_uuid(), 'p' || n || '@example.com', 1, 0
        FROM generate_series(1, 1234) AS n"""))
    done = run("audit", cwd=tmp_path, DATABASE_URL=copy)
    assert done.returncode == BROKEN
    assert len(re.findall(r"^balance\.last: users ", done.stdout, re.M)) == 1234


def test_books_that_cannot_be_read_are_not_said_to_be_broken(cluster, tmp_path):
    url = cluster.url().replace("/postgres", "/nowhere")
    assert complaint(run("audit", cwd=tmp_path, DATABASE_URL=url)).startswith("DATABASE_URL: ")


def test_books_are_audited_with_and_without_a_server(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    assert server.run("audit").stdout.startswith("1 entries, ")
    assert person.balance == 500, "the server goes on"
    server.terminate()
    assert server.run("audit").stdout.startswith("1 entries, ")
    wait_until(lambda: not processes(server.folder, "postgres"), 20, "the database's end")


# Moving credits

def move(person, verb, amount, *arguments, reason="A courtesy.", by="Grace", **settings):
    """Runs `credits grant` or `credits adjust`."""
    given = [word for option, value in (("--reason", reason), ("--by", by)) if value is not None
             for word in (option, value)]
    return person.server.run(
        "credits", verb, person.email, *given, *arguments, "--", str(amount), **settings)


def actions(person):
    return person.server.rows(f"""
        SELECT action.* FROM public.operator_actions AS action
        JOIN public.users AS person ON subject = person.id::text
        WHERE email = '{person.email}' ORDER BY action.created_at""")


def test_credits_are_given_beside_a_running_server(person):
    done = move(person, "grant", 120, reason="Sorry for the wait.", by="Ada")
    assert done.returncode == 0, done.stderr
    [entry], [action] = person.ledger, actions(person)
    assert (entry["kind"], entry["amount"], entry["balance_after"]) == ("grant", 120, 120)
    assert entry["note"] == "Sorry for the wait." and entry.get("subject") is None
    assert entry["reference"] == f"operator:{action['id']}"
    assert (action["operator"], action["action"], action["amount"], action["reason"]) == (
        "Ada", "grant", 120, "Sorry for the wait.")
    assert done.stdout == (f"Entry 1 of {person.email}: 120 credits, balance 120. "
                           f"Recorded as {action['id']}.\n")
    ok(person.order())
    assert person.balance == 120 - CLIP_CREDITS


def test_balances_are_corrected_both_ways_but_not_below_zero(person):
    assert move(person, "adjust", 50).returncode == 0
    assert move(person, "adjust", -30).returncode == 0
    assert person.balance == 20
    assert "20" in complaint(move(person, "adjust", -21))
    assert [entry["amount"] for entry in person.ledger] == [-30, 50]
    assert [action["amount"] for action in actions(person)] == [50, -30], "a refusal is no action"
    assert move(person, "adjust", -20).returncode == 0
    assert person.balance == 0


def test_an_address_is_found_however_it_is_written(person):
    done = person.server.run("credits", "grant", person.email.upper(), "5", "--reason", "x")
    assert done.returncode == 0 and person.balance == 5


def test_the_operator_is_the_account_unless_named(person):
    assert move(person, "grant", 5, by=None, USER="linus", SUDO_USER="ada").returncode == 0
    assert move(person, "grant", 5, by=None, USER="linus").returncode == 0
    assert [action["operator"] for action in actions(person)] == ["ada", "linus"]


POSITIVE, REASON, WHO = "positive", "a reason of 1 to 200", "who you are"


@pytest.mark.parametrize("verb, amount, options, word", [
    ("grant", -5, {}, POSITIVE), ("grant", 0, {}, "0 credits"), ("adjust", 0, {}, "0 credits"),
    ("grant", 5, {"reason": ""}, REASON), ("grant", 5, {"reason": "  "}, REASON),
    ("grant", 5, {"reason": "\n"}, REASON), ("grant", 5, {"reason": "x" * 201}, REASON),
    ("grant", 5, {"by": ""}, WHO), ("adjust", 5, {"by": " "}, WHO)])
def test_a_wrong_move_moves_nothing(person, verb, amount, options, word):
    assert word in complaint(move(person, verb, amount, **options))
    assert person.ledger == [] and actions(person) == []


@pytest.mark.parametrize("verb, amount, options, word", [
    ("grant", LIMIT + 1, {}, f"at most {LIMIT}"), ("adjust", -LIMIT - 1, {}, f"at most {LIMIT}"),
    ("grant", 10 ** 20, {}, "amount"), ("grant", "many", {}, "amount"),
    ("grant", "1.5", {}, "amount"), ("grant", 5, {"reason": None}, "--reason")])
def test_a_move_that_is_none_is_a_wrong_usage(person, verb, amount, options, word):
    done = move(person, verb, amount, **options)
    assert done.returncode == USAGE
    assert "Error: " in done.stderr and word in done.stderr
    assert person.ledger == [] and actions(person) == []


def test_the_most_at_a_time_is_given(person):
    assert move(person, "grant", LIMIT, reason="x" * 200).returncode == 0
    assert move(person, "adjust", -LIMIT).returncode == 0
    assert person.balance == 0


@pytest.mark.parametrize("email", ["nobody@example.com", "", "%@example.com", "' OR true --"])
def test_nobody_is_given_nothing(server, email):
    before = server.rows("SELECT count(*) AS n FROM public.operator_actions")
    done = server.run("credits", "grant", "--reason", "x", "--", email, "5")
    assert complaint(done) == f"nobody has the address '{email}'"
    assert server.rows("SELECT count(*) AS n FROM public.operator_actions") == before


# The same action again

def test_an_action_repeated_under_its_id_is_done_once(person):
    name = str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: move(person, "grant", 40, "--id", name), range(8)))
    assert {one.returncode for one in done} == {0}, done
    assert len({one.stdout for one in done}) == 1 and name in done[0].stdout
    assert person.balance == 40 and len(actions(person)) == 1


def test_an_id_is_a_uuid(person):
    assert move(person, "grant", 5, "--id", "once").returncode == USAGE
    assert person.ledger == []


@pytest.mark.parametrize("verb, amount", [("grant", 41), ("adjust", 40), ("adjust", -10)])
def test_an_id_names_one_action_and_no_other(start_server, verb, amount):
    """Otherwise credits would move with nobody on record for it."""
    person, name = known(start_server(WORKERS=0)), str(uuid.uuid4())
    assert move(person, "grant", 40, "--id", name).returncode == 0
    again = move(person, verb, amount, "--id", name, reason="Something else.", by="Eve")
    assert person.balance == 40, again.stdout
    complaint(again)
    assert len(person.ledger) == len(actions(person)) == 1


def test_an_id_is_one_persons(person):
    other, name = known(person.server), str(uuid.uuid4())
    assert move(person, "grant", 40, "--id", name).returncode == 0
    complaint(move(other, "grant", 40, "--id", name))
    assert other.ledger == [] and person.balance == 40


# Being told how

@pytest.mark.parametrize("command, words", [
    ("audit", ["--json", "--rules", "Status 3"]),
    ("reconcile", ["run", "retry", "dismiss", "Status 3"]),
    ("reconcile run", ["--days"]), ("reconcile retry", ["<event>", "--reason", "--by", "--id"]),
    ("reconcile dismiss", ["<event>", "--reason", "--by", "--id"]),
    ("credits", ["grant", "adjust", "--id"]),
    ("credits grant", ["<email>", "<amount>", "--reason"]),
    ("credits adjust", ["<email>", "-- -40", "--by"])])
def test_each_command_says_how_it_is_used(tmp_path, command, words):
    done = run(*command.split(), "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "OVERVIEW: " in done.stdout and f"placemint {command}" in done.stdout
    for word in words:
        assert word in done.stdout, word


def test_the_programs_help_lists_the_operators_commands(tmp_path):
    text = run("--help", cwd=tmp_path).stdout
    for command in ("audit", "reconcile", "credits"):
        assert re.search(rf"^\s+{command}\s+\w", text, re.M), command
