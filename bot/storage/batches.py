"""Batches, which seal the message log: they show whether a logged message was changed by hand.

A row of the log changes whenever Slack changes its message. Each version that Slack told of is one
line of a batch: who, where and when in the clear, and a salted digest of the content. A batch is
named by an event, with the digest of its lines, in a stream of the process that wrote it. A row is
right when it is the newest version of its message in any batch. The salt stands in the row alone,
so that nobody can guess at an older content, or at one that was erased. A row without a salt is not
sealed yet: the process that wrote it remembers what it wrote, and seals that soon after.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, select, tuple_, update

from bot.domain.anchoring import MessagesKept, WhyKept, of_messages
from bot.domain.values import MUSTER, moment_of
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.keys import MessageKey
from bot.storage.statements import insert_rows

Row = Sequence[Any]
"""The values of a message in the order of the table's columns."""

_COLUMNS = [column.name for column in t.messages.columns]
_WORKSPACE, _AS_OF, _GONE = map(_COLUMNS.index, ("workspace", "as_of", "deleted"))
_SALT = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSEALED = (
    select(t.messages.c.channel, t.messages.c.ts)
    .where(t.messages.c.salt.is_(None))
    .limit(bindparam("most"))
)
_UNSEALED_AMONG = (
    select(t.messages)
    .where(
        tuple_(t.messages.c.channel, t.messages.c.ts).in_(bindparam("keys", expanding=True)),
        t.messages.c.salt.is_(None),
    )
    .order_by(t.messages.c.channel, t.messages.c.ts)
    .with_for_update(skip_locked=True)
)
_SALTED = (
    update(t.messages)
    .where(t.messages.c.channel == bindparam("of"), t.messages.c.ts == bindparam("at"))
    .values(salt=bindparam("given"))
)
_SAYS = ("text", "files", "edited_ts", "as_of", "deleted")
"""What makes a version of a message: Slack also changes one without giving the change a time."""
_SALTED_IF_THE_SAME = _SALTED.where(
    t.messages.c.salt.is_(None),
    *(t.messages.c[name].is_not_distinct_from(bindparam(f"told_{name}")) for name in _SAYS),
)


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────


def line(row: Row) -> str:
    """Return the line of a batch that seals a row."""
    channel, ts, _, thread_ts, user, text, files, edited_ts, as_of, gone, salt = row
    digest = content_digest(salt, text, files, edited_ts)
    cells = (channel, ts, as_of, user, thread_ts or "", "gone" if gone else "", digest)
    joined = "\t".join(cells)
    if joined.count("\t") == len(cells) - 1 and "\n" not in joined:
        return joined
    return "\t".join(" ".join(cell.split()) for cell in cells)


def content_digest(salt: bytes | None, text: str, files: str, edited_ts: str | None) -> str:
    """Return the salted digest of what was said and shared."""
    content = f"{len(text)}:{text}{edited_ts or ''}\n{files}"
    return sha256((salt or b"") + content.encode()).hexdigest()


def digest_of(lines: Iterable[str]) -> str:
    """Return the digest of a batch: over the digest of each line, so one can be shown alone."""
    return digest_over(sha256(one.encode(errors="surrogateescape")).digest() for one in lines)


def digest_over(digests: Iterable[bytes]) -> str:
    """Return the digest of a batch of whose lines only the digests are known."""
    return sha256(b"".join(digests)).hexdigest()


def lines_of(words: bytes) -> list[str]:
    """Return the lines of a batch."""
    return words.decode(errors="surrogateescape").split("\n")


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────


def key_of(row: Row) -> MessageKey:
    """Return which message a row is."""
    return row[0], row[1]


def age_of(row: Row) -> tuple[bool, str]:
    """Return what orders the versions of a message: the newest is the greatest, or a deletion."""
    return row[_GONE], row[_AS_OF]


def salted(row: Row) -> Row:
    """Return a row with a fresh salt."""
    return (*row[:-1], os.urandom(_SALT))


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes batches: each process in a stream of its own, so that none waits for another.

    `why` and `correlation` are set where the rows are not as Slack told them.
    """

    name: str
    why: WhyKept = None
    correlation: str = ""


def add(connection: Connection, rows: Sequence[Row], writer: Writer) -> None:
    """Write batches, one for each workspace, that seal salted rows of the same transaction."""
    by_workspace = itemgetter(_WORKSPACE)
    for workspace, some in groupby(sorted(rows, key=by_workspace), key=by_workspace):
        _add(connection, workspace, list(some), writer)


def seal(connection: Connection, rows: Sequence[Row], writer: Writer) -> None:
    """Seal rows that were written without a salt, and salt those that still say the same."""
    sealed = [salted(row) for row in sorted(rows, key=key_of)]
    same = [
        {"of": row[0], "at": row[1], "given": row[-1]}
        | {f"told_{name}": row[_COLUMNS.index(name)] for name in _SAYS}
        for row in sealed
    ]
    if sealed:
        connection.execute(_SALTED_IF_THE_SAME, same)
        add(connection, sealed, writer)


def _add(connection: Connection, workspace: str, rows: Sequence[Row], writer: Writer) -> None:
    stream = of_messages(workspace, writer.name)
    lines = [line(row) for row in rows]
    at = streams.head(connection, stream)
    when = told_at(max(row[_AS_OF] for row in rows))
    stamp = streams.Stamp(
        happened_at=when,
        recorded_at=when,
        actor=MUSTER.user,
        cause=writer.why or "slack",
        correlation=writer.correlation or uuid4().hex,
        rule="",
    )
    kept = MessagesKept(words=len(lines), digest=digest_of(lines), why=writer.why)
    (written,) = streams.append(connection, stream, workspace, at, events=[kept], stamp=stamp)
    words = {
        "stream": stream,
        "version": written.version,
        "workspace": workspace,
        "words": "\n".join(lines).encode(),
    }
    insert_rows(connection, t.message_batches, [words])


def told_at(as_of: str) -> datetime:
    """Return when Slack told of it, by Slack's clock; what names no time was at the beginning."""
    return moment_of(as_of) or _EPOCH


def unsealed(connection: Connection, most: int) -> list[MessageKey]:
    """Which messages are in no batch? Not more than `most` of them."""
    return [(row.channel, row.ts) for row in connection.execute(_UNSEALED, {"most": most})]


def seal_as_found(connection: Connection, keys: Sequence[MessageKey], writer: str) -> int:
    """Seal messages as they stand now, except where somebody is at it; return how many."""
    found = [salted(row) for row in connection.execute(_UNSEALED_AMONG, {"keys": list(keys)})]
    if found:
        given = [{"of": row[0], "at": row[1], "given": row[-1]} for row in found]
        connection.execute(_SALTED, given)
        add(connection, found, Writer(name=writer, why="found"))
    return len(found)
