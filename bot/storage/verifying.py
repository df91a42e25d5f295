"""Whether the whole record is as it was written: every stream, text, anchor, batch and message.

It is read in pages, from one moment, so it takes little memory and may run beside a bot. Of each
stream its end is remembered, and nothing of its events.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, func, select, tuple_

from bot.domain.anchoring import is_incident, is_messages, of_record
from bot.storage import batches
from bot.storage import tables as t
from bot.storage.chains import EVENT, Chain, Head, Row, content_of, heads_of, time_of
from bot.storage.database import driver_of
from bot.storage.keys import EventKey
from bot.storage.statements import raw
from bot.storage.verifying_messages import BatchCheck
from bot.storage.verifying_rooms import RoomCheck

_PAGE = 200
_TOLD = 1_000
"""How many breaks are kept in words; all are counted."""

Erasing = tuple[str, str]
"""A workspace, and somebody in it."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Break:
    """Something that is not as it was written: where, and what, in words."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Report:
    """What was found."""

    streams: int = 0
    events: int = 0
    texts: int = 0
    emptied: int = 0
    """Texts that are empty, as an event has it."""
    messages: int = 0
    taken_over: int = 0
    """Messages that were sealed as they were found: whoever wrote them had not sealed them."""
    unsealed: int = 0
    """Messages whose newest version is in no batch yet."""
    unsealed_since: datetime | None = None
    """When Slack told the oldest of these."""
    unopened_rooms: int = 0
    """Rooms that no event opened."""
    heads: dict[str, str] = field(default_factory=dict)
    """The head of the chain of each workspace."""
    late: int = 0
    """Events that are not anchored yet."""
    late_streams: int = 0
    waiting: dict[str, datetime] = field(default_factory=dict)
    """For each workspace since when the oldest of these waits; batches of messages left out."""
    erasing: set[Erasing] = field(default_factory=set)
    """Whose words, in which workspace, an erasure is at, or was when it was cut short."""
    missing: set[str] = field(default_factory=set)
    """Heads that were asked for and that the workspace's chain has not."""
    breaks: list[Break] = field(default_factory=list)
    broken: int = 0

    def note(self, where: str, what: str) -> None:
        """Note something that is wrong."""
        self.broken += 1
        if len(self.breaks) < _TOLD:
            self.breaks.append(Break(where=where, what=what))


def no_progress(_done: int, _of: int) -> None:
    """Tell nobody."""


def verify(
    connection: Connection, *, since: Iterable[str] = (), progress: Progress = no_progress
) -> Report:
    """Walk the whole record; `since` are heads of its chain, or their first digits."""
    with _unreadable_text_shown(connection):
        walk = _Walk(connection, since)
        walk.go(progress)
    return walk.report


@contextmanager
def _unreadable_text_shown(connection: Connection) -> Iterator[None]:
    """Have SQLite hand over texts that are none any more: they were changed, and that is told."""
    driver = driver_of(connection)
    if connection.dialect.name == "postgresql":
        yield
        return
    usual = driver.text_factory
    driver.text_factory = lambda given: given.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual


@dataclass
class _End:
    """Where a stream ended when it was walked."""

    version: int
    hash: str
    workspace: str


class _Walk:
    """One way through all streams, in order, page by page."""

    def __init__(self, connection: Connection, since: Iterable[str]) -> None:
        self.report = Report(missing=set(since))
        self._connection = connection
        self._ends: dict[str, _End] = {}
        self._numbers: dict[str, int] = {}
        self._anchored: dict[str, int] = {}
        self._cut: set[str] = set()
        self._emptied: set[str] = set()
        """Correlations of what emptied words, as the incidents' own streams have it."""
        self._batches = BatchCheck(connection, self.report.note)
        self._rooms = RoomCheck(connection, self._note)

    def go(self, progress: Progress) -> None:
        """Walk, then look at what every stream is compared with."""
        of = self._count(t.events)
        for stream, events in groupby(self._events(), key=lambda each: each[0]["stream"]):
            self._stream(stream, events)
            progress(self.report.events, of)
        self._end()
        self._batches.end(self._emptied)
        self._rooms.end()
        self.report.unopened_rooms = self._rooms.unopened
        self.report.messages = self._batches.messages
        self.report.taken_over = self._batches.taken_over
        self.report.unsealed = self._batches.unsealed
        if self._batches.unsealed:
            self.report.unsealed_since = batches.told_at(self._batches.unsealed_since)

    def _count(self, table: Table) -> int:
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())

    # Reading

    def _events(self) -> Iterator[tuple[Row, dict[str, Row], Row | None]]:
        """Each event with its texts and its batch; what belongs to no event is told."""
        after: EventKey = ("", 0)
        while True:
            rows = self._page(t.events, EVENT, after, None, _PAGE)
            upto = _key(rows[-1]) if len(rows) == _PAGE else None
            texts = _by_key(self._page(t.texts, _TEXT, after, upto))
            words = _by_key(self._page(t.message_batches, _BATCH, after, upto))
            for row in rows:
                found = {each["field"]: each for each in texts.pop(_key(row), [])}
                yield row, found, next(iter(words.pop(_key(row), [])), None)
            for stream, version in texts:
                self._note(stream, f"there is a text of event {version}, and no such event")
            for stream, version in words:
                self._note(stream, f"there are words of event {version}, and no such event")
            if upto is None:
                return
            after = upto

    def _page(
        self,
        table: Table,
        names: tuple[str, ...],
        after: EventKey,
        upto: EventKey | None,
        limit: int | None = None,
    ) -> list[Row]:
        place = tuple_(table.c.stream, table.c.version)
        query = raw(table, *names).where(place > tuple_(*after))
        if upto is not None:
            query = query.where(place <= tuple_(*upto))
        query = query.order_by(table.c.stream, table.c.version).limit(limit)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    # One stream

    def _stream(
        self, stream: str, events: Iterable[tuple[Row, dict[str, Row], Row | None]]
    ) -> None:
        chain, workspace = Chain(), ""
        for row, texts, batch in events:
            self.report.events += 1
            workspace = workspace or row["workspace"]
            faults = chain.follow(row, texts)
            for fault in faults:
                self._note(stream, fault)
            if not faults:
                self._look_into(row, batch)
        for fault in chain.end():
            self._note(stream, fault)
        self.report.streams += 1
        self.report.texts += chain.texts
        self.report.emptied += chain.covered
        self._ends[stream] = _End(version=chain.version, hash=chain.hash, workspace=workspace)

    def _look_into(self, row: Row, batch: Row | None) -> None:
        """See what an event says of other things that are on record."""
        content = content_of(row)
        match row["name"]:
            case "IncidentDeclared":
                self._numbers[row["stream"]] = content.get("number", 0)
            case "WordsEmptied":
                self._emptied.add(row["correlation"])
            case "ErasureBegun":
                self.report.erasing.add((row["workspace"], str(content.get("user"))))
            case "PersonErased":
                self.report.erasing.discard((row["workspace"], str(content.get("user"))))
            case "HeadsAnchored":
                self._compare(heads_of(content))
            case "RoomOpened":
                self._rooms.opened(row, content)
            case "MessagesKept":
                self._batches.batch(row, content, batch)
            case _:
                pass
        if row["stream"] == of_record(row["workspace"]):
            missing = self.report.missing
            missing -= {head for head in missing if str(row["hash"]).startswith(head)}
            self.report.heads[row["workspace"]] = row["hash"]

    def _compare(self, heads: list[Head]) -> None:
        """Note each stream that does not have the event which the workspace's chain anchors."""
        keys = [(stream, version) for stream, version, _ in heads]
        place = tuple_(t.events.c.stream, t.events.c.version)
        query = raw(t.events, "stream", "version", "hash").where(place.in_(keys))
        rows = self._connection.execute(query).mappings()
        found = {_key(row): row["hash"] for row in rows}
        for stream, version, anchored in heads:
            self._anchored[stream] = max(self._anchored.get(stream, 0), version)
            have = found.get((stream, version))
            if have != anchored and stream not in self._cut:
                self._not_as_anchored(stream, version, have)

    def _not_as_anchored(self, stream: str, version: int, have: str | None) -> None:
        newest = select(func.max(t.events.c.version)).where(t.events.c.stream == stream)
        last = self._connection.execute(newest).scalar_one()
        if have is None and last is not None and last > version:
            return  # a gap in the middle, which is told where it is met
        self._cut.add(stream)
        if last is None:
            self._note(stream, f"all {version} events are gone: the workspace's chain has them")
        elif have is None:
            cut = version - last
            last_ones = f"the last {cut} were" if cut > 1 else "the last was"
            self._note(
                stream,
                f"it ends with event {last}, and the workspace's chain has {version}: {last_ones} "
                "removed",
            )
        else:
            self._note(
                stream, f"event {version} is not the one that the workspace's chain has: rewritten"
            )

    # What every stream is compared with

    def _end(self) -> None:
        names = ("id", "workspace", "version", "head", "anchored")
        known = raw(t.streams, *names).execution_options(yield_per=_PAGE)
        gone = dict(self._ends)
        for row in self._connection.execute(known):
            end = gone.pop(row.id, None)
            if end is None:
                self._note(row.id, f"it should have {row.version} events, and has none")
                continue
            if (row.version, row.head) != (end.version, end.hash):
                self._note(
                    row.id, f"it should end with event {row.version}, and ends with {end.version}"
                )
            if row.workspace != end.workspace:
                self._note(row.id, "it was moved to another workspace")
            upto = self._anchored.get(row.id, 0)
            if row.anchored != upto:
                self._note(
                    row.id, f"it counts as anchored to event {row.anchored}, and is to {upto}"
                )
            if end.version > upto and row.id != of_record(row.workspace):
                self.report.late += end.version - upto
                self.report.late_streams += 1
                self._waits(row.id, row.workspace, upto + 1)
        for stream in gone:
            self._note(stream, "it has events, and is not listed among the streams")

    def _waits(self, stream: str, workspace: str, version: int) -> None:
        """Note since when an event waits for an anchor; a batch bears Slack's time, not its own."""
        query = raw(t.events, "recorded_at").where(
            t.events.c.stream == stream, t.events.c.version == version
        )
        since = time_of(self._connection.execute(query).scalar_one_or_none())
        if since is not None and not is_messages(stream):
            known = self.report.waiting.get(workspace, since)
            self.report.waiting[workspace] = min(known, since)

    # In words

    def _note(self, stream: str, what: str) -> None:
        self.report.note(self._name(stream), what)

    def _name(self, stream: str) -> str:
        """Return what people call a stream."""
        if is_incident(stream):
            number = self._numbers.get(stream) or self._projected(stream)
            return f"INC-{number} ({stream})" if number else f"an incident ({stream})"
        kind, _, workspace = stream.partition(":")
        names = {
            "record": f"the chain of the workspace {workspace}",
            "workspace": f"what concerns the workspace {workspace}",
            "messages": f"the batches of the message log ({stream})",
        }
        return names.get(kind, stream)

    def _projected(self, stream: str) -> int | None:
        query = select(t.incidents.c.number).where(t.incidents.c.stream == stream)
        found: int | None = self._connection.execute(query).scalar_one_or_none()
        return found


_TEXT = ("stream", "version", "field", "workspace", "salt", "body")
_BATCH = ("stream", "version", "workspace", "words")


def _key(row: Mapping[Any, Any]) -> EventKey:
    return row["stream"], row["version"]


def _by_key(rows: Iterable[Row]) -> dict[EventKey, list[Row]]:
    found: dict[EventKey, list[Row]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(row)
    return found
