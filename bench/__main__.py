"""Measure everything, or what is named: `python -m bench [declares] [long] …`."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from bench import (
    declares,
    idle,
    log,
    long,
    many,
    messages,
    page,
    pretending,
    replicas,
    reviews,
    timers,
)
from bench.table import Table

PARTS = {
    "declares": declares.measure,
    "long": long.measure,
    "reviews": reviews.measure,
    "log": log.measure,
    "timers": timers.measure,
    "many": many.measure,
    "idle": idle.measure,
    "messages": messages.measure,
    "replicas": replicas.measure,
    "simulator": pretending.measure,
    "page": page.measure,
}


def main() -> int:
    """Print the table; a figure that falls short does not fail the run, it is written down."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"bench: there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
        return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    table = Table()
    table.head()
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
            asyncio.run(PARTS[name](table, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
