"""The table of requirements leaves out none that is asked for, and names tests that exist."""

import re
from pathlib import Path

REPO = Path(__file__).parents[1]
TABLE = (REPO / "docs" / "requirements.md").read_text(encoding="utf-8")
HOME = "tests/scenarios/test_requirements.py"
ASKED = {
    *(f"R{n}" for n in (1, 3, 4, 5, 6, 10, 14, 16, 18, 23, 34, 35, 37, 43, 44, 46, 47, 48, 50, 51)),
    *(f"R{n}" for n in (30, 31, 54, 55, 56, 57, 60, 71)),
    *(f"P{n}" for n in (1, 3, 5, 9, 10, 11, 20, 27, 28)),
    *(f"B{n}" for n in (1, 2, 3, 4, 5, 11, 18, 21)),
}


def shown() -> dict[str, list[str]]:
    """The tests that each line names, as file and name."""
    found: dict[str, list[str]] = {}
    for row in re.finditer(r"^\| ([RPB]\d+) \|[^|]+\|([^|]+)\|", TABLE, re.MULTILINE):
        named = re.findall(r"`([^`]+)`", row[2])
        found[row[1]] = [name if "::" in name else f"{HOME}::{name}" for name in named]
    return found


def test_every_line_that_is_asked_for_is_in_the_table_once() -> None:
    lines = re.findall(r"^\| ([RPB]\d+) \|", TABLE, re.MULTILINE)
    assert len(lines) == len(set(lines))
    assert set(lines) == ASKED


def test_every_line_names_tests_that_exist() -> None:
    for line, tests in shown().items():
        assert tests, f"no test is named for {line}"
        for test in tests:
            path, _, name = test.partition("::")
            source = REPO / path
            assert source.exists(), f"{line}: there is no {path}"
            assert f"def {name}(" in source.read_text(encoding="utf-8"), f"{line}: no {name}"


def test_every_scenario_of_a_requirement_is_in_the_table() -> None:
    written = set(re.findall(r"def (test_[rpb]\d+_\w+)\(", (REPO / HOME).read_text("utf-8")))
    named = {test.partition("::")[2] for tests in shown().values() for test in tests}
    assert written <= named, sorted(written - named)
