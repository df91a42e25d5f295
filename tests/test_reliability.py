"""The table of faults counts what tests really did, and says what was not survived."""

from pathlib import Path

import pytest

from tests import reliability
from tests.reliability import main, table


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
