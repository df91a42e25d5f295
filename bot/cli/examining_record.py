"""What `muster doctor` tells of words that are being emptied, or soon will be."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cli.examining_database import seen
from bot.cli.findings import Finding, ok, problem
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.storage import authorship, erasures, retention
from bot.storage.database import Connection
from bot.storage.erasures import Begun
from bot.storage.retention import Coming

_AHEAD = timedelta(days=7)


async def record(settings: Settings, process: Process) -> list[Finding]:
    """What is about to be emptied? Nothing is said of a record that is not there, or not this old.

    While there is time, what is still needed can be saved.
    """
    now = Clock().now()

    def look(connection: Connection) -> tuple[list[Begun], list[Coming]]:
        return erasures.unfinished(connection), _coming(connection, process, now)

    begun, coming = await seen(settings, look) or ([], [])
    return [*_erasing(begun), *_emptied_soon(coming)]


def _coming(connection: Connection, process: Process, now: datetime) -> list[Coming]:
    return [
        one
        for workspace in authorship.workspaces(connection)
        for one in retention.coming(connection, workspace, process, now, _AHEAD)
    ]


def _erasing(begun: list[Begun]) -> Iterator[Finding]:
    for one in begun:
        since = f"{one.since:%Y-%m-%d %H:%M} UTC"
        yield problem(
            f"Record: the erasure of {one.user} began at {since} and is not done",
            "If it was cut short, a bot that runs finishes it a quarter of an hour after it began.",
        )


def _emptied_soon(coming: list[Coming]) -> Iterator[Finding]:
    if not coming:
        return
    first = min(coming, key=lambda one: one.at)
    many = len({one.number for one in coming})
    of = "1 incident" if many == 1 else f"{many:,} incidents"
    yield ok(
        f"Record: words of {of} are emptied within {_AHEAD.days} days (retention), first those of "
        f"INC-{first.number} from {first.at:%Y-%m-%d %H:%M} UTC on",
        "`muster retention` lists them; `muster export` saves one.",
    )
