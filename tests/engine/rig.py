"""An engine with performers that the test writes: the real database, dispatcher and courier."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.clock import Clock
from bot.domain import effects as f
from bot.domain.commands import CardShown, Command, Declare, RoomMade
from bot.domain.effects import Effect
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import Actor, Text
from bot.engine.carrying import Carrying, Performer
from bot.engine.clockwork import Alarm, wall_time
from bot.engine.courier import Courier
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Answered, Done, Order
from bot.engine.reach import Reach
from bot.engine.settler import FIRING
from bot.engine.tally import Tally
from bot.storage.database import Database

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
ANN = Actor(user="U0ANN")


async def works(_effect: Any, _carrying: Carrying) -> Command | None:
    """Carry anything, to nobody's notice."""
    return None


async def makes_room(effect: f.CreateRoom, _carrying: Carrying) -> Command | None:
    """Make a room named after its incident."""
    return RoomMade(channel=f"C{effect.stream[:8]}", name="inc-1")


async def shows_card(effect: f.ShowCard, _carrying: Carrying) -> Command | None:
    """Show a card."""
    return CardShown(channel=f"C{effect.stream[:8]}", ts="1.1")


@dataclass
class Rig:
    """One replica of the engine on a database."""

    database: Database
    clock: Clock = field(default_factory=lambda: Clock(stopped_at=START))
    process: Process = field(default_factory=Process)
    carried: list[tuple[Effect, Carrying]] = field(default_factory=list)
    performers: dict[type[Effect], Performer] = field(default_factory=dict)
    firing: float = FIRING
    wall: Callable[[], datetime] = wall_time
    look_every: float | None = None

    def __post_init__(self) -> None:
        """Build the engine."""
        self.alarm = Alarm(self.clock, look_every=self.look_every)
        self.tally = Tally()
        self.reach = Reach(self.clock)
        self.dispatcher = Dispatcher(self.database, self.clock, lambda: self.process, self.tally)
        for kind in f.Effect.__args__:
            self.performers.setdefault(kind, works)
        self.performers[f.CreateRoom] = self.performers.get(f.CreateRoom, works)
        self.courier = Courier(
            database=self.database,
            dispatcher=self.dispatcher,
            performers={kind: self._noting(kind) for kind in self.performers},
            alarm=self.alarm,
            tally=self.tally,
            reach=self.reach,
            firing=self.firing,
            wall=self.wall,
        )

    def _noting(self, kind: type[Effect]) -> Performer:
        async def perform(effect: Any, carrying: Carrying) -> Command | None:
            self.carried.append((effect, carrying))
            return await self.performers[kind](effect, carrying)

        return perform

    def on(
        self, kind: type[Effect], perform: Callable[[Any, Carrying], Awaitable[Command | None]]
    ) -> None:
        """Have a kind of effect carried by the test's own function."""
        self.performers[kind] = perform

    def named(self) -> list[str]:
        """The names of what was carried, in order."""
        return [type(effect).__name__ for effect, _ in self.carried]

    async def declares(self, title: str = "checkout is down", **more: Any) -> Answered:
        """Have Ann declare."""
        order = Order(
            workspace="T1",
            stream=more.pop("stream", None) or str(uuid4()),
            command=Declare(title=Text(title), **more.pop("command", {})),
            actor=more.pop("actor", ANN),
            identity=more.pop("identity", None),
            answer=lambda done: {"text": done.incident.name},
        )
        return await self.dispatcher.deliver(order)

    async def asks(self, stream: str, command: Command, actor: Actor = ANN) -> Done:
        """Have somebody ask something of an incident."""
        order = Order(workspace="T1", stream=stream, command=command, actor=actor)
        answered = await self.dispatcher.deliver(order)
        assert answered.done is not None
        return answered.done

    async def rests(self) -> None:
        """Wait until there is nothing to do at this time."""
        await self.courier.rested()

    async def passes(self, **duration: float) -> None:
        """Let time pass, and wait until what is due has been done."""
        self.clock.advance(timedelta(**duration))
        await self.rests()

    async def state(self, stream: str) -> Incident:
        """The present state of an incident."""
        incident = await self.dispatcher.current(stream)
        assert incident is not None
        return incident


@asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[Rig]:
    """Run the rig's courier."""
    task = asyncio.create_task(rig.courier.run())
    try:
        yield rig
    finally:
        await rig.courier.stop()
        await task
        rig.alarm.close()
        rig.reach.close()
