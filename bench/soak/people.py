"""What people do meanwhile: they declare, talk, and work on their incidents."""

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field

from bench.messages import say
from bench.rooms import Room
from bot.simulator import Simulator
from bot.simulator.people import Reply

_TICK = 0.1
_SPOKEN_IN = 100
"""In how many rooms people talk."""
_TURNED_IN = 10
"""In how many rooms the severity goes up and down."""
_ASKED_AT_MOST = 30
_PAUSE = 1.0
"""Seconds after which somebody who got no answer asks again."""
_UNSURE = ("nothing was recorded", "not known whether this was recorded")
"""Answers after which a person asks again, as they are told to."""
_WORK = (
    "update still looking, says {n}",
    "note the graph of node {n} rises",
    "role commander --over",
    "severity 2 it is smaller than it looked, says {n}",
    "severity 1 it is worse again, says {n}",
    "update mitigated, says {n}",
)


@dataclass(kw_only=True)
class Crowd:
    """People at work, and what they were promised."""

    sim: Simulator
    rooms: list[Room]
    name: str
    per_minute: float
    """Declares; as many incidents are worked on."""
    messages: float
    """Messages a second, over a hundred rooms."""
    turns: float = 0.0
    """Changes of severity a minute, over ten rooms."""
    turned: int = 0
    """How many of these changes were acknowledged."""
    declared: list[str] = field(default_factory=list)
    """Titles whose declaring was acknowledged with a number."""
    updates: list[str] = field(default_factory=list)
    """Updates that were acknowledged."""
    said: set[tuple[str, str]] = field(default_factory=set)
    """Channel and ts of each message."""
    asked_again: int = 0
    unanswered: list[str] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Have them work meanwhile; what was asked is asked until it is answered."""
        doing: set[asyncio.Task[None]] = set()
        loops = [self._declare(doing), self._work(doing), self._turn(doing), self._talk()]
        working = [asyncio.create_task(loop) for loop in loops]
        try:
            yield
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            await asyncio.gather(*doing)

    async def _declare(self, doing: set[asyncio.Task[None]]) -> None:
        for number in itertools.count():
            _begin(doing, self._declares(f"{self.name} trouble {number:04}"))
            await asyncio.sleep(60 / self.per_minute)

    async def _declares(self, title: str) -> None:
        reply = await self._answered("general", f"/incident declare {title} --sev 2")
        if reply is not None:
            self.declared.append(title)

    async def _work(self, doing: set[asyncio.Task[None]]) -> None:
        dice = random.Random(self.name)  # noqa: S311 - the same work in each run
        for number in itertools.count():
            await asyncio.sleep(60 / self.per_minute)
            room = dice.choice(self.rooms).channel
            line = _WORK[number % len(_WORK)].format(n=f"{self.name} {number:04}")
            _begin(doing, self._works(room, line))

    async def _works(self, channel: str, line: str) -> None:
        reply = await self._answered(channel, f"/incident {line}")
        if reply is not None and line.startswith("update "):
            self.updates.append(line.removeprefix("update "))

    async def _turn(self, doing: set[asyncio.Task[None]]) -> None:
        """Change what topics, cards and announcements show, faster than Slack lets them follow."""
        if not self.turns:
            return
        rooms = itertools.cycle(self.rooms[-_TURNED_IN:])
        for number in itertools.count():
            await asyncio.sleep(60 / self.turns)
            worse = number // _TURNED_IN % 2 == 0
            _begin(doing, self._turns(next(rooms).channel, "1" if worse else "2"))

    async def _turns(self, channel: str, severity: str) -> None:
        line = f"/incident severity {severity} it turns, says {self.name}"
        if await self._answered(channel, line) is not None:
            self.turned += 1

    async def _answered(self, channel: str, line: str) -> Reply | None:
        """Type it, and again where no answer came, as people do."""
        for attempt in range(_ASKED_AT_MOST):
            self.asked_again += attempt > 0
            reply = await self.sim.person("bob").types(channel, line)
            if not reply.error and not any(words in reply.text for words in _UNSURE):
                return reply
            await asyncio.sleep(_PAUSE)
        self.unanswered.append(line)
        return None

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        turn = itertools.cycle(self.rooms[:_SPOKEN_IN])
        began, count = loop.time(), 0
        while True:
            while count < (loop.time() - began) * self.messages:
                room = next(turn)
                ts = say(self.sim, room, f"{self.name} {count}: the pods restart")
                self.said.add((room.channel, ts))
                count += 1
            await asyncio.sleep(_TICK)


def _begin(doing: set[asyncio.Task[None]], work: Coroutine[object, object, None]) -> None:
    task = asyncio.create_task(work)
    doing.add(task)
    task.add_done_callback(doing.discard)
