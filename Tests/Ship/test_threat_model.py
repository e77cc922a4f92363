"""docs/threat-model.md names, for every attack, the test that shows what stops it. They exist."""
import re

from dockerfile import ROOT

PAGE = (ROOT / "docs/threat-model.md").read_text()


def rows():
    """The cells of every row that is an attack."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and not set(line) <= set("|-"):
            yield cells


def python_tests():
    found = {}
    for file in (ROOT / "Tests").rglob("test_*.py"):
        names = re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M)
        found.setdefault(file.name, set()).update(names)
    return found


def swift_suites():
    text = "\n".join(file.read_text() for file in (ROOT / "Tests").rglob("*Tests.swift"))
    return set(re.findall(r"(?:struct|class|enum) (\w+)", text)) | {
        file.stem for file in (ROOT / "Tests").rglob("*Tests.swift")}


def rules():
    text = "\n".join(file.read_text() for file in (ROOT / "Tests/Security/rules").glob("*.yaml"))
    return set(re.findall(r"- id: ([\w-]+)", text))


def test_every_attack_has_what_stops_it_and_a_test():
    attacks = [cells for cells in rows() if cells[0] != "asset"]
    assert len(attacks) > 25
    for asset, attacker, attack, stops, tests in attacks:
        assert all((asset, attacker, attack, stops)), attack
        assert "`" in tests or tests.startswith("none: "), f"no test: {attack}"


def test_every_test_that_is_named_exists():
    tests, suites, known = python_tests(), swift_suites(), rules()
    named = 0
    for *_, cell in rows():
        for name in re.findall(r"`([^`]+)`", cell):
            named += 1
            if "::" in name:
                file, test = name.split("::")
                assert test in tests.get(file, set()), name
            elif name.endswith(".py"):
                assert name in tests, name
            else:
                assert name in suites | known | {"Tests/Ship/check", "script/security"}, name
    assert named > 40
