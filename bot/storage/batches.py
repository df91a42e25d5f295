"""What the message log was told, held: each word a line with a salted digest of its content.

The log's rows change as Slack changes its messages. What was told does not: the words of one commit
are a batch, and an event in the writer's own stream has the digest of their lines. A row is right
when it is the newest word that was told of its message; the salt stands in the row, so that nobody
can guess at an older content, or at one that was erased.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.anchoring import MessagesKept, of_messages
from bot.domain.values import MUSTER, Emptied
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.statements import insert_rows

Why = Emptied | Literal["found"] | None
Row = Sequence[Any]
"""The values of a message in the order of the table's columns."""

_COLUMNS = [column.name for column in t.messages.columns]
_WORKSPACE, _AS_OF = _COLUMNS.index("workspace"), _COLUMNS.index("as_of")
_SALT = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 500
_UNHELD = (
    select(t.messages)
    .where(t.messages.c.salt.is_(None))
    .order_by(t.messages.c.channel, t.messages.c.ts)
    .limit(_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_IS_ANY_UNHELD = select(t.messages.c.ts).where(t.messages.c.salt.is_(None)).limit(1)
_SALTED = (
    update(t.messages)
    .where(t.messages.c.channel == bindparam("of"), t.messages.c.ts == bindparam("at"))
    .values(salt=bindparam("given"))
)


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────


def line(row: Row) -> str:
    """Return what a batch holds of a word: who, where and when in the clear, and the digest."""
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


def salts(count: int) -> list[bytes]:
    """Return as many fresh salts."""
    drawn = os.urandom(_SALT * count)
    return [drawn[at : at + _SALT] for at in range(0, len(drawn), _SALT)]


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes into the message log: each has a chain of its own, so that none waits for others.

    `why` and `correlation` are set where the words are not Slack's.
    """

    name: str = "direct"
    why: Why = None
    correlation: str = ""


def add(connection: Connection, rows: Sequence[Row], writer: Writer) -> None:
    """Hold the words of a commit, in the stream of who wrote them."""
    by_workspace = itemgetter(_WORKSPACE)
    for workspace, some in groupby(sorted(rows, key=by_workspace), key=by_workspace):
        _add(connection, workspace, list(some), writer)


def _add(connection: Connection, workspace: str, rows: Sequence[Row], writer: Writer) -> None:
    stream = of_messages(workspace, writer.name)
    lines = [line(row) for row in rows]
    at = streams.head(connection, stream)
    when = _time_of(max(row[_AS_OF] for row in rows))
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


def _time_of(ts: str) -> datetime:
    """Return when that was, by Slack's clock; what is no time of Slack's was at the beginning."""
    seconds, _, micros = ts.partition(".")
    try:
        return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(micros or 0))
    except (ValueError, OverflowError):
        return _EPOCH


def is_any_unheld(connection: Connection) -> bool:
    """Is there a message that no batch holds?"""
    return connection.execute(_IS_ANY_UNHELD).one_or_none() is not None


def take_over(connection: Connection, writer: str) -> int:
    """Hold some messages as they were found: from before there were batches; return how many."""
    found = [tuple(row) for row in connection.execute(_UNHELD)]
    held = [(*row[:-1], salt) for row, salt in zip(found, salts(len(found)), strict=True)]
    if held:
        given = [{"of": row[0], "at": row[1], "given": row[-1]} for row in held]
        connection.execute(_SALTED, given)
        add(connection, held, Writer(name=writer, why="found"))
    return len(found)
