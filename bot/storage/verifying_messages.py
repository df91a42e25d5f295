"""Checks the message log against its batches: each row is the newest version in any of them.

Batch by batch the lines are compared with the rows of their messages. Each row has one line that it
equals. Rooms in which not every row has found its line are gone through once more, to say which. A
row that is not sealed yet must not be older than any line of its message.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, type_coerce
from sqlalchemy.types import NullType

from bot.storage import batches
from bot.storage import tables as t
from bot.storage.chains import Row
from bot.storage.keys import MessageKey
from bot.storage.statements import raw

_AT_ONCE = 500
_MOVED = "who said it, or where, was changed"
_EMPTIED = ("", "")
"""Missed of a row that tells nothing where some line of its message tells something."""
Is = tuple[tuple[bool, str], str]
"""How new a line is, and the digest of what it says."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a batch, read."""

    channel: str
    ts: str
    as_of: str
    user: str
    thread_ts: str
    gone: bool
    digest: str

    @property
    def message(self) -> MessageKey:
        """Which message it is about."""
        return self.channel, self.ts

    @property
    def age(self) -> tuple[bool, str]:
        """The greater the newer; a deletion comes last."""
        return self.gone, self.as_of


def read_line(text: str) -> Line | None:
    """Read a line, None where it is none."""
    cells = text.split("\t")
    if len(cells) != _CELLS:
        return None
    channel, ts, as_of, user, thread_ts, gone, digest = cells
    return Line(
        channel=channel,
        ts=ts,
        as_of=as_of,
        user=user,
        thread_ts=thread_ts,
        gone=gone == "gone",
        digest=digest,
    )


_CELLS = 7


def line_of_row(row: Row) -> Line | None:
    """Return the line that would seal a row of the log, None where the row cannot be read."""
    if row["deleted"] not in {0, 1}:
        return None
    try:
        return read_line(batches.line([row[name] for name in _NAMES]))
    except (AttributeError, TypeError, UnicodeError):
        return None


_NAMES = [column.name for column in t.messages.columns]
_ALL = raw(t.messages, *_NAMES)


class BatchCheck:
    """Compares all batches with the rows of the log."""

    def __init__(self, connection: Connection, note: Callable[[str, str], None]) -> None:
        self.messages = 0
        self.taken_over = 0
        self.unsealed = 0
        self.unsealed_since = ""
        self._connection = connection
        self._note = note
        self._found: dict[str, int] = {}
        """How many rows of a channel equal their line."""
        self._owed: dict[MessageKey, set[tuple[str, str]]] = {}
        """What a row tells and its newest line, mostly a deletion, does not: an older one must."""
        self._blank: set[tuple[MessageKey, str]] = set()
        """What neither a row tells nor its newest line, a deletion, has to: an older one may."""
        self._emptying: dict[str, str] = {}
        """Batches that empty messages, by their correlation."""

    # Batch by batch

    def batch(self, event: Row, content: Mapping[str, Any], batch: Row | None) -> None:
        """Compare a batch with its event, and its lines with the log."""
        where = f"the batches of the message log ({event['stream']})"
        if batch is None:
            self._note(where, f"the words of event {event['version']} are missing")
            return
        lines = _lines_of(batch["words"])
        if batches.digest_of(lines) != content.get("digest") or len(lines) != content.get("words"):
            self._note(where, f"the words of event {event['version']} were changed")
            return
        if batch["workspace"] != event["workspace"]:
            self._note(where, f"the words of event {event['version']} were moved elsewhere")
        why = content.get("why")
        if why == "found":
            self.taken_over += len(lines)
        elif why is not None:
            self._emptying[event["correlation"]] = f"event {event['version']} of {where}"
        self._compare([line for text in lines if (line := read_line(text))], event["workspace"])

    def _compare(self, lines: list[Line], workspace: str) -> None:
        rows = self._rows([line.message for line in lines])
        for line in lines:
            row = rows.get(line.message)
            if row is None:
                self._note(*_missing(line))
                continue
            now = line_of_row(row)
            if now is None or now.age < line.age:
                self._note(_where(line.message), "it is not the newest word of it that was told")
            elif (now.age, now.digest) == (line.age, line.digest):
                self._is_that_line(line, now)
                if row["workspace"] != workspace:
                    self._note(_where(line.message), "it was moved to another workspace")

    def _is_that_line(self, line: Line, now: Line) -> None:
        self._found[line.channel] = self._found.get(line.channel, 0) + 1
        for name in ("user", "thread_ts"):
            told, has = getattr(line, name), getattr(now, name)
            if has == told:
                if line.gone and not has:
                    self._blank.add((line.message, name))
                continue
            if told:
                self._note(_where(line.message), _MOVED)
            else:
                self._owed.setdefault(line.message, set()).add((name, has))

    def _rows(self, keys: list[MessageKey]) -> dict[MessageKey, Row]:
        by_channel: dict[str, set[str]] = {}
        for channel, ts in keys:
            by_channel.setdefault(channel, set()).add(ts)
        found: dict[MessageKey, Row] = {}
        for channel, all_ts in by_channel.items():
            wanted = sorted(all_ts)
            for start in range(0, len(wanted), _AT_ONCE):
                query = _ALL.where(
                    t.messages.c.channel == channel,
                    t.messages.c.ts.in_(wanted[start : start + _AT_ONCE]),
                )
                for row in self._connection.execute(query).mappings():
                    found[row["channel"], row["ts"]] = dict(row)
        return found

    # At the end

    def end(self, emptied: set[str]) -> None:
        """Look at what no single batch shows."""
        for correlation, which in self._emptying.items():
            if correlation not in emptied:
                self._note(which, "messages were emptied without an erasure on record")
        suspect = self._suspects()
        if suspect or self._owed or self._blank:
            self._look_again(suspect)

    def _suspects(self) -> set[str]:
        """Return the channels in which some row equals no line."""
        channel, waits = t.messages.c.channel, t.messages.c.salt.is_(None)
        since = func.min(type_coerce(t.messages.c.as_of, NullType()))
        counted = select(channel, waits, func.count(), since).group_by(channel, waits)
        suspect = set()
        for name, unsealed, count, oldest in self._connection.execute(counted):
            self.messages += count
            if unsealed:
                self.unsealed += count
                self.unsealed_since = min(str(oldest), self.unsealed_since or str(oldest))
            elif count != self._found.get(name, 0):
                suspect.add(name)
        return suspect

    def _look_again(self, suspect: set[str]) -> None:
        """Go through all lines once more, for few of the messages."""
        known: dict[MessageKey, set[Is]] = {}
        for line in self._all_lines():
            for each in (("user", line.user), ("thread_ts", line.thread_ts)):
                self._owed.get(line.message, set()).discard(each)
                if each[1] and (line.message, each[0]) in self._blank:
                    self._owed.setdefault(line.message, set()).add(_EMPTIED)
            if line.channel in suspect:
                known.setdefault(line.message, set()).add((line.age, line.digest))
        for key, left in self._owed.items():
            if left:
                self._note(_where(key), _MOVED)
        for channel in sorted(suspect):
            self._go_through(channel, known)

    def _all_lines(self) -> Iterator[Line]:
        query = raw(t.message_batches, "words").execution_options(yield_per=20)
        for stored in self._connection.execute(query).scalars():
            yield from (line for text in _lines_of(stored) if (line := read_line(text)))

    def _go_through(self, channel: str, known: Mapping[MessageKey, set[Is]]) -> None:
        sealed = t.messages.c.channel == channel, t.messages.c.salt.is_not(None)
        query = _ALL.where(*sealed).order_by(t.messages.c.ts)
        rows = self._connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings()
        for row in map(dict, rows):
            key = row["channel"], row["ts"]
            line = line_of_row(row)
            if key not in known:
                self._note(_where(key), "it was added: no batch has it")
            elif line is None or (line.age, line.digest) not in known[key]:
                self._note(_where(key), "it was changed")


def _lines_of(stored: object) -> list[str]:
    if isinstance(stored, str):  # SQLite keeps what it was given
        return stored.split("\n")
    return batches.lines_of(stored) if isinstance(stored, bytes) else []


def _where(key: MessageKey) -> str:
    channel, ts = key
    return f"the message {ts} in {channel}"


def _missing(line: Line) -> tuple[str, str]:
    return _where(line.message), "it was removed from the log"
