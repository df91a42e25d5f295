"""The table of faults counts what tests really did, and says what was not survived."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import reliability
from tests.reliability import main, table

TESTS = Path(__file__).parent
PUTS_IN = re.compile(
    r"faults\.add\(|Boundaries\(|Unplugged\(|\blocked\(|shut_down\(|SIGKILL|SIGSTOP|sockets\.cut\("
    r"|fall_silent\(|\.crashes\(|redeliver\(|\.falls\("
)
"""How a test puts a fault in."""
FOLDERS = ("cli", "playbooks", "replicas", "safety", "scenarios", "slack", "storage")
UNCOUNTED = {
    "cli/test_doctor.py": "tells what is wrong with an installation, and survives nothing",
    "safety/test_outside.py": "reads the sources",
    "safety/test_supply.py": "reads the locks",
}
"""Modules of tests that put faults in, or stand among those that do, and why they do not count."""


def marked_tests(file: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield each test of a module with its source, and whether it or the module has the mark."""
    source = file.read_text(encoding="utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    whole = (
        re.search(r"^pytestmark = \[?\s*pytest\.mark\.faults\(", source, re.MULTILINE) is not None
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_":
            marks = [ast.unparse(each) for each in node.decorator_list]
            marked = whole or any(each.startswith("pytest.mark.faults") for each in marks)
            yield node.name, "\n".join(lines[node.lineno - 1 : node.end_lineno]), marked


def test_every_test_that_puts_a_fault_in_is_counted() -> None:
    forgotten = [
        f"{file.relative_to(TESTS)}::{name}"
        for folder in FOLDERS
        for file in sorted((TESTS / folder).rglob("test_*.py"))
        if str(file.relative_to(TESTS)) not in UNCOUNTED
        for name, source, marked in marked_tests(file)
        if not marked and (PUTS_IN.search(source) or folder in {"safety", "replicas"})
    ]
    assert not forgotten, "mark them with pytest.mark.faults: " + ", ".join(forgotten)


def test_what_needs_no_count_is_there() -> None:
    assert [name for name in UNCOUNTED if not (TESTS / name).is_file()] == []


def test_a_marked_test_counts_when_it_passes_and_is_said_to_fail_otherwise(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows"
    monkeypatch.setenv(reliability.ROWS, str(rows))
    request.node.add_marker(pytest.mark.faults("a kill"))
    for when, outcome in (("setup", "passed"), ("call", "passed"), ("teardown", "failed")):
        reliability.note(request.node, report(request.node, when, outcome))
    request.node.add_marker(pytest.mark.faults, append=False)
    reliability.note(request.node, report(request.node, "call", "passed"))
    written = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    survived = {"fault": "a kill", "where": "SQLite", "times": 1}
    assert written == [survived, {"failed": request.node.nodeid}]


def report(item: pytest.Item, when: Any, outcome: Any) -> pytest.TestReport:
    """What pytest says of one phase of a test."""
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome=outcome,
        longrepr=None,
        when=when,
    )


def row(fault: str, where: str, times: int) -> dict[str, object]:
    """A row as a test writes it."""
    return {"fault": fault, "where": where, "times": times}


def test_rows_about_the_same_are_added_up() -> None:
    made = table([row("a kill", "SQLite", 2), row("a kill", "SQLite", 3), row("a kill", "x", 1)])
    assert "| a kill | SQLite | 5 | 5 |" in made
    assert "| a kill | x | 1 | 1 |" in made


def test_what_was_not_survived_is_said_and_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, rows = tmp_path / "reliability.md", tmp_path / "rows"
    document.write_text(f"Before.\n{reliability.BEGIN}\nold\n{reliability.END}\nAfter.\n")
    rows.write_text('{"failed": "tests/test_x.py::test_y"}\n')
    monkeypatch.setattr(reliability, "DOCUMENT", document)
    assert main(str(rows)) == 1
    written = document.read_text()
    assert "`tests/test_x.py::test_y` | | | **no** |" in written
    assert "old" not in written
    assert written.startswith("Before.")
    assert written.endswith("After.\n")
