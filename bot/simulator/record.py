"""What went over the wire, for tests and for the inspector: API calls and deliveries."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from bot.simulator.ground import Ground
from bot.simulator.model import Json

KEPT = 5_000
MOST_BYTES = 64 * 2**20
"""Bodies kept of each kind; the oldest entries make room."""

ATTEMPT_BYTES = 300
"""What one attempt takes beside the app's answer, about."""


@dataclass(kw_only=True, slots=True)
class Entry:
    """One line of the record. Numbers rise: `number` at its start, `changed` with each change."""

    at: datetime
    number: int = 0
    changed: int = 0
    size: int = 0  # bytes of its bodies, about
    wall: float = field(default_factory=time.time)  # the machine's time; `at` may stand still


@dataclass(kw_only=True, slots=True)
class Call(Entry):
    """One call of the app: a Web API method, or `response_url`. Status 0: no answer was sent."""

    method: str
    args: Json
    status: int = 0
    error: str = ""
    answer: Json = field(default_factory=dict)
    took: float = 0.0  # seconds of wall time, added latency included
    fault: str = ""  # the kind of the fault that struck it
    place: str = ""  # the channel, where the bodies do not say it
    team: str = ""  # whose workspace it is, as far as its token or address says

    @property
    def id(self) -> str:
        return f"call-{self.number}"


@dataclass(kw_only=True, slots=True)
class Attempt:
    """One sending of a delivery; `acknowledged_after` in seconds, None when it never was."""

    at: datetime
    number: int = 0
    reason: str = ""
    acknowledged_after: float | None = None
    answer: Json | None = None
    cut: str = ""  # the connection is to break "before" it is sent, or "after"
    status: int = 0  # what the app's address answered over HTTP
    said: str = ""  # the first bytes of that, unless it acknowledged
    wall: float = field(default_factory=time.time)
    outcome: str = ""  # acknowledged | timeout | unreachable | failed | lost; empty: under way


@dataclass(kw_only=True, slots=True)
class Delivery(Entry):
    """Something sent to the app: an event, a slash command, an interaction."""

    id: str
    kind: str  # events_api | slash_commands | interactive
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    fault: str = ""

    @property
    def team(self) -> str:
        """The workspace in which it happened."""
        return str(self.payload.get("team_id") or self.payload.get("team", {}).get("id", ""))

    @property
    def acknowledged_after(self) -> float | None:
        """Seconds until the first acknowledgement."""
        for attempt in self.attempts:
            if attempt.acknowledged_after is not None:
                return attempt.acknowledged_after
        return None

    @property
    def name(self) -> str:
        """What it is, in a word: the event's type, the command, the interaction's type."""
        if self.kind == "events_api":
            return str(self.payload.get("event", self.payload)["type"])
        return str(self.payload.get("command") or self.payload.get("type"))


@dataclass(kw_only=True, slots=True)
class Note(Entry):
    """An explanation of something the simulator did on its own."""

    about: str  # socket | delivery | clock | …
    text: str
    team: str = ""  # the workspace, where it is about one

    @property
    def id(self) -> str:
        return f"note-{self.number}"


E = TypeVar("E", Call, Delivery, Note)
Line = Call | Delivery | Note


class Shelf(Generic[E]):
    """The last entries of one kind, bounded in number and size; the oldest are dropped first."""

    def __init__(self, order: dict[int, Line]) -> None:
        self.entries: deque[E] = deque()
        self._order = order
        self._bytes = 0

    def put(self, entry: E) -> None:
        self.entries.append(entry)
        self.weigh(entry.size)

    def weigh(self, size: int) -> None:
        """Make room for so many bytes more; the newest entry stays, however heavy."""
        self._bytes += size
        while len(self.entries) > KEPT or (self._bytes > MOST_BYTES and len(self.entries) > 1):
            self._forget(self.entries.popleft())

    def clear(self) -> None:
        for entry in self.entries:
            self._forget(entry)
        self.entries.clear()

    def _forget(self, entry: E) -> None:
        self._bytes -= entry.size
        self._order.pop(entry.changed, None)


class Record:
    """The last calls, deliveries and notes, and in which order they changed."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._order: dict[int, Line] = {}  # by `changed`, which only rises
        self._calls = Shelf[Call](self._order)
        self._deliveries = Shelf[Delivery](self._order)
        self._notes = Shelf[Note](self._order)
        self.latest = 0
        """The number of the latest change; what asks for news says how far it has read."""

    @property
    def calls(self) -> deque[Call]:
        return self._calls.entries

    @property
    def deliveries(self) -> deque[Delivery]:
        return self._deliveries.entries

    @property
    def notes(self) -> deque[Note]:
        return self._notes.entries

    def clear_calls(self) -> None:
        self._calls.clear()

    # -- writing -------------------------------------------------------------------------

    def call(self, call: Call) -> None:
        call.number = self._renumber(call)
        self._calls.put(call)
        self._ground.changed("call")

    def answered(self, call: Call, size: int = 0) -> None:
        """The answer is known; it has so many bytes."""
        if self._kept(call):
            self._renumber(call)
            call.size += size
            self._calls.weigh(size)
        self._ground.changed("call")

    def delivery(self, delivery: Delivery) -> None:
        delivery.number = self._renumber(delivery)
        self._deliveries.put(delivery)
        self._ground.changed("delivery")

    def attempted(self, delivery: Delivery, size: int = 0) -> None:
        """Something about its attempts is different: so many bytes came with it."""
        if self._kept(delivery):
            self._renumber(delivery)
            delivery.size += size + ATTEMPT_BYTES
            self._deliveries.weigh(size + ATTEMPT_BYTES)
        self._ground.changed("delivery")

    def note(self, about: str, text: str, team: str = "") -> None:
        """Add a note."""
        note = Note(at=self._ground.clock.now(), about=about, text=text, team=team)
        note.number = self._renumber(note)
        self._notes.put(note)
        self._ground.changed("note")

    def _kept(self, entry: Line) -> bool:
        return self._order.get(entry.changed) is entry

    def _renumber(self, entry: Line) -> int:
        """Move it to the end of the order of changes."""
        if self._kept(entry):
            del self._order[entry.changed]
        self.latest += 1
        entry.changed = self.latest
        self._order[self.latest] = entry
        return self.latest

    # -- reading -------------------------------------------------------------------------

    def find(self, entry_id: str) -> Line | None:
        """The entry of that id, if it is still kept."""
        return next((each for each in self._newest_first() if each.id == entry_id), None)

    def since(self, number: int) -> list[Line]:
        """What changed after that number, in the order of the changes."""
        found = []
        for entry in self._newest_first():
            if entry.changed <= number:
                break
            found.append(entry)
        return found[::-1]

    def _newest_first(self) -> Iterator[Line]:
        return (self._order[number] for number in reversed(self._order))
