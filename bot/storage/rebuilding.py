"""Projections of one stream, taken away and read back: what a rebuild compares."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.storage import tables as t

PROJECTED = (t.incidents, t.incident_people, t.followups)
"""`rooms` is none of them: how far a room was read is a fact of its own. `verify` compares whose
room it is."""

Rows = Mapping[str, list[str]]
"""For each table, its rows of one stream as canonical text, in order."""


def rows_of(connection: Connection, stream: str) -> Rows:
    """Return the projections of a stream."""
    return {
        table.name: sorted(
            _canonical(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
            for row in connection.execute(select(table).where(table.c.stream == stream))
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


def _canonical(row: dict[str, Any]) -> str:
    return json.dumps(row, default=str, sort_keys=True, ensure_ascii=False)
