"""Proof that the projections follow from the events, and the projections written anew.

Each stream is a transaction of its own, so that a bot that serves meanwhile is not held up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.engine.states import replay
from bot.storage import projections, queries, rebuilding, streams
from bot.storage.database import Connection, Database
from bot.storage.rebuilding import Rows


@dataclass(frozen=True, kw_only=True)
class Differs:
    """A stream whose projection was not what its events lead to."""

    stream: str
    was: Rows
    now: Rows

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables in which it differs."""
        return tuple(table for table in self.now if self.was[table] != self.now[table])


class _OnlyLooking(Exception):
    """Carries what was found out of a transaction that must leave nothing behind."""

    def __init__(self, found: Differs | None) -> None:
        super().__init__()
        self.found = found


async def rebuild(
    database: Database, *, write: bool, progress: Callable[[int, int], None]
) -> tuple[int, list[Differs]]:
    """Return how many streams there are, and those whose projections differed.

    With `write` the projections are as the events have it afterwards; else nothing changes.

    Raises:
        DatabaseAway: it stopped half-way, which does no harm.
    """
    known = [stream for stream, _ in await database.read(queries.all_streams)]
    orphans = await database.read(rebuilding.without_events)
    every = [*known, *orphans]
    different: list[Differs] = []
    for number, stream in enumerate(every, start=1):
        found = await _one(database, stream, write=write)
        if found is not None:
            different.append(found)
        progress(number, len(every))
    return len(every), different


async def _one(database: Database, stream: str, *, write: bool) -> Differs | None:
    try:
        return await database.write(partial(_looked_at, stream=stream, write=write))
    except _OnlyLooking as looked:
        return looked.found


def _looked_at(connection: Connection, stream: str, *, write: bool) -> Differs | None:
    found = anew(connection, stream)
    if not write:
        raise _OnlyLooking(found)
    return found


def anew(connection: Connection, stream: str) -> Differs | None:
    """Write the projections of a stream from its events; return what was different before."""
    at = streams.head(connection, stream)
    was = rebuilding.rows_of(connection, stream)
    rebuilding.forget(connection, stream)
    recorded = streams.read(connection, stream)
    state = replay(None, recorded, at.workspace) if at else None
    if state is not None:
        projections.project(connection, None, state, recorded[-1].recorded_at)
    now = rebuilding.rows_of(connection, stream)
    return None if was == now else Differs(stream=stream, was=was, now=now)
