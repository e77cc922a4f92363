"""`GET /openapi.json` is OpenAPI 3.1, and schemathesis finds nothing that it does not say."""
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

from rig.person import Person

HERE = Path(__file__).parent
# What closes the account that asks, and a stream that never ends, are tested elsewhere.
LEFT_OUT = ["closeAccount", "streamEvents"]
# Cases an operation, beside those that cover each keyword of its schemas.
EXAMPLES = 6
# A person may ask fifty times a second.
RATE = "40/s"
LIMIT = 300


@pytest.fixture(scope="module")
def document(idle_server):
    answer = requests.get(idle_server.url + "/openapi.json", timeout=10)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    return answer.json()


def test_the_description_is_valid(document, idle_server):
    OpenAPIV31SpecValidator(document).validate()
    assert document["servers"] == [{"url": idle_server.url}]


def tags(document):
    return {operation["tags"][0] for path in document["paths"].values()
            for operation in path.values()}


PARTS = {"videos": ["Videos"], "the rest": ["Files", "Catalogue", "Credits", "Account", "Webhooks",
                                            "Sign-in", "Server"]}


def test_every_part_is_tried(document):
    assert tags(document) == {tag for part in PARTS.values() for tag in part}


@pytest.mark.parametrize("part", PARTS)
def test_answers_keep_to_the_description(idle_server, tmp_path, part):
    person = Person(idle_server).has_credits_for(100)
    command = [
        Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml",
        "--no-color", "run",
        idle_server.url + "/openapi.json", "--header", f"Authorization: Bearer {person.token}",
        "--checks", "all", "--max-examples", EXAMPLES, "--seed", 1, "--rate-limit", RATE,
        "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure", "--no-shrink",
        "--suppress-health-check", "too_slow", "--warnings", "off"]
    for tag in PARTS[part]:
        command += ["--include-tag", tag]
    for operation in LEFT_OUT:
        command += ["--exclude-operation-id", operation]
    run = subprocess.run(
        [str(word) for word in command], cwd=tmp_path, capture_output=True, text=True,
        timeout=LIMIT, check=False)
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert "Seed: 1" in run.stdout and "Tested: " in run.stdout
