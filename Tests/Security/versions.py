"""Says which dependencies have newer versions. Never fails: what is newer is for a person to judge,
and without a network there is nothing to compare with."""
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# One answer takes a second or two; a network that does not answer is none.
LIMIT = 20


def run(*command):
    """What a command prints, or nothing when it fails or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT,
                              stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def parts(version):
    return tuple(int(number) for number in version.split("."))


def swift_packages():
    text = (ROOT / "Package.swift").read_text()
    return re.findall(r'url: "([^"]+)", from: "([\d.]+)"', text)


def newest_tag(url):
    # Another program's credentials are not asked for.
    listing = run("git", "-c", "credential.helper=", "ls-remote", "--tags", "--refs", url)
    tags = re.findall(r"refs/tags/v?(\d+(?:\.\d+)+)$", listing, re.M)
    return max(tags, key=parts, default=None)


def python_packages():
    for name in ("Tests/requirements.txt", "Tests/Security/requirements.txt"):
        yield from re.findall(r"^([\w.-]+)==([\w.]+)$", (ROOT / name).read_text(), re.M)


def newest_release(name):
    text = run(sys.executable, "-m", "pip", "index", "versions", name,
               "--disable-pip-version-check")
    found = re.match(r"\S+ \(([\w.]+)\)", text)
    return found[1] if found else None


def main():
    packages = [(url.removeprefix("https://github.com/"), used, newest_tag, url)
                for url, used in swift_packages()]
    packages += [(name, used, newest_release, name) for name, used in python_packages()]
    with ThreadPoolExecutor(8) as pool:
        newest = list(pool.map(lambda package: package[2](package[3]), packages))
    unknown = [name for (name, *_), found in zip(packages, newest) if found is None]
    for (name, used, *_), found in zip(packages, newest):
        if found and found != used:
            print(f"{name}: {used} is used, {found} is the newest")
    if unknown:
        print(f"Not known, as nobody answered: {', '.join(unknown)}")
    print(f"{len(packages) - len(unknown)} of {len(packages)} dependencies were compared.")


if __name__ == "__main__":
    main()
