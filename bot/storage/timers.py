"""Timers: commands that come by themselves, one per key.

Whoever sets, clears or takes a timer holds its stream, so timers need no order of their own. Only
those whose command this version knows by name are due here: others are for a newer version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select

from bot.domain.commands import Command
from bot.domain.effects import Later, Never
from bot.domain.values import Origin
from bot.storage import notices
from bot.storage import tables as t
from bot.storage.codec import COMMANDS, pack_command
from bot.storage.statements import replace_rows

_FORGET = delete(t.job).where(t.job.c.key.in_(bindparam("keys", expanding=True)))
_KNOWN = t.job.c.kind.in_([literal_column(f"'{name}'") for name in sorted(COMMANDS)])
"""It is a command that this version can carry out. Their names are ours and always the same, so
they stand in the statement: as terms, they would be written into it anew for each look."""
_DUE = (
    select(t.job.c.key, t.job.c.stream)
    .where(
        t.job.c.due <= bindparam("now", type_=t.Instant),
        _KNOWN,
    )
    .order_by(t.job.c.due)
    .limit(bindparam("most"))
)
_DUE_BUT = _DUE.where(t.job.c.key.not_in(bindparam("left", expanding=True)))
_TAKEN = (
    select(t.job)
    .where(
        t.job.c.key.in_(bindparam("keys", expanding=True)),
        t.job.c.due <= bindparam("now", type_=t.Instant),
    )
    .order_by(t.job.c.due)
    .with_for_update(skip_locked=True)
)
_NEXT = select(func.min(t.job.c.due)).where(_KNOWN)
_NEXT_BUT = _NEXT.where(t.job.c.key.not_in(bindparam("left", expanding=True)))


def schedule(connection: Connection, timers: Sequence[Later | Never], origin: Origin) -> None:
    """Set and clear timers, the last word on each key counting."""
    last = {timer.key: timer for timer in timers}
    gone = [timer.key for timer in last.values() if isinstance(timer, Never)]
    if gone:
        connection.execute(_FORGET, {"keys": gone})
    rows = [
        {
            "key": timer.key,
            "workspace": origin.workspace,
            "stream": timer.stream,
            "kind": type(timer.command).__name__,
            "due": timer.at,
            "body": pack_command(timer.command),
            "cause": origin.cause,
            "correlation": origin.correlation,
        }
        for timer in last.values()
        if isinstance(timer, Later)
    ]
    replace_rows(connection, t.job, ("key",), rows)
    if rows:
        notices.mark(connection)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A timer that has reached its time."""

    key: str
    workspace: str
    stream: str
    kind: str
    due: datetime
    body: str
    cause: str
    correlation: str


def due(
    connection: Connection, now: datetime, limit: int, left: Sequence[str] = ()
) -> dict[str, str]:
    """Which timers are due? Their streams by their keys; to be held before they are taken.

    Those that are `left` alone are not looked at.
    """
    terms = {"now": now, "most": limit}
    if left:
        rows = connection.execute(_DUE_BUT, {**terms, "left": left})
    else:
        rows = connection.execute(_DUE, terms)
    return {row.key: row.stream for row in rows}


def take(connection: Connection, keys: Sequence[str], now: datetime) -> list[Due]:
    """Take those that are still due; they are gone when the transaction commits."""
    if not keys:
        return []
    rows = connection.execute(_TAKEN, {"keys": keys, "now": now}).all()
    if rows:
        connection.execute(_FORGET, {"keys": [row.key for row in rows]})
    return [
        Due(
            key=row.key,
            workspace=row.workspace,
            stream=row.stream,
            kind=row.kind,
            due=row.due,
            body=row.body,
            cause=row.cause,
            correlation=row.correlation,
        )
        for row in rows
    ]


def put_back(connection: Connection, timers: Iterable[Due]) -> None:
    """Leave timers as they were: this version cannot tell what they would do."""
    replace_rows(connection, t.job, ("key",), [asdict(timer) for timer in timers])


def of_command(command: Command, stream: str, *, key: str, due: datetime, origin: Origin) -> Due:
    """Return a command as a timer, for `put_back`."""
    return Due(
        key=key,
        workspace=origin.workspace,
        stream=stream,
        kind=type(command).__name__,
        due=due,
        body=pack_command(command),
        cause=origin.cause,
        correlation=origin.correlation,
    )


def next_due(connection: Connection, left: Sequence[str] = ()) -> datetime | None:
    """Return when a timer is due next, those excepted that are left alone."""
    rows = connection.execute(_NEXT_BUT, {"left": left}) if left else connection.execute(_NEXT)
    found: datetime | None = rows.scalar_one()
    return found
