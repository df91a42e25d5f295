"""What operators are given holds together: numbers, documents, dashboard and alerts."""

import re
from pathlib import Path

from bot.engine.tally import COUNTED, SHOWN, TIMED

REPO = Path(__file__).parents[1]
OPERATIONS = (REPO / "docs" / "operations.md").read_text(encoding="utf-8")


def known() -> dict[str, tuple[str, ...]]:
    """Every metric with its labels."""
    return {
        **{f"muster_{name}_total": number.by for name, number in COUNTED.items()},
        **{f"muster_{name}": number.by for name, number in {**TIMED, **SHOWN}.items()},
    }


def documented() -> dict[str, tuple[str, ...]]:
    """The metrics in the table of docs/operations.md with their labels."""
    rows = re.findall(
        r"^\| `(muster_\w+)`(?: \(shared\))? \|([^|]*)\|[^|]+\|$", OPERATIONS, re.MULTILINE
    )
    return {name: tuple(re.findall(r"`(\w+)`", by)) for name, by in rows}


def test_every_number_is_explained_and_no_other() -> None:
    assert documented() == known(), "keep the table of docs/operations.md and tally.py together"
