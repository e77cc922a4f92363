"""What Supabase's command line sets up fits what the studio shows and the migrations make."""
import re
import tomllib

from rig.server import ROOT

CONFIG = tomllib.loads((ROOT / "supabase/config.toml").read_text())


def number(source, name):
    """A constant's value, where it is decided."""
    found = re.search(rf"{name}(?:: \w+)? = ([\d_]+)", (ROOT / "Sources" / source).read_text())
    return int(found[1].replace("_", ""))


def test_codes_are_as_the_studio_takes_them():
    email = CONFIG["auth"]["email"]
    assert email["otp_length"] == number("Identity/OneTimeCode.swift", "digits")
    assert email["otp_expiry"] == number("Identity/OneTimeCode.swift", "lifetime")
    assert email["enable_confirmations"]
    assert set(email["template"]) == {"confirmation", "magic_link"}
    for template in email["template"].values():
        assert "{{ .Token }}" in (ROOT / template["content_path"]).read_text()


def test_nothing_is_granted_that_no_migration_grants():
    assert CONFIG["api"]["auto_expose_new_tables"] is False
    assert CONFIG["api"]["schemas"] == ["public"]
    assert CONFIG["auth"]["enable_anonymous_sign_ins"] is False


def test_the_largest_clip_fits():
    megabytes = int(CONFIG["storage"]["file_size_limit"].removesuffix("MiB"))
    assert megabytes * 1024 ** 2 >= number("Media/Clips/Clip.swift", "mostBytes")
