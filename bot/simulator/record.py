"""What went over the wire, for tests and for the inspector: API calls and deliveries."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulator.model import Json
from bot.simulator.workspace import Workspace

KEPT = 5_000


@dataclass(kw_only=True, slots=True)
class Call:
    """One Web API call. `status` 0 means that no answer was sent."""

    method: str
    args: Json
    at: datetime
    status: int = 0
    error: str = ""
    answer: Json = field(default_factory=dict)
    took: float = 0.0  # seconds of wall time, added latency included


@dataclass(kw_only=True, slots=True)
class Attempt:
    """One sending of a delivery; `acknowledged_after` in seconds, None when it never was."""

    at: datetime
    number: int = 0
    reason: str = ""
    acknowledged_after: float | None = None
    answer: Json | None = None
    outcome: str = ""  # acknowledged | timeout | unreachable | failed | lost; empty: under way


@dataclass(kw_only=True, slots=True)
class Delivery:
    """Something sent to the app: an event, a slash command, an interaction."""

    id: str
    kind: str  # events_api | slash_commands | interactive
    payload: Json
    at: datetime
    attempts: list[Attempt] = field(default_factory=list)

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
            return str(self.payload["event"]["type"])
        return str(self.payload.get("command") or self.payload.get("type"))


class Record:
    """The last calls and deliveries, oldest dropped first."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    def call(self, call: Call) -> None:
        self.calls.append(call)
        self._workspace.changed("call")

    def answered(self, call: Call) -> None:  # noqa: ARG002 - the feed says what kind, not which
        self._workspace.changed("call")

    def delivery(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._workspace.changed("delivery")

    def attempted(self) -> None:
        self._workspace.changed("delivery")
