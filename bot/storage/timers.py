"""Timers: commands that come by themselves, one per key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.domain.effects import Later, Never
from bot.storage import tables as t
from bot.storage.codec import pack_command
from bot.storage.statements import replace_rows

_FORGET = delete(t.job).where(t.job.c.key.in_(bindparam("keys", expanding=True)))
_DUE = (
    select(t.job)
    .where(t.job.c.due <= bindparam("now", type_=t.Instant))
    .order_by(t.job.c.due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def schedule(
    connection: Connection,
    timers: Sequence[Later | Never],
    *,
    workspace: str,
    cause: str,
    correlation: str,
) -> None:
    """Set and clear timers, the last word on each key counting."""
    last = {timer.key: timer for timer in timers}
    gone = [timer.key for timer in last.values() if isinstance(timer, Never)]
    if gone:
        connection.execute(_FORGET, {"keys": gone})
    rows = [
        {
            "key": timer.key,
            "workspace": workspace,
            "stream": timer.stream,
            "due": timer.at,
            "body": pack_command(timer.command),
            "cause": cause,
            "correlation": correlation,
        }
        for timer in last.values()
        if isinstance(timer, Later)
    ]
    replace_rows(connection, t.job, ("key",), rows)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A timer that has reached its time."""

    key: str
    workspace: str
    stream: str
    body: str
    cause: str
    correlation: str


def take_due(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """Take timers that are due; they are gone when the transaction commits."""
    rows = connection.execute(_DUE, {"now": now, "most": limit}).all()
    if rows:
        connection.execute(_FORGET, {"keys": [row.key for row in rows]})
    return [
        Due(
            key=row.key,
            workspace=row.workspace,
            stream=row.stream,
            body=row.body,
            cause=row.cause,
            correlation=row.correlation,
        )
        for row in rows
    ]
