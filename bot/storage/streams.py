"""The record: appending to a stream, reading it, and the chain of hashes that holds it together."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, bindparam, select, update

from bot.domain.events import Event, Recorded
from bot.storage import tables as t
from bot.storage.codec import AnyEvent, pack_event, unpack_event
from bot.storage.statements import insert_rows

NOTHING = ""
"""The hash before the first event of a stream."""
HEADING = (
    "workspace",
    "stream",
    "version",
    "name",
    "happened_at",
    "recorded_at",
    "actor",
    "cause",
    "correlation",
    "rule",
)
"""The columns of an event besides its body, in the order in which they are hashed."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a stream stands: how many events, and the hash of the last."""

    workspace: str
    version: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What an event needs besides itself: when, by whom, and why."""

    happened_at: datetime
    recorded_at: datetime
    actor: str
    cause: str
    correlation: str
    rule: str


_HEAD = select(t.streams.c.workspace, t.streams.c.version, t.streams.c.head).where(
    t.streams.c.id == bindparam("stream")
)
_HEAD_HELD = _HEAD.with_for_update()
_LOCK = (
    select(t.streams.c.id)
    .where(t.streams.c.id.in_(bindparam("streams", expanding=True)))
    .order_by(t.streams.c.id)
    .with_for_update()
)
_MOVE_HEAD = (
    update(t.streams)
    .where(t.streams.c.id == bindparam("stream"))
    .values(version=bindparam("to_version"), head=bindparam("last"))
)


def head(connection: Connection, stream: str) -> Head | None:
    """Return where the stream stands, and lock it until the transaction ends (PostgreSQL)."""
    return _read_head(connection, _HEAD_HELD, stream)


def lock(connection: Connection, streams: Iterable[str]) -> None:
    """Lock several streams until the transaction ends, in one order for all who do (PostgreSQL).

    Streams come before timers, and timers before lanes: whoever holds a lane locks no stream.
    """
    wanted = sorted(set(streams))
    if wanted and connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"streams": wanted}).all()


def peek(connection: Connection, stream: str) -> Head | None:
    """Return where the stream stands, for reading only."""
    return _read_head(connection, _HEAD, stream)


def _read_head(connection: Connection, query: Select[Any], stream: str) -> Head | None:
    row = connection.execute(query, {"stream": stream}).one_or_none()
    if row is None:
        return None
    return Head(workspace=row.workspace, version=row.version, hash=row.head)


def append(
    connection: Connection,
    stream: str,
    workspace: str,
    at: Head | None,
    *,
    events: Sequence[AnyEvent],
    stamp: Stamp,
) -> list[Recorded]:
    """Write events behind the head and return them as recorded.

    Raises:
        sqlalchemy.exc.IntegrityError: somebody else wrote that version first.
    """
    version, previous = (at.version, at.hash) if at else (0, NOTHING)
    rows, texts, recorded = [], [], []
    for event in events:
        version += 1
        packed = pack_event(event)
        row = {
            "workspace": workspace,
            "stream": stream,
            "version": version,
            "name": packed.name,
            **vars(stamp),
            "body": packed.body,
            "previous": previous,
        }
        previous = row["hash"] = event_hash(row)
        rows.append(row)
        key = {"stream": stream, "version": version, "workspace": workspace}
        texts += [
            {**key, "field": text.field, "salt": text.salt, "body": text.body}
            for text in packed.texts
        ]
        told = cast("Event", event)  # others than incidents' are read by who asked for them
        recorded.append(Recorded(stream=stream, version=version, event=told, **vars(stamp)))
    _move_head(connection, stream, workspace, at, version=version, last=previous)
    insert_rows(connection, t.events, rows)
    if texts:
        insert_rows(connection, t.texts, texts)
    return recorded


def _move_head(
    connection: Connection,
    stream: str,
    workspace: str,
    at: Head | None,
    *,
    version: int,
    last: str,
) -> None:
    if at is None:
        row = {"id": stream, "workspace": workspace, "version": version, "head": last}
        insert_rows(connection, t.streams, [row])
    else:
        moved = {"stream": stream, "to_version": version, "last": last}
        connection.execute(_MOVE_HEAD, [moved])


def event_hash(row: dict[str, object]) -> str:
    """Return the hash of an event over its stored bytes and the hash of the one before it."""
    hasher = hashlib.sha256()
    for name in ("previous", *HEADING):
        value = row[name]
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        hasher.update(text.encode())
        hasher.update(b"\0")
    body = row["body"]
    assert isinstance(body, bytes)  # noqa: S101 - the column's type
    hasher.update(body)
    return hasher.hexdigest()


def read(
    connection: Connection,
    stream: str,
    after: int = 0,
    upto: int | None = None,
    *,
    names: Sequence[str] = (),
) -> list[Recorded]:
    """Return the events of a stream behind version `after`, or those of `names`, texts put back."""
    query = _between(select(t.events), t.events, stream, after, upto)
    query = query.where(t.events.c.name.in_(names)) if names else query
    rows = connection.execute(query.order_by(t.events.c.version)).all()
    if not rows:
        return []
    columns = select(t.texts.c.version, t.texts.c.field, t.texts.c.body)
    kept = connection.execute(_between(columns, t.texts, stream, after, upto)).all()
    texts: dict[int, dict[str, str | None]] = {}
    for version, field, body in kept:
        texts.setdefault(version, {})[field] = body
    return [
        Recorded(
            stream=row.stream,
            version=row.version,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            actor=row.actor,
            cause=row.cause,
            correlation=row.correlation,
            rule=row.rule,
            event=unpack_event(row.name, row.body, texts.get(row.version, {})),
        )
        for row in rows
    ]


def read_one(connection: Connection, stream: str, version: int) -> Recorded | None:
    """Return one event of a stream."""
    found = read(connection, stream, version - 1, version)
    return found[0] if found else None


def newest(connection: Connection, stream: str, name: str, most: int) -> list[Recorded]:
    """Return the newest events of one name, oldest first, however far back they lie."""
    versions = (
        select(t.events.c.version)
        .where(t.events.c.stream == stream, t.events.c.name == name)
        .order_by(t.events.c.version.desc())
        .limit(most)
    )
    found = connection.execute(versions).scalars().all()
    return [each for at in reversed(found) for each in read(connection, stream, at - 1, at)]


def _between(
    query: Select[Any], table: Table, stream: str, after: int, upto: int | None
) -> Select[Any]:
    query = query.where(table.c.stream == stream, table.c.version > after)
    return query if upto is None else query.where(table.c.version <= upto)
