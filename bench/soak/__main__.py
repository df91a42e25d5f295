"""Run the soak and print its table: `python -m bench.soak [minutes] [SQLite|PostgreSQL]`."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from bench.databases import KINDS
from bench.soak.figures import tell
from bench.soak.story import Plan, play
from bench.table import Table

_MINUTES = 10.0
_FIRST = 0.6
"""The part of the time without method tiers."""


def main() -> int:
    """Print the table; exit 1 where something was lost, doubled or leaked."""
    minutes, kind = _MINUTES, KINDS[0]
    for argument in sys.argv[1:]:
        if argument in KINDS:
            kind = argument
        elif argument.replace(".", "", 1).isdigit() and float(argument) > 0:
            minutes = float(argument)
        else:
            print(f"soak: {argument!r} is neither minutes nor one of {', '.join(KINDS)}")
            return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seconds = minutes * 60
    plan = Plan(seconds=seconds * _FIRST, tiered_seconds=seconds * (1 - _FIRST), kind=kind)
    with tempfile.TemporaryDirectory(prefix="muster-soak-") as folder:
        outcome = asyncio.run(play(plan, Path(folder)))
    table = Table()
    table.head()
    tell(table, plan, outcome)
    for line in (*outcome.wrong, *outcome.complaints):
        print(f"soak: {line}")
    return 1 if outcome.wrong or outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
