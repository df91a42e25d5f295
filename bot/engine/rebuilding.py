"""Writes the projections anew from the events, or only says where they differ from them.

Each stream is written in a transaction of its own, so that a running bot is not held up. To compare
them nothing is written at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.domain.incident import replay
from bot.storage import projections, queries, rebuilding, streams
from bot.storage.database import Connection, Database
from bot.storage.rebuilding import Rows
from bot.storage.statements import one_moment


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


async def rebuild(
    database: Database, *, write: bool, progress: Callable[[int, int], None]
) -> tuple[int, list[Differs]]:
    """Return how many streams there are, and those whose projections differed.

    With `write` the projections are as the events have it afterwards. Else nothing is written, so
    the database need not be one that can be.

    Raises:
        DatabaseAway: it stopped half-way, which does no harm.
    """
    if not write:
        return await database.read(partial(_compared, progress=progress))
    every = await database.read(_every)
    different: list[Differs] = []
    for number, (stream, _) in enumerate(every, start=1):
        found = await database.write(partial(anew, stream=stream))
        if found is not None:
            different.append(found)
        progress(number, len(every))
    return len(every), different


def _every(connection: Connection) -> list[tuple[str, str]]:
    orphans = [(stream, "") for stream in rebuilding.without_events(connection)]
    return [*queries.all_streams(connection), *orphans]


def _compared(
    connection: Connection, *, progress: Callable[[int, int], None]
) -> tuple[int, list[Differs]]:
    """Compare all streams as they are at one moment."""
    one_moment(connection)
    every = _every(connection)
    different: list[Differs] = []
    with rebuilding.paper() as paper:
        for number, (stream, workspace) in enumerate(every, start=1):
            found = _follow(connection, stream, workspace, onto=paper)
            rebuilding.forget(paper, stream)
            if found is not None:
                different.append(found)
            progress(number, len(every))
    return len(every), different


def anew(connection: Connection, stream: str) -> Differs | None:
    """Write the projections of a stream from its events; return what was different before."""
    at = streams.head(connection, stream)
    return _follow(connection, stream, at.workspace if at else "", onto=connection)


def _follow(
    connection: Connection, stream: str, workspace: str, *, onto: Connection
) -> Differs | None:
    """Write what the events lead to `onto` a connection; return what differs in the database."""
    recorded = streams.read(connection, stream)
    was, now = rebuilding.rows_of(connection, stream), dict[str, list[str]]()
    rebuilding.forget(onto, stream)
    if recorded:
        listed, right = rebuilding.rooms(connection, workspace, recorded)
        was |= rebuilding.room_rows(listed)
        now |= rebuilding.room_rows(right)
        rebuilding.set_rooms_right(onto, listed, right)
        state = replay(recorded, workspace)
        if state is not None:
            projections.project(onto, None, state, recorded[-1].recorded_at)
    now |= rebuilding.rows_of(onto, stream)
    return None if was == now else Differs(stream=stream, was=was, now=now)
