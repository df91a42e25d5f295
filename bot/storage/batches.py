"""What the message log was told, held: each word a line with a salted digest of its content.

The log's rows change as Slack changes its messages. What was told does not: words that a process
has written are a batch soon after, and an event in its own stream has the digest of their lines. A
row is right when it is the newest word that was told of its message; the salt stands in the row, so
that nobody can guess at an older content, or at one that was erased. Without a salt it waits for
its batch: whoever wrote it remembers the word, so what is changed meanwhile shows.
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

from sqlalchemy import Connection, bindparam, select, tuple_, update

from bot.domain.anchoring import MessagesKept, of_messages
from bot.domain.values import MUSTER, Emptied
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.keys import MessageKey
from bot.storage.statements import insert_rows

Why = Emptied | Literal["found"] | None
Row = Sequence[Any]
"""The values of a message in the order of the table's columns."""

_COLUMNS = [column.name for column in t.messages.columns]
_WORKSPACE, _AS_OF, _GONE = map(_COLUMNS.index, ("workspace", "as_of", "deleted"))
_SALT = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNHELD = (
    select(t.messages.c.channel, t.messages.c.ts)
    .where(t.messages.c.salt.is_(None))
    .limit(bindparam("most"))
)
_LEFT = (
    select(t.messages)
    .where(
        tuple_(t.messages.c.channel, t.messages.c.ts).in_(bindparam("places", expanding=True)),
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
"""What makes a row the word that it is; Slack changes messages without a time of its own, too."""
_SALTED_IF_THE_SAME = _SALTED.where(
    t.messages.c.salt.is_(None),
    *(t.messages.c[name].is_not_distinct_from(bindparam(f"told_{name}")) for name in _SAYS),
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


def place_of(row: Row) -> MessageKey:
    """Return which message a row is."""
    return row[0], row[1]


def age_of(row: Row) -> tuple[bool, str]:
    """Return how new the word is that a row has: the greater the newer, a deletion the last."""
    return row[_GONE], row[_AS_OF]


def salted(row: Row) -> Row:
    """Return a row with a fresh salt."""
    return (*row[:-1], os.urandom(_SALT))


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who holds words of the message log, in a chain of its own, so that none waits for others.

    `why` and `correlation` are set where the words are not Slack's.
    """

    name: str
    why: Why = None
    correlation: str = ""


def add(connection: Connection, rows: Sequence[Row], writer: Writer) -> None:
    """Hold salted rows that are written in this commit, in the stream of who writes them."""
    by_workspace = itemgetter(_WORKSPACE)
    for workspace, some in groupby(sorted(rows, key=by_workspace), key=by_workspace):
        _add(connection, workspace, list(some), writer)


def hold(connection: Connection, rows: Sequence[Row], writer: Writer) -> None:
    """Hold rows that were written without a salt; one that says something else by now waits."""
    held = [salted(row) for row in sorted(rows, key=place_of)]
    same = [
        {"of": row[0], "at": row[1], "given": row[-1]}
        | {f"told_{name}": row[_COLUMNS.index(name)] for name in _SAYS}
        for row in held
    ]
    if held:
        connection.execute(_SALTED_IF_THE_SAME, same)
        add(connection, held, writer)


def _add(connection: Connection, workspace: str, rows: Sequence[Row], writer: Writer) -> None:
    stream = of_messages(workspace, writer.name)
    lines = [line(row) for row in rows]
    at = streams.head(connection, stream)
    when = time_of(max(row[_AS_OF] for row in rows))
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


def time_of(ts: str) -> datetime:
    """Return when that was, by Slack's clock; what is no time of Slack's was at the beginning."""
    seconds, _, micros = ts.partition(".")
    try:
        return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(micros or 0))
    except (ValueError, OverflowError):
        return _EPOCH


def unheld(connection: Connection, most: int) -> list[MessageKey]:
    """Which messages are in no batch? Not more than `most` of them."""
    return [(row.channel, row.ts) for row in connection.execute(_UNHELD, {"most": most})]


def take_over(connection: Connection, places: Sequence[MessageKey], writer: str) -> int:
    """Hold messages as they are found, as far as nobody else does; return how many."""
    found = [salted(row) for row in connection.execute(_LEFT, {"places": list(places)})]
    if found:
        given = [{"of": row[0], "at": row[1], "given": row[-1]} for row in found]
        connection.execute(_SALTED, given)
        add(connection, found, Writer(name=writer, why="found"))
    return len(found)
