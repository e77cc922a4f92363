"""Looks for secrets in what git keeps, and compares with those that were found harmless before.

Usage: find_secrets.py [--accept], with the Python that has detect-secrets

The tests are full of made-up secrets; among them only the forms of real ones are looked for. Nothing
is asked of anybody (--no-verify).
"""
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HARMLESS = Path(__file__).with_name("secrets.baseline")
# What goes by how random a text looks, or by what it is called.
GUESSES = ["KeywordDetector", "HexHighEntropyString", "Base64HighEntropyString", "BasicAuthDetector"]


def files(*paths):
    """What git keeps, or would keep: not what only lies about here, such as .env."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def scan(names, *options):
    tool = Path(sys.executable).with_name("detect-secrets")
    done = subprocess.run([tool, "scan", "--no-verify", *options, *names], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["results"]


def find():
    unlike = [word for guess in GUESSES for word in ("--disable-plugin", guess)]
    outside, inside = files(":!Tests"), files("Tests", f":!{HARMLESS.relative_to(ROOT)}")
    assert outside and inside, "git lists no files"
    return scan(outside) | scan(inside, *unlike)


def main():
    found = find()
    if "--accept" in sys.argv:
        kept = {name: sorted({f"{one['type']} {one['hashed_secret']}" for one in all})
                for name, all in found.items()}
        HARMLESS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
        print(f"Written: {HARMLESS.relative_to(ROOT)}. Look at what is new before you commit it.")
        return 0
    # By what they are, not by their lines, which move.
    harmless = json.loads(HARMLESS.read_text())
    new = [(name, one) for name, all in sorted(found.items()) for one in all
           if f"{one['type']} {one['hashed_secret']}" not in harmless.get(name, [])]
    for name, one in new:
        print(f"{name}:{one['line_number']}: {one['type']}")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
