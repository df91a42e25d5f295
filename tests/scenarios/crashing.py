"""A bot that dies at its k-th boundary: before or after a commit, before or after a call to Slack.

The boundaries are found by crossing them, so an effect that is added tomorrow is walked tomorrow.
Once dead, nothing of that bot commits or calls any more, just as if the process were gone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.slack.calls import SlackCalls
from bot.storage.database import Database, Urgency, Work
from bot.storage.opening import connect
from tests.people import World, a_world

T = TypeVar("T")


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Boundaries:
    """Counts crossings and dies at one of them; `at` 0 never dies."""

    at: int = 0
    crossed: list[str] = field(default_factory=list)
    died: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def dead(self) -> bool:
        """Whether it has died."""
        return self.died.is_set()

    def cross(self, name: str) -> None:
        """Cross a boundary, or die there."""
        if self.dead:
            raise Crash(name)
        self.crossed.append(name)
        if len(self.crossed) == self.at:
            self.died.set()
            raise Crash(name)


class MortalDatabase(Database):
    """A real database whose user may die around each commit."""

    def __init__(self, inner: Database, boundaries: Boundaries) -> None:
        self._inner = inner
        self.presence = inner.presence
        self._boundaries = boundaries

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Commit, unless death comes first; or die before anybody hears of it."""
        self._boundaries.cross("before a commit")
        result = await self._inner.write(work, urgency)
        self._boundaries.cross("after a commit")
        return result

    async def read(self, work: Work[T]) -> T:
        """Read."""
        return await self._inner.read(work)

    def changed_elsewhere(self) -> bool:
        """Ask the real one."""
        return self._inner.changed_elsewhere()

    async def close(self) -> None:
        """Close the real one."""
        await self._inner.close()


class MortalCalls(SlackCalls):
    """Real calls whose caller may die around each."""

    boundaries: Boundaries

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call, unless death comes first; or die before the answer is read."""
        self.boundaries.cross(f"before {method}")
        answer = await super().call(method, **arguments)
        self.boundaries.cross(f"after {method}")
        return answer


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


Story = Callable[[World], Awaitable[None]]


async def walk(
    folder: Path,
    story: Story,
    after: Story,
    *,
    before: Story | None = None,
    fresh_url: Callable[[int], Awaitable[str]] | None = None,
) -> list[str]:
    """Play `story` with a crash at every boundary it crosses, each on a fresh workspace.

    `before` is played first by a bot that does not die. After each crash a new bot is started, the
    story is told again (people repeat what was not answered), and `after` checks how the workspace
    ends. Returns the boundaries.
    """
    step = 1
    while True:
        url = await fresh_url(step) if fresh_url else None
        place = folder / str(step)
        place.mkdir()
        boundaries = Boundaries()
        async with a_world(place, database_url=url) as world:
            _hurry(world)
            if before is not None:
                await before(world)
            await world.stops()
            await _crash_at(world, story, boundaries, step)
            await after(world)
        if not boundaries.dead:
            return boundaries.crossed
        step += 1


def _hurry(world: World) -> None:
    """Have Slack send again soon what a dead bot has not acknowledged."""
    world.sim.ack_deadline = 0.4
    world.sim.sockets.retries = (0.02, 0.1, 0.5)


async def _crash_at(world: World, story: Story, boundaries: Boundaries, step: int) -> None:
    world.build = mortal(boundaries)
    await world.starts()
    started = len(boundaries.crossed)
    boundaries.at = started + step
    try:
        await _unless_it_dies(world, story, boundaries)
    except Crash:
        pass
    finally:
        boundaries.crossed = boundaries.crossed[started:]
    world.build = Application
    if boundaries.dead:
        await world.crashes()
        await world.starts()
        await story(world)
    await world.settles()


async def _unless_it_dies(world: World, story: Story, boundaries: Boundaries) -> None:
    """Play the story; a bot that died answers nobody, so nobody waits for it."""
    playing = asyncio.ensure_future(story(world))
    dying = asyncio.ensure_future(boundaries.died.wait())
    await asyncio.wait({playing, dying}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    if not boundaries.dead:
        await playing
    for waiting in (playing, dying):
        waiting.cancel()
    await asyncio.gather(playing, dying, return_exceptions=True)
