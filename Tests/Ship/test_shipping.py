"""What is shipped, read: the Dockerfile, compose.yaml, the systemd units, the settings' example.
Tests/Ship/check tries them out."""
import re

import pytest
import yaml

import dockerfile
from dockerfile import ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def runtime():
    return dockerfile.stage("runtime")


def copied():
    """What of the repository goes into the image or into its making."""
    found = set()
    for stage in dockerfile.stages():
        for text in stage.all("COPY"):
            origin, sources, _ = dockerfile.copy(text)
            found |= set() if origin else set(sources)
    return found - {"Package.resolve[d]"}  # Only where somebody keeps one.


def documented_settings():
    text = (ROOT / "docs/settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", text, re.M))


# The Dockerfile

def test_the_last_stage_is_the_one_without_a_database():
    *_, last = dockerfile.stages()
    assert last.base == "runtime" and last.instructions == []
    assert dockerfile.stage("embedded").base == "runtime"
    assert "postgresql" in dockerfile.packages(dockerfile.stage("embedded").last("RUN"))
    assert not [name for run in dockerfile.stage("runtime").all("RUN")
                for name in dockerfile.packages(run) if name.startswith("postgresql")]


def test_what_it_starts_from_is_pinned():
    for stage in dockerfile.stages():
        if stage.base not in ("runtime",):
            assert re.search(r":.*\d{2,}|:\d+\.\d+\.\d+|@sha256:", stage.base), stage.base


def test_it_runs_as_nobody_in_particular(runtime):
    account = re.search(r"--uid (\d+)", " ".join(runtime.all("RUN")))[1]
    assert int(account) >= 10_000
    for stage in (runtime, dockerfile.stage("embedded")):
        assert stage.last("USER") == f"{account}:{account}"


def test_it_asks_itself_how_it_is_and_stops_when_told(runtime):
    assert dockerfile.command(runtime.last("HEALTHCHECK")) == ["placemint", "health"]
    assert runtime.last("STOPSIGNAL") == "SIGTERM"
    assert dockerfile.command(runtime.last("ENTRYPOINT")) == ["placemint"]
    assert dockerfile.command(runtime.last("CMD")) == ["serve"]


def test_its_settings_are_settings(runtime):
    settings = {}
    for text in runtime.all("ENV"):
        settings |= dockerfile.environment(text)
    assert set(settings) - {"LANG"} <= documented_settings()
    assert settings["PLACEMINT_DATA"] == runtime.last("VOLUME")
    assert settings["PORT"] == runtime.last("EXPOSE")


def test_all_that_is_copied_is_there_and_sent_to_docker():
    for path in copied():
        within = [path, *(f"{path}/{name.name}" for name in (ROOT / path).glob("*"))]
        assert (ROOT / path).exists() and any(map(dockerfile.is_sent, within)), path
    # Swift looks for every target's folder, also for those that are not built.
    manifest = (ROOT / "Package.swift").read_text()
    names = re.findall(r'tests\(\s*"(\w+)"', manifest)
    assert len(names) > 5
    for name in names:
        assert dockerfile.is_sent(f"Tests/{name}Tests/A.swift"), name
    assert dockerfile.is_sent("Tests/TestDatabase/A.swift")


@pytest.mark.parametrize("path", [
    ".env", ".git/config", ".build/debug/placemint", "data/postgres", "docs/backup.md",
    "Tests/EndToEnd/test_money.py", ".venv/bin/python", "backup.dump"])
def test_nothing_else_is_sent_to_docker(path):
    assert not dockerfile.is_sent(path)


def test_no_secret_is_sent_to_docker():
    files = [str(file.relative_to(ROOT)) for top in copied() for file in (ROOT / top).rglob("*")]
    sent = [path for path in files if dockerfile.is_sent(path)]
    assert len(sent) > 100
    assert not [path for path in sent if re.search(r"\.(env|pem|key|p12|dump)$", path)]


# compose.yaml

def test_the_schema_and_the_bucket_come_before_the_server(compose):
    services = compose["services"]
    for name in ("placemint", "worker"):
        waits = {other: how["condition"] for other, how in services[name]["depends_on"].items()}
        assert waits == {
            "postgres": "service_healthy", "migrate": "service_completed_successfully",
            "bucket": "service_completed_successfully"}
    for name in ("migrate", "bucket"):
        assert services[name]["restart"] == "no", "it is done once"
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert services[other]["healthcheck"]["test"]


def test_what_listens_can_be_asked_how_it_is(compose):
    for name in ("postgres", "minio"):
        check = compose["services"][name]["healthcheck"]
        assert {"test", "interval", "timeout", "retries"} <= set(check), name
    # The image has its own; a worker listens on nothing.
    assert "healthcheck" not in compose["services"]["placemint"]
    assert compose["services"]["worker"]["healthcheck"] == {"disable": True}
    assert compose["services"]["worker"]["command"] == ["work"]


def test_every_service_has_limits_and_can_gain_nothing(compose):
    for name, service in compose["services"].items():
        assert {"mem_limit", "cpus"} <= set(service), name
        assert "no-new-privileges:true" in service["security_opt"], name
        if service.get("build"):
            assert service["read_only"] and service["cap_drop"] == ["ALL"], name
            assert any(place.startswith("/tmp") for place in service["tmpfs"]), name


def test_only_this_machine_reaches_it(compose):
    published = [port for service in compose["services"].values()
                 for port in service.get("ports", [])]
    assert published and all(port.startswith("127.0.0.1:") for port in published)


def test_compose_gives_settings_that_there_are(compose):
    known = documented_settings() | {
        "S3_ENDPOINT", "S3_REGION", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"}
    for name in ("migrate", "placemint", "worker"):
        assert set(compose["services"][name]["environment"]) <= known, name


def test_no_password_has_a_default(compose):
    text = (ROOT / "compose.yaml").read_text()
    for name in re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEY)\w*)", text):
        assert not re.search(r"\$\{" + name + r"(:-|-|\})", text), f"{name} has to be given"


def test_the_example_has_what_compose_asks_for_and_no_secret():
    example = (ROOT / ".env.example").read_text()
    given = dict(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=(.*)$", example, re.M))
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert asked <= set(given), asked - set(given)
    for name, value in given.items():
        assert not (re.search(r"PASSWORD|SECRET|KEY", name) and value), name
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_images_of_others_are_pinned(compose):
    for service in compose["services"].values():
        if not service.get("build"):
            assert re.search(r":\d|:RELEASE\.\d|@sha256:", service["image"]), service["image"]


# The systemd units

def unit(path):
    found = {}
    for line in path.read_text().splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_both_units_are_confined_alike():
    worker, server = map(unit, UNITS)
    assert server["ExecStart"] == ["/usr/local/bin/placemint serve"]
    assert worker["ExecStart"] == ["/usr/local/bin/placemint work"]
    own = {"Description", "After", "ExecStart", "EnvironmentFile"}
    assert ({name: value for name, value in server.items() if name not in own}
            == {name: value for name, value in worker.items() if name not in own})


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_confined(path):
    settings = unit(path)
    for name in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "PrivateDevices",
                 "MemoryDenyWriteExecute", "RestrictNamespaces", "RestrictSUIDSGID",
                 "ProtectKernelTunables", "ProtectKernelModules", "LockPersonality"):
        assert settings[name] == ["yes"], name
    assert settings["ProtectSystem"] == ["strict"]
    assert settings["CapabilityBoundingSet"] == [""]
    assert settings["SystemCallFilter"][0] == "@system-service"
    assert settings["StateDirectory"] == ["placemint"]
    assert "PLACEMINT_DATA=/var/lib/placemint" in settings["Environment"][0]
