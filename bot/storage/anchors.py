"""The workspace's chain: the heads of all other streams, written into one stream of their own.

A stream's own chain shows what was changed or taken out of its middle; that its end was cut off,
or all of it removed, shows only here. What is anchored already is counted in each stream's row, so
looking for what is not costs as much as there is of it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.domain.anchoring import HeadsAnchored, RecordEvent, StreamHead, of_messages, of_record
from bot.domain.values import MUSTER
from bot.storage import streams
from bot.storage import tables as t

AT_ONCE = 2_000
"""How many heads are anchored in one transaction; the others wait for the next."""
_IN_ONE_EVENT = 500

_UNANCHORED = (
    select(t.streams.c.id, t.streams.c.version, t.streams.c.head)
    .where(
        t.streams.c.workspace == bindparam("workspace"),
        t.streams.c.anchored < t.streams.c.version,
        t.streams.c.id != bindparam("record"),
    )
    .order_by(t.streams.c.id)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)
_WAITING = (
    select(t.streams.c.workspace)
    .where(t.streams.c.anchored < t.streams.c.version, t.streams.c.id.not_like("record:%"))
    .distinct()
)
_TO_EXPORT = (
    select(t.streams.c.id, t.streams.c.version, t.streams.c.head)
    .where(
        t.streams.c.workspace == bindparam("workspace"),
        t.streams.c.anchored < t.streams.c.version,
        or_(
            t.streams.c.id == bindparam("stream"),
            t.streams.c.id.like(of_messages("%", "%")),
        ),
    )
    .order_by(t.streams.c.id)
    .with_for_update(skip_locked=True)
)
_ANCHORED = (
    update(t.streams)
    .where(t.streams.c.id == bindparam("stream"))
    .values(anchored=bindparam("upto"))
)


def waiting(connection: Connection) -> list[str]:
    """In which workspaces is something not anchored yet?"""
    return sorted(connection.execute(_WAITING).scalars())


def anchor(connection: Connection, workspace: str, now: datetime) -> int:
    """Anchor what has changed since it was anchored last; return how many streams that were.

    The record's own head is held first, so replicas take turns, and the second finds nothing left.
    What is being written to at this moment is not waited for: it is changed again anyway.
    """
    record = of_record(workspace)
    at = streams.head(connection, record)
    asked = {"workspace": workspace, "record": record}
    heads = [
        StreamHead(stream=row.id, version=row.version, hash=row.head)
        for row in connection.execute(_UNANCHORED, asked)
    ]
    _write(connection, workspace, heads, now, at=at, rule="")
    return len(heads)


def anchor_one(connection: Connection, workspace: str, stream: str, now: datetime) -> None:
    """Anchor a stream that the caller holds, as it stands in this transaction."""
    head = streams.peek(connection, stream)
    if head is not None:
        heads = [StreamHead(stream=stream, version=head.version, hash=head.hash)]
        at = streams.head(connection, of_record(workspace))
        _write(connection, workspace, heads, now, at=at, rule="at rest")


def anchor_for_export(connection: Connection, workspace: str, stream: str, now: datetime) -> None:
    """Anchor what is about to be exported, however much else waits: one stream, and all messages.

    Who writes messages at this moment is not waited for.
    """
    streams.lock(connection, [stream])
    asked = {"workspace": workspace, "stream": stream}
    heads = [
        StreamHead(stream=row.id, version=row.version, hash=row.head)
        for row in connection.execute(_TO_EXPORT, asked)
    ]
    if heads:
        at = streams.head(connection, of_record(workspace))
        _write(connection, workspace, heads, now, at=at, rule="")


def _write(
    connection: Connection,
    workspace: str,
    heads: Sequence[StreamHead],
    now: datetime,
    *,
    at: streams.Head | None,
    rule: str,
) -> None:
    if not heads:
        return
    events = [
        HeadsAnchored(heads=tuple(heads[start : start + _IN_ONE_EVENT]))
        for start in range(0, len(heads), _IN_ONE_EVENT)
    ]
    _append(connection, workspace, events, now, at=at, actor=MUSTER.user, rule=rule)
    connection.execute(_ANCHORED, [{"stream": one.stream, "upto": one.version} for one in heads])


def note(
    connection: Connection, workspace: str, event: RecordEvent, now: datetime, *, actor: str
) -> None:
    """Write something else down in the workspace's chain."""
    at = streams.head(connection, of_record(workspace))
    _append(connection, workspace, [event], now, at=at, actor=actor, rule="")


def _append(
    connection: Connection,
    workspace: str,
    events: Sequence[RecordEvent],
    now: datetime,
    *,
    at: streams.Head | None,
    actor: str,
    rule: str,
) -> None:
    stamp = streams.Stamp(
        happened_at=now,
        recorded_at=now,
        actor=actor,
        cause="record",
        correlation=uuid4().hex,
        rule=rule,
    )
    streams.append(connection, of_record(workspace), workspace, at, events=events, stamp=stamp)
