"""A bot to which Slack's answer to one call is lost, though the call took effect."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain import effects as f
from bot.domain.process import Process
from bot.engine.verdicts import Doubt
from bot.simulator.fault_kinds import Kind
from bot.slack.calls import SlackCalls
from bot.storage.opening import connect
from tests.outages import Unplugged
from tests.people import World

HUNG = 0.3
"""Seconds of wall time that the bot waits for the answer that never comes."""


@dataclass
class Loss:
    """The answer to the first call of a method by one kind of effect is lost."""

    kind: type[f.Effect]
    method: str
    fault: Kind
    struck: bool = False

    def strikes(self, method: str) -> bool:
        """Whether this call is the one."""
        return not self.struck and (carried_now(), method) == (self.kind.__name__, self.method)


def carried_now() -> str:
    """Return which kind of effect is carried: the courier names its tasks after that."""
    task = asyncio.current_task()
    name = task.get_name() if task else ""
    return name.removeprefix("carry ").partition(":")[0] if name.startswith("carry ") else ""


READING = frozenset(
    {
        "bookmarks.list",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.members",
        "conversations.replies",
        "usergroups.users.list",
        "users.conversations",
        "users.info",
    }
)
"""Methods that change nothing in Slack: an answer of theirs that is lost is asked for again."""


@dataclass
class Turns:
    """Many calls at once, or one that nobody shares Slack with: the fault is meant for that one."""

    _others: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _alone: bool = False

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Be one of many."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._alone)
            self._others += 1
        try:
            yield
        finally:
            async with self._changed:
                self._others -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait for the others, and have them wait."""
        async with self._changed:
            self._alone = True
            await self._changed.wait_for(lambda: not self._others)
        try:
            yield
        finally:
            async with self._changed:
                self._alone = False
                self._changed.notify_all()


class LosingCalls(SlackCalls):
    """Real calls; the fault is Slack's, so its meaning is found out as it always is."""

    loss: Loss | None
    changed: set[tuple[str, str]]
    """Which kinds of effect have changed Slack, and by which methods."""
    world: World
    database: Unplugged
    turns: Turns

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call, with the fault in force while the one call is under way."""
        loss = self.loss
        if carried_now() and method not in READING:
            self.changed.add((carried_now(), method))
        if loss is None:
            return await super().call(method, **arguments)
        if not loss.strikes(method):
            async with self.turns.shared():
                return await super().call(method, **arguments)
        async with self.turns.alone():
            return await self._lost(loss, method, **arguments)

    async def _lost(self, loss: Loss, method: str, **arguments: Any) -> dict[str, Any]:
        limit, self.limit = self.limit, HUNG if loss.fault == "hang" else self.limit
        fault = self.world.sim.faults.add(method, loss.fault)
        try:
            return await super().call(method, **arguments)
        except Doubt:
            loss.struck = True
            raise
        finally:
            self.limit = limit
            self.world.sim.faults.remove(fault)


def losing(
    world: World, loss: Loss | None, changed: set[tuple[str, str]] | None = None
) -> Callable[[Settings, Clock, Process], Application]:
    """Return what builds a bot that suffers it, and whose database can be unplugged.

    What its effects change in Slack, and how, is added to `changed`, where that is asked for.
    """

    def build(settings: Settings, clock: Clock, process: Process) -> Application:
        database = Unplugged(connect(settings.database_url))

        def new_calls(*given: Any) -> LosingCalls:
            calls = LosingCalls(*given)
            calls.loss, calls.world, calls.database = loss, world, database
            calls.turns, calls.changed = Turns(), set() if changed is None else changed
            return calls

        return Application(settings, clock, process, database=database, new_calls=new_calls)

    return build


def unplug(world: World, *, away: bool) -> None:
    """Take the database of such a bot away, or bring it back."""
    assert world.bot.desk is not None
    calls = world.bot.desk.calls
    assert isinstance(calls, LosingCalls)
    calls.database.is_away = away
