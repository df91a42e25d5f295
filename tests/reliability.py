"""The table "faults tried, survived": tests that put faults in say what they really did.

Most say it with a mark, on themselves or on their module; each that passes counts for one:

    @pytest.mark.faults("the socket stays away")

One that knows better what it did carries the mark without words, and counts by itself, at its end,
where everything has been asserted:

    @pytest.mark.faults
    def test_…(tried: Tried) -> None:
        …
        tried("a crash at every boundary of a declare", "SQLite", times=44)

What fails, or was promised a count and gave none, stands in the table as not survived. `make
reliability` runs these tests and writes the table into docs/reliability.md.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

ROWS = "RELIABILITY_ROWS"
"""Names the file that rows are added to; without it nothing is written."""
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
DOCUMENT = Path(__file__).parents[1] / "docs" / "reliability.md"


class Tried(Protocol):
    """Says which fault was put in and survived, where, and how often."""

    def __call__(self, fault: str, where: str, *, times: int = 1) -> None:
        """Count it."""


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Iterator[Tried]:
    """Counts the faults of one test; a test that ends without counting has not survived them."""
    counted: list[dict[str, Any]] = []

    def count(fault: str, where: str, *, times: int = 1) -> None:
        counted.append({"fault": fault, "where": where, "times": times})

    yield count
    _write(counted or [{"failed": request.node.nodeid}])


def note(item: pytest.Item, report: pytest.TestReport) -> None:
    """Count a test whose mark says what it puts in; a fixture that fails is a failure, too."""
    mark = item.get_closest_marker("faults")
    if mark is None or not mark.args or report.skipped:
        return
    if report.failed:
        _write([{"failed": item.nodeid}])
    elif report.when == "call":
        _write([{"fault": mark.args[0], "where": _where(item), "times": 1}])


def _where(item: pytest.Item) -> str:
    """Return which database a test runs on, empty where it needs none."""
    used = set(getattr(item, "fixturenames", ()))
    chosen = getattr(getattr(item, "callspec", None), "id", "")
    if "postgresql" in chosen or ("postgresql" in used and "sqlite" not in chosen):
        return "PostgreSQL"
    return "SQLite" if used & {"world", "night", "room", "copies", "tmp_path"} else ""


def _write(rows: list[dict[str, Any]]) -> None:
    if ROWS in os.environ:
        with Path(os.environ[ROWS]).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as Markdown, those about the same fault and place added up."""
    times: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if "fault" in row:
            times[row["fault"], row["where"]] += row["times"]
    lines = ["| fault | on | tried | survived |", "|---|---|---|---|"]
    lines += [
        f"| {fault} | {where} | {n:,} | {n:,} |" for (fault, where), n in sorted(times.items())
    ]
    lines += [f"| `{row['failed']}` | | | **no** |" for row in rows if "failed" in row]
    return "\n".join(lines)


def main(file: str) -> int:
    """Print the table and put it into the document; 1 when something was not survived."""
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    made = table(rows)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")
    sys.stdout.write(made + "\n")
    return int(any("failed" in row for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
