"""The story of a soak: calm and storms, first without and then with Slack's method tiers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from bench.databases import fresh
from bench.rooms import Room, furnished
from bench.soak import accounts
from bench.soak.lags import Settled, settled
from bench.soak.people import Crowd
from bench.soak.watch import Bot, Sample, started
from bench.soak.weather import HELD_UP, Weather
from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.record import Call
from bot.storage.database import Database

LATENCY = 0.05
"""Seconds that each call to Slack takes."""
_DRAINING = 180.0
_ENDING = 30.0
_LOOK = 0.5


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much, and for how long."""

    incidents: int = 500
    messages: float = 50.0
    seconds: float = 360.0
    declares: float = 20.0
    tiered_seconds: float = 240.0
    tiered_declares: float = 10.0
    tiered_turns: float = 40.0
    """Changes of severity a minute in the tiered life: twice what Slack takes of topics, and with
    card and announcement more than it takes of edits."""
    calm: float = 40.0
    storm: float = 10.0
    standstill: float = 5.0
    """Seconds at least before each stop in which nothing is posted, so that something is owed."""
    kind: str = "SQLite"


@dataclass(frozen=True, kw_only=True)
class Phase:
    """What one life of the bot showed."""

    samples: list[Sample]
    lags: list[Settled]
    calm: list[Settled]
    """Those that no storm touched."""
    faults: int
    topics: int
    """How many topics were set in Slack."""
    held_back: int
    """How many calls met a limit, and no fault."""
    owed_at_stop: int
    status: int
    stopped_after: float


@dataclass(kw_only=True)
class Outcome:
    """What the whole soak showed."""

    phases: list[Phase] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)
    at_rest: int = 0
    """Tasks of the last bot once all was done."""
    drained_after: float = 0.0
    wrong: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Stage:
    """Where it plays."""

    plan: Plan
    sim: Simulator
    database: Database
    url: str
    folder: Path
    rooms: list[Room]


async def play(plan: Plan, folder: Path) -> Outcome:
    """Play two lives of the bot under load, and a third that brings everything to its end.

    People go on while the bot is stopped and started: who gets no answer asks again.
    """
    outcome = Outcome()
    async with _set(plan, folder) as stage, AsyncExitStack() as people:
        for tiers in (False, True):
            outcome.phases.append(await _life(stage, outcome, people, tiers=tiers))
        await _the_end(stage, outcome, people)
    return outcome


@asynccontextmanager
async def _set(plan: Plan, folder: Path) -> AsyncIterator[_Stage]:
    sim = Simulator(clock=Clock())
    await sim.start()
    sim.latency = LATENCY
    sim.limits.posts = True
    try:
        async with fresh(plan.kind, folder) as (database, url):
            yield _Stage(
                plan=plan,
                sim=sim,
                database=database,
                url=url,
                folder=folder,
                rooms=await furnished(database, sim, plan.incidents),
            )
    finally:
        await sim.stop()


async def _life(stage: _Stage, outcome: Outcome, people: AsyncExitStack, *, tiers: bool) -> Phase:
    """Start the bot, have people work with it, and stop it in the midst of that."""
    plan, sim = stage.plan, stage.sim
    name = "second" if tiers else "first"
    async with started(sim, stage.folder, name, stage.url) as bot:
        await people.aclose()  # those of the life before have their answers now
        sim.limits.tiers = tiers
        since = sim.clock.now()
        crowd = _crowd(stage, name, tiers=tiers)
        outcome.crowds.append(crowd)
        await people.enter_async_context(crowd.at_work())
        weather = Weather(sim=sim, calm=plan.calm, storm=plan.storm)
        sim.clear_calls()
        async with bot.watched(), weather.changing():
            await asyncio.sleep(plan.tiered_seconds if tiers else plan.seconds)
        calls = sim.calls
        async with weather.standstill(plan.standstill):
            await _something_waits(stage)
            status, stopped_after = await bot.stop()
        outcome.complaints += bot.complaints
    sim.limits.tiers = False
    lags = await settled(stage.database, since, sim.clock.now())
    return Phase(
        samples=bot.samples,
        lags=lags,
        calm=[one for one in lags if not weather.touched(one.owed_at, one.done_at)],
        faults=weather.struck,
        topics=sum(one.method == "conversations.setTopic" and _took_effect(one) for one in calls),
        held_back=sum(
            one.status == HTTPStatus.TOO_MANY_REQUESTS and not one.fault for one in calls
        ),
        owed_at_stop=await accounts.open_effects(stage.database),
        status=status,
        stopped_after=stopped_after,
    )


async def _something_waits(stage: _Stage) -> None:
    """Wait, but not for ever, until something is owed that the standstill holds up."""
    for _ in range(int(_ENDING / _LOOK)):
        if await accounts.open_effects(stage.database, HELD_UP):
            return
        await asyncio.sleep(_LOOK)


def _took_effect(call: Call) -> bool:
    return call.status == HTTPStatus.OK and not call.error


def _crowd(stage: _Stage, name: str, *, tiers: bool) -> Crowd:
    plan = stage.plan
    return Crowd(
        sim=stage.sim,
        rooms=stage.rooms,
        name=name,
        per_minute=plan.tiered_declares if tiers else plan.declares,
        messages=plan.messages,
        turns=plan.tiered_turns if tiers else 0.0,
    )


async def _the_end(stage: _Stage, outcome: Outcome, people: AsyncExitStack) -> None:
    """Let a bot finish what is owed and read what it missed; then compare."""
    stage.sim.latency = 0.0
    began = time.monotonic()
    async with started(stage.sim, stage.folder, "third", stage.url) as bot:
        await people.aclose()
        await _finished(stage, outcome)
        outcome.drained_after = time.monotonic() - began
        outcome.wrong = await accounts.wrong(stage.database, stage.sim, outcome.crowds)
        outcome.at_rest = await _at_rest(bot, min(one.tasks for one in outcome.phases[0].samples))
        status, _ = await bot.stop()
        outcome.complaints += bot.complaints
    if status != 0:
        outcome.wrong.append(f"the last bot ended with status {status}")


async def _at_rest(bot: Bot, least: int) -> int:
    """Return how many tasks are left, once those have ended that end."""
    tasks = await bot.tasks()
    for _ in range(int(_ENDING / _LOOK)):
        if tasks <= least:
            break
        await asyncio.sleep(_LOOK)
        tasks = await bot.tasks()
    return tasks


async def _finished(stage: _Stage, outcome: Outcome) -> None:
    """Wait, but not for ever: the database of another process tells nobody when it changes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAINING):
            while True:
                if not await _unfinished(stage, outcome):
                    return
                await asyncio.sleep(_LOOK)


async def _unfinished(stage: _Stage, outcome: Outcome) -> bool:
    """Whether something is still owed, or a message that was said is not in the log."""
    if await accounts.open_effects(stage.database):
        return True
    kept = await accounts.kept(stage.database)
    return any(not crowd.said <= kept for crowd in outcome.crowds)
