"""Short stories with faults in them, drawn at random, and how each has to end.

The right end is that of the same story without a fault. Where two people do the same at once, it is
that of the story in which one of them was first.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.engine.carrying import CALL_LIMIT
from bot.simulator.fault_kinds import Kind
from bot.simulator.record import Delivery
from bot.slack.calls import SlackCalls
from tests.databases import Copies
from tests.people import World, a_world
from tests.scenarios.crashing import Boundaries, mortal
from tests.scenarios.deeds import DEEDS, SECRET, Deed, Marked, Waits, alone
from tests.scenarios.portraits import Portrait, portrait, seen_by, whispers
from tests.scenarios.runbook import runbook
from tests.scenarios.surviving import QUICK, survived
from tests.scenarios.walking import Beginning, differences

PROCESS = replace(Process(), playbooks={runbook().id: runbook()})
STRANGERS = ("carol", "dan")
"""Who was never in the private incident's room."""
HUNG = 0.4
"""Seconds of wall time after which this bot gives a call up that hangs."""


# ── What goes wrong ─────────────────────────────────────────────────────────────────────────────

METHODS = (
    "chat.postMessage",
    "chat.update",
    "chat.postEphemeral",
    "conversations.create",
    "conversations.history",
    "conversations.replies",
    "conversations.invite",
    "conversations.open",
    "conversations.setTopic",
    "users.conversations",
    "users.info",
    "pins.add",
    "bookmarks.add",
    "reactions.add",
)
CALLS: tuple[Kind, ...] = (
    "rate_limited",
    "http",
    "http_after_effect",
    "lose_answer",
    "refuse",
    "hang",
)
DELIVERIES: tuple[Kind, ...] = ("twice", "late")


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A call or a delivery goes wrong."""

    target: str
    kind: Kind
    nth: int
    effect: bool = True
    """Whether what hangs takes effect."""


@dataclass(frozen=True, kw_only=True)
class Dies:
    """The bot dies at the n-th boundary that it crosses."""

    nth: int
    again: bool
    """Slack delivers again what was not answered, rather than that the person asks again."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One deed, who does it, and what goes wrong meanwhile."""

    deed: Deed
    who: str
    wrong: tuple[Wrong, ...] = ()
    dies: Dies | None = None
    also: str = ""
    """Who does the same at the same time."""
    again: bool = False
    """The bot is started anew, and all that was delivered comes again, the last of it first."""


Mix = tuple[Step, ...]
End = tuple[Portrait, Counter[str], list[str]]
"""How everything stands, what was said to one person alone, and what strangers read of a secret."""

_ON_CALLS = st.builds(
    Wrong,
    target=st.sampled_from(METHODS),
    kind=st.sampled_from(CALLS),
    nth=st.integers(1, 3),
    effect=st.booleans(),
)
_ON_DELIVERIES = st.builds(
    Wrong, target=st.just("*"), kind=st.sampled_from(DELIVERIES), nth=st.integers(1, 3)
)
_STEPS = st.builds(
    Step,
    deed=st.sampled_from(DEEDS),
    who=st.sampled_from(("ann", "bob")),
    wrong=st.lists(_ON_CALLS | _ON_DELIVERIES, max_size=3).map(tuple),
    dies=st.none() | st.builds(Dies, nth=st.integers(1, 40), again=st.booleans()),
    again=st.booleans(),
)


@st.composite
def mixes(draw: st.DrawFn) -> Mix:
    """Draw a story of different deeds; in one of them two people may do the same at once.

    What is said while the bot is away it reads afterwards, and says so: that is another end.
    """
    drawn = draw(st.lists(_STEPS, min_size=2, max_size=5, unique_by=lambda step: step.deed))
    steps = [replace(s, dies=None) if isinstance(s.deed, Marked) else s for s in drawn]
    meeting = draw(st.none() | st.integers(0, len(steps) - 1))
    if meeting is not None and not alone(steps[meeting].deed):
        steps[meeting] = replace(steps[meeting], also="carol", dies=None)
    return tuple(steps)


# ── How it ends ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Stage:
    """Plays mixes on copies of one beginning, and knows the right ends."""

    copies: Copies
    folder: Path
    struck: int = 0
    """How many faults did strike so far, crashes among them."""
    _beginning: Beginning | None = None
    _ends: dict[Mix, End] = field(default_factory=dict)

    async def wrong(self, mix: Mix) -> list[str]:
        """Return in what the end differs from what it should be, in words."""
        found, said, leaks = await self._played(mix)
        if leaks:
            return leaks
        complaints = []
        for sound in _sound(mix):
            if sound not in self._ends:
                self._ends[sound] = await self._played(sound)
            expected, heard, _ = self._ends[sound]
            complaint = differences(expected, found)
            complaint += [f"said twice: {words}" for words in said - heard]
            if not complaint:
                return []
            complaints.append(complaint)
        return min(complaints, key=len)

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        """Open a copy of the beginning, in which no bot runs yet."""
        if self._beginning is None:
            self._beginning = await self._declared()
        begin = self._beginning
        async with (
            self.copies.copy(begin.database_url) as url,
            a_world(
                self.folder,
                database_url=url,
                process=PROCESS,
                workspace=begin.workspace,
                now=begin.now,
                started=False,
            ) as world,
        ):
            world.sim.sockets.retries = QUICK
            yield world

    async def _declared(self) -> Beginning:
        url = await self.copies.fresh()
        async with a_world(self.folder, database_url=url, process=PROCESS) as world:
            await world.ann.says(
                "/incident declare checkout is down --sev 2 --category availability"
            )
            for who in ("bob", "carol"):
                await world.person(who).says("/incident join inc-1")
            await world.ann.says(
                f"/incident declare {SECRET} is out --sev 2 --category security --private"
            )
            await world.ann.hands.invites("bob", (await world.room(2)).name)
            await world.settles()
            await world.stops()
            workspace = world.sim.workspace.copy(world.clock)
            return Beginning(workspace=workspace, now=world.clock.now(), database_url=url)

    async def _played(self, mix: Mix) -> End:
        async with self.world() as world:
            for step in mix:
                self.struck += await _take(world, step)
            leaks = [f"{who} reads of it" for who in STRANGERS if SECRET in seen_by(world, who)]
            return await portrait(world), whispers(world), leaks


async def _take(world: World, step: Step) -> int:
    """Do what the step says until nothing is left to do, and return how often something struck."""
    boundaries = await _alive(world, step.dies)
    hangs = any(wrong.kind == "hang" for wrong in step.wrong)
    assert world.bot.desk is not None
    world.bot.desk.calls.limit = HUNG if hangs else CALL_LIMIT.total_seconds()
    faults = [
        world.sim.faults.add(
            wrong.target, wrong.kind, nth=wrong.nth, retry_after=4, effect=wrong.effect
        )
        for wrong in step.wrong
    ]
    before = len(world.sim.deliveries)

    async def done(world: World) -> None:
        people = [step.who, step.also] if step.also else [step.who]
        await asyncio.gather(*(step.deed.by(world, who) for who in people))

    await survived(
        world,
        done,
        boundaries,
        again=step.dies is not None and step.dies.again,
        resumes=step.deed.resumes,
        by_itself=isinstance(step.deed, Waits),
        build=hasty if hangs else Application,
    )
    world.sim.faults.clear()
    if step.again:
        await _once_more(world, world.sim.deliveries[before:])
    return sum(fault.struck for fault in faults) + boundaries.dead + step.again


async def _once_more(world: World, deliveries: list[Delivery]) -> None:
    """Start a new bot and deliver all of this to it again, backwards."""
    await world.restarts()
    for delivery in reversed(deliveries):
        await world.sim.redeliver(delivery)
    await world.settles()


async def _alive(world: World, dies: Dies | None) -> Boundaries:
    """Have a bot run that will die as it is to; one that will not may go on."""
    boundaries = Boundaries(nth=dies.nth if dies else None)
    if world.app is not None and dies is None:
        return boundaries
    if world.app is not None:
        await world.stops()
    world.build = mortal(boundaries) if dies else Application
    await world.starts()
    await world.settles()
    boundaries.begin()
    return boundaries


class HastyCalls(SlackCalls):
    """Calls that are soon given up where they may hang."""

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call; a busy machine may be slow to start, which is no fault that was put in."""
        self.limit = HUNG if method in METHODS else CALL_LIMIT.total_seconds()
        return await super().call(method, **arguments)


def hasty(settings: Settings, clock: Clock, process: Process) -> Application:
    """Build a bot that soon gives up a call that hangs."""
    return Application(settings, clock, process, new_calls=HastyCalls)


def _sound(mix: Mix) -> list[Mix]:
    """Return the same story without faults: one for each order in which it may have happened."""
    plain = tuple(replace(step, wrong=(), dies=None, again=False) for step in mix)
    one_by_one: list[list[Step]] = [[]]
    for step in plain:
        if not step.also:
            one_by_one = [[*before, step] for before in one_by_one]
            continue
        first, second = (replace(step, also=""), replace(step, who=step.also, also=""))
        one_by_one = [
            [*before, *pair] for before in one_by_one for pair in ((first, second), (second, first))
        ]
    return [tuple(steps) for steps in one_by_one]
