"""A story with a crash at every boundary it crosses, each on a copy of the same beginning.

The beginning is played once: workspace and database are copied for each crash. A crash is followed
by a new bot, and the end is compared with that of a run without a crash.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.domain.effects import Effect
from bot.domain.process import Process
from bot.simulator.workspace import Workspace
from tests.databases import Copies
from tests.people import World, a_world
from tests.scenarios.crashing import Boundaries, Crossing, mortal
from tests.scenarios.portraits import Portrait, portrait, whispers
from tests.scenarios.surviving import QUICK, Deed, nothing, survived, takes_up_its_work

Then = Literal["both", "by turns"]
"""What follows a crash: the same delivery comes once more, or who got no answer asks again.

Both are tried, wherever somebody got none; by turns each boundary has one of them.
"""
SIDE_BY_SIDE = 3
"""How many runs share the event loop: most of a run is waiting for what the dead bot left."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What one person does, what was before, and what follows of itself, in which nobody dies.

    The bot `sets_out` by what a start does of itself, unless that is the story. `carries` names
    effects that come of it. What happens `by_itself`, as time passes or as Slack tells of it,
    nobody asks for again.
    """

    before: Deed
    sets_out: Deed = takes_up_its_work
    deed: Deed
    then: Deed = nothing
    carries: tuple[type[Effect], ...] = ()
    by_itself: bool = False
    process: Process = field(default_factory=Process)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Where each run of a story sets out."""

    workspace: Workspace
    now: datetime
    database_url: str


@dataclass(kw_only=True)
class Walked:
    """What a walk came to."""

    boundaries: list[str] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)
    """Which kinds of effects the run without a crash has done."""
    runs: int = 0
    crashes: int = 0
    wrong: list[str] = field(default_factory=list)


End = tuple[Portrait, Counter[str]]
"""How everything stands in the end, and what was whispered on the way."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Walks all boundaries of one story on one kind of database."""

    story: Story
    then: Then
    copies: Copies
    folder: Path
    only: str | None = None
    """How the names of those boundaries begin that are walked, where there are many. Then each is
    walked once, since how often it is crossed may differ by what the clock does."""

    async def all(self) -> Walked:
        """Die at each boundary in turn, and say where the end was not as it should be."""
        begin = await self._beginning()
        sound = Boundaries()
        async with self._world(begin) as world:
            await self._play(world, sound, again=False)
            end = await portrait(world), whispers(world)
            crossed = list(sound.crossed)  # none of what a stop does of itself
        walked = Walked(boundaries=self._chosen(each_once(crossed)), carried=done_in(crossed))
        turns = asyncio.Semaphore(SIDE_BY_SIDE)

        async def die_at(turn: int, place: str) -> None:
            async with turns:
                again = self.then == "both" or turn % 2 == 0
                owing = await self._dies(begin, end, walked, place, again=again)
                if owing and self.then == "both":
                    await self._dies(begin, end, walked, place, again=False)

        async with asyncio.TaskGroup() as runs:
            for turn, place in enumerate(walked.boundaries):
                runs.create_task(die_at(turn, place))
        return walked

    def _chosen(self, crossed: list[str]) -> list[str]:
        if self.only is None:
            return crossed
        return [name for name in crossed if name.startswith(self.only) and name.endswith(" #1")]

    async def _dies(
        self, begin: Beginning, end: End, walked: Walked, place: str, *, again: bool
    ) -> bool:
        """Die there and go on; compare the end, and say whether somebody had got no answer."""
        expected, said = end
        boundaries = Boundaries(at=place)
        async with self._world(begin) as world:
            owing = await self._play(world, boundaries, again=again)
            wrong = differences(expected, await portrait(world))
            wrong += [f"said twice: {words}" for words in whispers(world) - said]
        walked.runs += 1
        walked.crashes += boundaries.dead
        walked.wrong += [f"{place}: {what}" for what in wrong]
        return owing

    async def _beginning(self) -> Beginning:
        url = await self.copies.fresh()
        async with a_world(self.folder, database_url=url, process=self.story.process) as world:
            await self.story.before(world)
            if world.app is not None:
                await world.settles()
                await world.stops()
            workspace = world.sim.workspace.copy(world.clock)
            return Beginning(workspace=workspace, now=world.clock.now(), database_url=url)

    @asynccontextmanager
    async def _world(self, begin: Beginning) -> AsyncIterator[World]:
        async with (
            self.copies.copy(begin.database_url) as url,
            a_world(
                self.folder,
                database_url=url,
                process=self.story.process,
                workspace=begin.workspace,
                now=begin.now,
                started=False,
            ) as world,
        ):
            world.sim.sockets.retries = QUICK
            yield world

    async def _play(self, world: World, boundaries: Boundaries, *, again: bool) -> bool:
        """Play the story to its end, with a crash where there is to be one."""
        world.build = mortal(boundaries)
        story = self.story
        await story.sets_out(world)
        boundaries.begin()

        async def then(world: World) -> None:
            if story.then is not nothing:
                boundaries.rest()
            await story.then(world)

        return await survived(
            world, story.deed, boundaries, again=again, by_itself=story.by_itself, then=then
        )


def each_once(crossed: list[Crossing]) -> list[str]:
    """Choose a name for each crossing, such as was not chosen before."""
    chosen: dict[str, None] = {}
    for crossing in crossed:
        fresh = [name for name in crossing if name not in chosen]
        chosen[fresh[0]] = None
    return list(chosen)


def done_in(crossed: list[Crossing]) -> set[str]:
    """Return the kinds of effects of which a commit says that they are done."""
    pattern = re.compile(r"after the commit of (\w+) done\b")
    return {found[1] for crossing in crossed for name in crossing if (found := pattern.match(name))}


def differences(expected: object, found: object, place: str = "") -> list[str]:
    """Return where two portraits differ, in words."""
    if expected == found:
        return []
    if not (isinstance(expected, dict) and isinstance(found, dict)):
        return [f"{place}: {_unlike(expected, found)}"]
    return [
        difference
        for key in sorted({*expected, *found})
        for difference in differences(expected.get(key), found.get(key), f"{place}/{key}")
    ]


def _unlike(expected: object, found: object) -> str:
    if not (isinstance(expected, list) and isinstance(found, list)):
        return f"{found!r} instead of {expected!r}"
    missing = [each for each in expected if expected.count(each) > found.count(each)]
    more = [each for each in found if found.count(each) > expected.count(each)]
    if not missing and not more:
        return f"another order: {found!r} instead of {expected!r}"
    return f"missing {missing!r}, besides {more!r}"
