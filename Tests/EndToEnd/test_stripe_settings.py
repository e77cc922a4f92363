"""Selling at Stripe is set up wrong: the start is refused with one line that names the setting."""
import shutil
import tempfile
from pathlib import Path

import pytest
from stripe_fake import FakeStripe

from rig.server import complaint, free_port, run
from rig.shop import KEY, SECRET, Shop, keys

BOTH = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET}
PUBLIC = {"PUBLIC_URL": "https://studio.example"}
MAIL = {"SMTP_URL": "smtps://studio:secret@mail.example:465", "MAIL_FROM": "codes@studio.example"}


@pytest.fixture
def folder():
    folder = Path(tempfile.mkdtemp(prefix="placemint-settings-"))
    yield folder
    shutil.rmtree(folder)


def refusal(folder, **settings):
    """The line with which a start is refused, before anything was begun."""
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "data", **settings)
    line = complaint(done)
    assert not (folder / "data").exists(), "nothing was begun"
    assert KEY not in done.stderr and SECRET not in done.stderr and "mail.example" not in line
    return line


WRONG = {
    "no webhook secret": ({"STRIPE_SECRET_KEY": KEY}, "STRIPE_WEBHOOK_SECRET", "must be set"),
    "no key": ({"STRIPE_WEBHOOK_SECRET": SECRET}, "STRIPE_SECRET_KEY", "must be set"),
    "an empty key": (BOTH | {"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY", "must be set"),
    "a publishable key": (
        BOTH | {"STRIPE_SECRET_KEY": "pk_test_123"}, "STRIPE_SECRET_KEY", "is not a secret key"),
    "a key for something else": (
        BOTH | {"STRIPE_SECRET_KEY": SECRET}, "STRIPE_SECRET_KEY", "is not a secret key"),
    "a key in capitals": (
        BOTH | {"STRIPE_SECRET_KEY": KEY.upper()}, "STRIPE_SECRET_KEY", "is not a secret key"),
    "a key with a line break": (
        BOTH | {"STRIPE_SECRET_KEY": KEY + "\nX-Other: 1"}, "STRIPE_SECRET_KEY", ""),
    "nothing after the key's prefix": (
        BOTH | {"STRIPE_SECRET_KEY": "sk_live_"}, "STRIPE_SECRET_KEY", ""),
    "a secret without its prefix": (
        BOTH | {"STRIPE_WEBHOOK_SECRET": "0123456789abcdef"}, "STRIPE_WEBHOOK_SECRET", "whsec_"),
    "a secret that is only a prefix": (
        BOTH | {"STRIPE_WEBHOOK_SECRET": "whsec_"}, "STRIPE_WEBHOOK_SECRET", "whsec_"),
    "three secrets": (
        BOTH | {"STRIPE_WEBHOOK_SECRET": "whsec_a,whsec_b,whsec_c"}, "STRIPE_WEBHOOK_SECRET",
        "two"),
    "a second secret that is none": (
        BOTH | {"STRIPE_WEBHOOK_SECRET": f"{SECRET},old"}, "STRIPE_WEBHOOK_SECRET", "whsec_"),
    "a comma": (BOTH | {"STRIPE_WEBHOOK_SECRET": ","}, "STRIPE_WEBHOOK_SECRET", "whsec_"),
    "tax twice": (BOTH | {"STRIPE_MANAGED_PAYMENTS": 1, "STRIPE_AUTOMATIC_TAX": 1},
                  "STRIPE_AUTOMATIC_TAX", "STRIPE_MANAGED_PAYMENTS"),
    "an option that is no flag": (
        BOTH | {"STRIPE_PROMOTION_CODES": "yes"}, "STRIPE_PROMOTION_CODES", "'yes'"),
}
for address in ("http://stripe.example", "http://10.0.0.1", "http://127.0.0.1.example",
                "http://localhost.example", "http://user@stripe.example", "ftp://localhost",
                "stripe.example", "https://", "//localhost", "http://0.0.0.0:1"):
    WRONG[f"an address like {address}"] = (
        BOTH | {"STRIPE_API_BASE": address}, "STRIPE_API_BASE", "https://")
for option in ("STRIPE_API_BASE", "STRIPE_MANAGED_PAYMENTS", "STRIPE_AUTOMATIC_TAX",
               "STRIPE_PROMOTION_CODES"):
    WRONG[f"{option} alone"] = ({option: 1}, option, "STRIPE_SECRET_KEY")


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_stops_the_start(folder, case):
    settings, variable, word = WRONG[case]
    line = refusal(folder, **settings)
    assert line.startswith(f"{variable}: ") and word in line


@pytest.mark.parametrize("command", [["reconcile"], ["work"], ["migrate"], ["audit"],
                                     ["credits", "grant", "a@b.example", "1", "--reason", "x"]])
def test_every_command_refuses_what_the_server_refuses(folder, command):
    done = run(*command, cwd=folder, PLACEMINT_DATA=folder / "data", STRIPE_SECRET_KEY=KEY)
    assert complaint(done).startswith("STRIPE_WEBHOOK_SECRET: ")


def test_a_server_for_the_world_needs_mail_too(folder):
    line = refusal(folder, **BOTH, **PUBLIC)
    assert line.startswith("PUBLIC_URL: ") and "codes stand in the log" in line
    assert "sandbox's" not in line and "PLACEMINT_ALLOW_SANDBOX=1" in line


def test_a_server_for_the_world_needs_payments_too(folder):
    line = refusal(folder, **MAIL, **PUBLIC)
    assert line.startswith("PUBLIC_URL: ") and "payments are the sandbox's" in line
    assert "codes" not in line


def test_a_server_for_the_world_without_either_is_told_of_both(folder):
    line = refusal(folder, **PUBLIC)
    assert "payments are the sandbox's and sign-in codes stand in the log" in line


@pytest.mark.parametrize("address", ["http://studio.example", "http://10.0.0.1:8080",
                                     "http://127.example", "http://localhost.example"])
def test_no_other_address_passes_for_this_machine(folder, address):
    assert refusal(folder, PUBLIC_URL=address).startswith("PUBLIC_URL: ")


def test_with_mail_and_stripe_the_world_may_come(start_server):
    with FakeStripe(KEY, SECRET) as fake:
        server = start_server(WORKERS=0, **keys(fake), **PUBLIC, **MAIL)
        Shop(server, fake)
        assert SECRET not in server.log and "mail.example" not in server.log


@pytest.mark.parametrize("settings", [
    {"STRIPE_SECRET_KEY": "rk_test_restricted1"}, {"STRIPE_WEBHOOK_SECRET": "whsec_a , whsec_b"},
    {"STRIPE_API_BASE": "http://[::1]:1"}, {"STRIPE_API_BASE": "http://localhost:1"},
    {"STRIPE_MANAGED_PAYMENTS": 0, "STRIPE_AUTOMATIC_TAX": 1}, {"STRIPE_API_BASE": ""}])
def test_what_is_right_is_not_refused(folder, settings):
    """Told by the next setting that is wrong."""
    line = refusal(folder, **BOTH | {"WELCOME_CREDITS": "free"} | settings)
    assert line.startswith("WELCOME_CREDITS: "), line


def test_a_restricted_key_sells_too(start_server):
    with FakeStripe("rk_test_restricted", SECRET) as fake:
        shop = Shop(start_server(WORKERS=0, **keys(fake)), fake)
        buyer = shop.customer()
        buyer.buy()
        assert buyer.balance == 500
