"""Projections of one stream, as they stand and as they should be: what a rebuild compares."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, delete, select, update

from bot.domain import events as e
from bot.domain.events import Recorded
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.statements import add_missing

PROJECTED = (t.incidents, t.incident_people, t.followups)
_FIRST = "0"
"""Up to where a room was read of which nothing is known."""

Rows = Mapping[str, list[str]]
"""For each table, its rows of one stream as canonical text, in order."""


def rows_of(connection: Connection, stream: str) -> dict[str, list[str]]:
    """Return the projections of a stream."""
    return {
        table.name: sorted(
            _canonical(dict(row))
            for row in connection.execute(select(table).where(table.c.stream == stream)).mappings()
        )
        for table in PROJECTED
    }


def forget(connection: Connection, stream: str) -> None:
    """Take the projections of a stream away, to be written anew."""
    for table in PROJECTED:
        connection.execute(delete(table).where(table.c.stream == stream))


def without_events(connection: Connection) -> list[str]:
    """Return the streams that have projections and no events: they follow from nothing."""
    known = select(t.streams.c.id)
    found: set[str] = set()
    for table in PROJECTED:
        query = select(table.c.stream).where(table.c.stream.not_in(known)).distinct()
        found.update(connection.execute(query).scalars())
    return sorted(found)


@contextmanager
def paper() -> Iterator[Connection]:
    """Lend empty projections in memory, to compare without writing to the database."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        t.metadata.create_all(connection, tables=[*PROJECTED, t.rooms])
        yield connection
    engine.dispose()


def _canonical(row: dict[str, Any]) -> str:
    return json.dumps(row, default=str, sort_keys=True, ensure_ascii=False)


# ── Whose room a channel is ─────────────────────────────────────────────────────────────────────
#
# Up to where a room was read follows from no event and is left as it is. So is a room that no event
# opened: Slack gives a channel another id now and then.


Owner = tuple[str, str]
"""A stream and its workspace."""


def rooms(
    connection: Connection, workspace: str, recorded: Sequence[Recorded]
) -> tuple[dict[str, Owner], dict[str, Owner]]:
    """Return whose the channels that became this stream's room are, and whose they should be."""
    right = dict.fromkeys(_opened(recorded), (recorded[0].stream, workspace))
    query = select(t.rooms).where(t.rooms.c.channel.in_(right))
    listed = {row.channel: (row.stream, row.workspace) for row in connection.execute(query)}
    for channel, owner in listed.items():
        another = owner[0] != recorded[0].stream
        if another and channel in _opened(streams.read(connection, owner[0])):
            right[channel] = owner  # it was that one's room first
    return listed, right


def set_rooms_right(
    connection: Connection, listed: Mapping[str, Owner], right: Mapping[str, Owner]
) -> None:
    """Have each channel listed as the room that it should be."""
    for channel, owner in right.items():
        if listed.get(channel) != owner:
            stream, of = owner
            row = {"channel": channel, "workspace": of, "stream": stream, "seen_to": _FIRST}
            add_missing(connection, t.rooms, ("channel",), [row])
            mine = update(t.rooms).where(t.rooms.c.channel == channel)
            connection.execute(mine.values(stream=stream, workspace=of))


def room_rows(owners: Mapping[str, Owner]) -> dict[str, list[str]]:
    """Return whose rooms these are as the rows of one table."""
    return {
        t.rooms.name: sorted(
            _canonical({"channel": channel, "stream": stream, "workspace": workspace})
            for channel, (stream, workspace) in owners.items()
        )
    }


def _opened(recorded: Sequence[Recorded]) -> set[str]:
    return {one.event.channel for one in recorded if isinstance(one.event, e.RoomOpened)}
