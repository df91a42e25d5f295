"""A bot that dies at one boundary: before or after a commit, before or after a call to Slack.

The boundaries are found by crossing them, so an effect that is added tomorrow is walked tomorrow.
A commit is named by what it changes in the record: an effect owed, claimed or settled, an event.
Once dead, nothing of that bot commits or calls any more, just as if the process were gone.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.slack.calls import SlackCalls
from bot.storage import tables as t
from bot.storage.database import Connection, Database, Urgency, Work
from bot.storage.opening import connect

T = TypeVar("T")
Crossing = tuple[str, ...]
"""What is crossed at once: each thing a commit changes, with its count; or one call."""


class Crash(BaseException):
    """The process is gone."""


class NotCommitted(Exception):
    """The process is gone before its transaction was committed."""


@dataclass
class Boundaries:
    """Counts what is crossed, and dies where `at` is crossed, or at the `nth`; else never."""

    at: str | None = None
    nth: int | None = None
    crossed: list[Crossing] = field(default_factory=list)
    died: asyncio.Event = field(default_factory=asyncio.Event)
    _begun: bool = False
    _counts: Counter[str] = field(default_factory=Counter)

    @property
    def dead(self) -> bool:
        """Whether it has died."""
        return self.died.is_set()

    @property
    def mortal(self) -> bool:
        """Whether it may die at all."""
        return self.at is not None or self.nth is not None

    def spare(self) -> None:
        """Let it live from here on, unless it is dead."""
        self.at = self.nth = None

    def begin(self) -> None:
        """Count from here on: a bot is sound until the story begins."""
        self._begun = True

    def rest(self) -> None:
        """Count no more: what follows is walked elsewhere."""
        self._begun = False

    def ends(self, names: Sequence[str]) -> bool:
        """Count what is crossed, and say whether life ends there."""
        if not self._begun:
            return False
        self._counts.update(names)
        crossing = tuple(f"{name} #{self._counts[name]}" for name in names)
        if crossing:
            self.crossed.append(crossing)
            return self.at in crossing or len(self.crossed) == self.nth
        return False

    def end(self) -> Crash:
        """Be dead from here on; the crash is for the caller to raise."""
        self.died.set()
        return Crash(self.at)

    def live(self) -> None:
        """Go on, if alive.

        Raises:
            Crash: it is dead.
        """
        if self.dead:
            raise Crash(self.at)


class MortalDatabase(Database):
    """A real database whose user may die around each commit."""

    def __init__(self, inner: Database, boundaries: Boundaries) -> None:
        self._inner = inner
        self.presence = inner.presence
        self._boundaries = boundaries
        self._known: frozenset[str] | None = None

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Commit, unless death comes first; or die before anybody hears of it."""
        self._boundaries.live()
        changes: list[str] = []

        def mortal_work(connection: Connection) -> T:
            known = _record(connection) if self._known is None else self._known
            result = work(connection)
            now = _record(connection)
            changes[:] = sorted(now - known) or _others(work)
            if self._boundaries.dead or self._boundaries.ends(_named("before", changes)):
                raise NotCommitted
            self._known = now
            return result

        with suppress(NotCommitted):
            result = await self._inner.write(mortal_work, urgency)
            return self._heard(result, changes)
        raise self._boundaries.end()

    def _heard(self, result: T, changes: Sequence[str]) -> T:
        self._boundaries.live()
        if self._boundaries.ends(_named("after", changes)):
            raise self._boundaries.end()
        return result

    async def read(self, work: Work[T]) -> T:
        """Read, while alive."""
        self._boundaries.live()
        return await self._inner.read(work)

    def changed_elsewhere(self) -> bool:
        """Ask the real one."""
        return self._inner.changed_elsewhere()

    async def close(self) -> None:
        """Close the real one."""
        await self._inner.close()


def _named(when: str, changes: Sequence[str]) -> list[str]:
    """What a commit changes, without the ids that differ from run to run."""
    return sorted({f"{when} the commit of {change.partition(' ')[2]}" for change in changes})


_OWED = select(t.outbox.c.id, t.outbox.c.kind, t.outbox.c.state, t.outbox.c.attempts)
_EVENTS = select(t.events.c.position, t.events.c.name)


def _record(connection: Connection) -> frozenset[str]:
    """Return the effects as they stand, and the events, each with its id."""
    owed = {
        f"e{row.id} {row.kind} {row.state if row.state != 'open' or not row.attempts else 'sent'}"
        for row in connection.execute(_OWED)
    }
    return frozenset(owed | {f"v{row.position} {row.name}" for row in connection.execute(_EVENTS)})


def _others(work: Work[Any]) -> list[str]:
    """Name a commit that concerns neither by its code; a round in which nothing was due is none."""
    name = getattr(work, "func", work).__qualname__.partition(".<locals>")[0]
    return [] if name == "Courier._round" else [f"- {name}"]


class MortalCalls(SlackCalls):
    """Real calls whose caller may die around each."""

    boundaries: Boundaries

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call, unless death comes first; or die before the answer is read."""
        self._cross(f"before {method}")
        answer = await super().call(method, **arguments)
        self._cross(f"after {method}")
        return answer

    def _cross(self, name: str) -> None:
        self.boundaries.live()
        if self.boundaries.ends([name]):
            raise self.boundaries.end()


def mortal(boundaries: Boundaries) -> Callable[[Settings, Clock, Process], Application]:
    """Return what builds a bot that dies at one of the boundaries."""

    def new_calls(client: Any, clock: Clock) -> SlackCalls:
        calls = MortalCalls(client, clock)
        calls.boundaries = boundaries
        return calls

    def build(settings: Settings, clock: Clock, process: Process) -> Application:
        database = MortalDatabase(connect(settings.database_url), boundaries)
        return Application(settings, clock, process, database=database, new_calls=new_calls)

    return build
