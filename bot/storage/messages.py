"""The mirror of what is said in rooms, keyed by channel and ts, as Slack changes it.

Slack delivers twice, late and out of order, so a row keeps the time of Slack's last word on it
(`as_of`): a newer word replaces an older one, whenever it arrives, and a deletion stays. Whatever
the order, the same words end in the same row. A row without a salt is not sealed yet by a batch
(see `batches`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    RowMapping,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from bot.storage import batches
from bot.storage import tables as t
from bot.storage.batches import Row, Writer
from bot.storage.codec import dumps
from bot.storage.database import driver_of
from bot.storage.statements import add_missing, upsert_into

_AT_ONCE = 500
"""How many keys one query names at the most."""
_END_OF_TIME = "9999999999.999999"


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """A file that was shared with a message; its content stays in Slack."""

    name: str
    link: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as Slack told of it: its last words as of `as_of`, a ts of Slack.

    `thread_ts` is set for a reply; `user` is a bot's id where no person spoke, and empty where it
    is not known. `edited_ts` is when a person last edited it.
    """

    workspace: str
    channel: str
    ts: str
    as_of: str
    user: str = ""
    text: str = ""
    thread_ts: str | None = None
    files: tuple[SharedFile, ...] = ()
    edited_ts: str | None = None
    deleted: bool = False


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────


def keep(connection: Connection, told: Iterable[Said]) -> None:
    """Mirror what Slack told, in bulk; rows are locked in key order, so that nobody deadlocks."""
    store(connection, rows_of(told))


def keep_sealed(connection: Connection, told: Iterable[Said], writer: Writer) -> None:
    """Store what is not as Slack told it, and seal it in the same transaction."""
    rows = [batches.salted(row) for row in rows_of(told)]
    store(connection, rows)
    batches.add(connection, rows, writer)


def rows_of(told: Iterable[Said]) -> list[Row]:
    """Return what Slack told as rows in key order, not sealed yet."""
    return [_row(said) for said in sorted(told, key=_KEY)]


_KEY = attrgetter("channel", "ts")


def store(connection: Connection, rows: Sequence[Row]) -> None:
    """Hand rows, in key order, to the driver, as is fastest; it is for `Database.put`.

    On PostgreSQL that is by column; one statement may not change a row twice there, so words on the
    same message go one by one. On SQLite one row is recorded as it is said, many share a commit.
    """
    if connection.dialect.name == "postgresql":
        _store_by_column(connection, rows)
    elif rows:
        driver = driver_of(connection)
        if len(rows) > 1 and not driver.in_transaction:
            connection.begin()
        driver.executemany(_mirror(connection.dialect), rows)


def _store_by_column(connection: Connection, rows: Sequence[Row]) -> None:
    for some in _apart(rows):
        connection.exec_driver_sql(_mirror(connection.dialect), tuple(map(list, zip(*some))))  # noqa: B905 - rows are of one length


def _apart(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Give out the rows in groups in which no message is named twice, each message's in order."""
    while rows:
        first = {row[:2]: row for row in reversed(rows)}
        yield list(reversed(first.values()))
        if len(first) == len(rows):
            return
        taken = set(map(id, first.values()))
        rows = [row for row in rows if id(row) not in taken]


@cache
def _mirror(dialect: Dialect) -> str:
    """Return the statement by which a newer word replaces an older one, as its driver takes it.

    It is written once for both databases, and handed over as text, because SQLAlchemy's own way
    with the values of each row costs more than half of what storing it does.
    """
    compiled = _newer_word(dialect.name).compile(dialect=dialect, column_keys=_COLUMNS)
    if compiled.positiontup != list(_COLUMNS):
        raise AssertionError(compiled.positiontup)
    return str(compiled)


def _newer_word(dialect: str) -> Insert:
    statement = upsert_into(dialect, t.messages)
    if dialect == "postgresql":
        columns = (bindparam(c.name, type_=ARRAY(c.type)) for c in t.messages.columns)
        told_of = func.unnest(*columns).table_valued(*_COLUMNS).render_derived()
        statement = statement.from_select(list(_COLUMNS), select(told_of))
    kept, new = t.messages.c, statement.excluded
    newer = or_(
        and_(new.deleted, not_(kept.deleted)),
        and_(new.deleted == kept.deleted, new.as_of >= kept.as_of),
    )
    says = ("text", "files", "edited_ts", "as_of", "deleted")
    latest = {name: case((newer, new[name]), else_=kept[name]) for name in says}
    again = and_(*(new[name].is_not_distinct_from(kept[name]) for name in says))
    latest["salt"] = case((and_(newer, not_(again)), new.salt), else_=kept.salt)
    told = {"user": new.user != _EMPTY, "thread_ts": new.thread_ts.is_not(None)}
    unknown = {"user": kept.user == _EMPTY, "thread_ts": kept.thread_ts.is_(None)}
    known = {
        name: case((or_(and_(newer, told[name]), unknown[name]), new[name]), else_=kept[name])
        for name in told
    }
    return statement.on_conflict_do_update(
        index_elements=["channel", "ts"], set_={**latest, **known}
    )


# Written out, so that the values of a row are the statement's only parameters.
_EMPTY: ColumnElement[str] = literal_column("''")
_COLUMNS = tuple(column.name for column in t.messages.columns)


def _row(said: Said) -> Row:
    """Return the values of a message in the order of the table's columns."""
    gone = said.deleted
    return (
        said.channel,
        said.ts,
        said.workspace,
        said.thread_ts,
        said.user,
        "" if gone else said.text,
        "[]" if gone else _packed(said.files),
        None if gone else said.edited_ts,
        said.as_of,
        gone,
        None,
    )


def _packed(files: Sequence[SharedFile]) -> str:
    return dumps([[one.name, one.link, one.kind] for one in files]) if files else "[]"


def seen(connection: Connection, newest: Mapping[str, str]) -> None:
    """Note how far rooms have been read: everything up to there is in the log."""
    if not newest:
        return
    connection.execute(
        update(t.rooms)
        .where(t.rooms.c.channel == bindparam("room"), t.rooms.c.seen_to < bindparam("newest"))
        .values(seen_to=bindparam("newest")),
        [{"room": channel, "newest": ts} for channel, ts in sorted(newest.items())],
    )


def move(connection: Connection, old: str, new: str) -> None:
    """Make a room of the channel's new id; what was said before stays under the old one."""
    query = select(t.rooms).where(t.rooms.c.channel == old)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return
    add_missing(connection, t.rooms, ("channel",), [{**row, "channel": new}])


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


def _said(row: RowMapping) -> Said:
    values: dict[str, Any] = {**row}
    raw = values["files"]
    files = json.loads(raw) if raw != "[]" else ()
    del values["salt"]
    values["files"] = tuple(
        SharedFile(name=name, link=link, kind=kind) for name, link, kind in files
    )
    return Said(**values)


def one(connection: Connection, channel: str, ts: str) -> Said | None:
    """What does the log know of this message?"""
    query = select(t.messages).where(t.messages.c.channel == channel, t.messages.c.ts == ts)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _said(row)


def some(connection: Connection, channel: str, ts: Iterable[str]) -> dict[str, Said]:
    """What does the log know of these messages of a channel? By ts."""
    wanted = sorted(set(ts))
    found: dict[str, Said] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = connection.execute(
            select(t.messages).where(
                t.messages.c.channel == channel,
                t.messages.c.ts.in_(wanted[start : start + _AT_ONCE]),
            )
        )
        found |= {row["ts"]: _said(row) for row in rows.mappings()}
    return found


def of_room(
    connection: Connection, channel: str, *, after: str = "", limit: int = 1_000
) -> list[Said]:
    """What was said in a room behind `after`, in the order it was said? Threads are among it."""
    rows = connection.execute(
        select(t.messages)
        .where(t.messages.c.channel == channel, t.messages.c.ts > after)
        .order_by(t.messages.c.ts)
        .limit(limit)
    )
    return [_said(row) for row in rows.mappings()]


def rooms_of(connection: Connection, stream: str) -> list[str]:
    """Which channels are, or were, rooms of this incident?"""
    rows = connection.execute(
        select(t.rooms.c.channel).where(t.rooms.c.stream == stream).order_by(t.rooms.c.channel)
    )
    return list(rows.scalars())


def seen_to(connection: Connection, channel: str) -> str:
    """Up to which ts has a room been read?"""
    found = connection.execute(
        select(t.rooms.c.seen_to).where(t.rooms.c.channel == channel)
    ).scalar_one_or_none()
    return found or "0"


def threads_since(connection: Connection, channel: str, since: str, limit: int) -> list[str]:
    """Which threads had replies since then? The latest first."""
    latest = func.max(t.messages.c.ts)
    rows = connection.execute(
        select(t.messages.c.thread_ts)
        .where(
            t.messages.c.channel == channel,
            t.messages.c.ts > since,
            t.messages.c.thread_ts.is_not(None),
        )
        .group_by(t.messages.c.thread_ts)
        .order_by(latest.desc())
        .limit(limit)
    )
    return list(rows.scalars())


def taken_since(connection: Connection, workspace: str, about: str, at: str) -> bool:
    """Has this, or something later that is about the same thing, been taken already?

    Identities of such deliveries are `about` followed by the ts at which it happened.
    """
    column = t.deliveries.c.identity
    rows = connection.execute(
        select(column).where(
            t.deliveries.c.workspace == workspace,
            column >= about + at,
            column <= about + _END_OF_TIME,
        )
    ).scalars()
    return any(identity.startswith(about) for identity in rows)
