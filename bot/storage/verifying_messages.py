"""Whether the message log is as it was told: each row the newest word that a batch holds of it.

Batch by batch its words are compared with the rows of their messages. Each row has one word that it
is; rooms in which not every row has found its own are gone through once more, to say which. A row
whose newest word waits for its batch must not be older than any that is in one.
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

_AT_ONCE = 500
_MOVED = "who said it, or where, was changed"
_EMPTIED = ("", "")
"""Owed by a row that no word is like: it tells nothing where a word tells something."""
_ALL = [type_coerce(column, NullType()).label(column.name) for column in t.messages.columns]
Is = tuple[tuple[bool, str], str]
"""How new a word is, and the digest of what it says."""


@dataclass(frozen=True, kw_only=True)
class Word:
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
        """The greater the newer: a deletion is the last word."""
        return self.gone, self.as_of


def word_of(line: str) -> Word | None:
    """Read a line, None where it is none."""
    cells = line.split("\t")
    if len(cells) != _CELLS:
        return None
    channel, ts, as_of, user, thread_ts, gone, digest = cells
    return Word(
        channel=channel,
        ts=ts,
        as_of=as_of,
        user=user,
        thread_ts=thread_ts,
        gone=gone == "gone",
        digest=digest,
    )


_CELLS = 7


def word_of_row(row: Row) -> Word | None:
    """Return the word that a row of the log is, None where it cannot be read."""
    if row["deleted"] not in {0, 1}:
        return None
    try:
        return word_of(batches.line([row[name] for name in _NAMES]))
    except (AttributeError, TypeError, UnicodeError):
        return None


_NAMES = [column.name for column in t.messages.columns]


class Words:
    """All words that batches hold, compared with what the log has."""

    def __init__(self, connection: Connection, note: Callable[[str, str], None]) -> None:
        self.messages = 0
        self.taken_over = 0
        self.unsealed = 0
        self.unsealed_since = ""
        self._connection = connection
        self._note = note
        self._found: dict[str, int] = {}
        """How many rows of a channel are the word that they should be."""
        self._owed: dict[MessageKey, set[tuple[str, str]]] = {}
        """What a row tells and its newest word, mostly a deletion, does not: an older one does."""
        self._blank: set[tuple[MessageKey, str]] = set()
        """What a row does not tell, and its newest word, a deletion, need not: an older one may."""
        self._emptying: dict[str, str] = {}
        """Batches that empty messages, by their correlation."""

    # Batch by batch

    def batch(self, event: Row, content: Mapping[str, Any], batch: Row | None) -> None:
        """Compare a batch with its event, and its words with the log."""
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
        self._compare([word for line in lines if (word := word_of(line))], event["workspace"])

    def _compare(self, words: list[Word], workspace: str) -> None:
        rows = self._rows([word.message for word in words])
        for word in words:
            row = rows.get(word.message)
            if row is None:
                self._note(*_missing(word))
                continue
            now = word_of_row(row)
            if now is None or now.age < word.age:
                self._note(_where(word.message), "it is not the newest word of it that was told")
            elif (now.age, now.digest) == (word.age, word.digest):
                self._is_that_word(word, now)
                if row["workspace"] != workspace:
                    self._note(_where(word.message), "it was moved to another workspace")

    def _is_that_word(self, word: Word, now: Word) -> None:
        self._found[word.channel] = self._found.get(word.channel, 0) + 1
        for name in ("user", "thread_ts"):
            told, has = getattr(word, name), getattr(now, name)
            if has == told:
                if word.gone and not has:
                    self._blank.add((word.message, name))
                continue
            if told:
                self._note(_where(word.message), _MOVED)
            else:
                self._owed.setdefault(word.message, set()).add((name, has))

    def _rows(self, keys: list[MessageKey]) -> dict[MessageKey, Row]:
        by_channel: dict[str, set[str]] = {}
        for channel, ts in keys:
            by_channel.setdefault(channel, set()).add(ts)
        found: dict[MessageKey, Row] = {}
        for channel, all_ts in by_channel.items():
            wanted = sorted(all_ts)
            for start in range(0, len(wanted), _AT_ONCE):
                query = select(*_ALL).where(
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
        """Return the channels in which some row is no word that was told."""
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
        """Go through all words once more, for few of the messages."""
        known: dict[MessageKey, set[Is]] = {}
        for word in self._all_words():
            for each in (("user", word.user), ("thread_ts", word.thread_ts)):
                self._owed.get(word.message, set()).discard(each)
                if each[1] and (word.message, each[0]) in self._blank:
                    self._owed.setdefault(word.message, set()).add(_EMPTIED)
            if word.channel in suspect:
                known.setdefault(word.message, set()).add((word.age, word.digest))
        for key, left in self._owed.items():
            if left:
                self._note(_where(key), _MOVED)
        for channel in sorted(suspect):
            self._go_through(channel, known)

    def _all_words(self) -> Iterator[Word]:
        query = select(type_coerce(t.message_batches.c.words, NullType())).execution_options(
            yield_per=20
        )
        for words in self._connection.execute(query).scalars():
            yield from (word for line in _lines_of(words) if (word := word_of(line)))

    def _go_through(self, channel: str, known: Mapping[MessageKey, set[Is]]) -> None:
        sealed = t.messages.c.channel == channel, t.messages.c.salt.is_not(None)
        query = select(*_ALL).where(*sealed).order_by(t.messages.c.ts)
        rows = self._connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings()
        for row in map(dict, rows):
            key = row["channel"], row["ts"]
            word = word_of_row(row)
            if key not in known:
                self._note(_where(key), "it was added: no batch has it")
            elif word is None or (word.age, word.digest) not in known[key]:
                self._note(_where(key), "it was changed")


def _lines_of(words: object) -> list[str]:
    if isinstance(words, str):  # SQLite keeps what it was given
        return words.split("\n")
    return batches.lines_of(words) if isinstance(words, bytes) else []


def _where(key: MessageKey) -> str:
    channel, ts = key
    return f"the message {ts} in {channel}"


def _missing(word: Word) -> tuple[str, str]:
    return _where(word.message), "it was removed from the log"
