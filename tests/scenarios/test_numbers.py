"""Every number that Muster tells about itself moves when what it counts happens.

Alerts and dashboards stand on them: a number that nothing moves would be one that warns of nothing.
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import update

from bot.domain.commands import PagePerson
from bot.domain.values import Text
from bot.engine.tally import COUNTED, SHOWN, TIMED
from bot.storage import tables as t
from tests.people import World, a_world
from tests.scenarios.losing import losing, unplug
from tests.scenarios.test_slack_away import numbers
from tests.web.pages import BOB, serving
from tests.web.test_health import TOKEN

ROOM = "inc-1-checkout-is-down"
ELSEWHERE = {
    "outcomes_failed": "tests/engine/test_courier.py",
    "slack_away_seconds": "tests/scenarios/test_slack_away.py",
    "effects_overdue_seconds": "below, where nobody carries anything",
    "lanes_stuck": "below, where nobody carries anything",
    "timers_overdue": "below, where nobody carries anything",
}
"""Where those are moved that a bot at work does not move."""
REPO = Path(__file__).parents[2]
START = datetime(2000, 1, 1, tzinfo=UTC)
_LINE = re.compile(r"muster_(\w+?)(?:_total|_count)?(\{.*\})? (\S+)")


def read(told: str) -> dict[str, float]:
    """What `/metrics` says, by name and labels; of a histogram how much it counted."""
    found = filter(None, map(_LINE.fullmatch, told.splitlines()))
    return {f"{one[1]}{one[2] or ''}": float(one[3]) for one in found}


class Watch:
    """Which numbers have been other than they were at first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._first: dict[str, float] = {}
        self.now: dict[str, float] = {}
        self.moved: set[str] = set()

    async def look(self) -> dict[str, float]:
        """Take note of what stands there now."""
        self.now = read(await numbers(self._world))
        for key, value in self.now.items():
            if self._first.setdefault(key, 0.0 if "{" in key else value) != value:
                self.moved.add(key.partition("{")[0])
        return self.now

    async def sees(self, name: str, value: float) -> None:
        """Look until a gauge stands there."""
        async with asyncio.timeout(60):
            while (await self.look()).get(name) != value:
                pass


def test_every_number_is_moved_by_a_test() -> None:
    assert set(ELSEWHERE) < {*COUNTED, *TIMED, *SHOWN}


def without_a_sample(told: str) -> set[str]:
    """What an alert asks for and a process that has just started does not tell."""
    rules = yaml.safe_load((REPO / "deploy/prometheus/muster.rules.yaml").read_text("utf-8"))
    asked = {
        (name, labels)
        for group in rules["groups"]
        for rule in group["rules"]
        for name, labels in re.findall(r"\b(muster_\w+)(?:\{(.*?)\})?", rule["expr"])
    }
    assert len(asked) > 10
    samples = [re.split(r"[{}]", line.rpartition(" ")[0]) for line in told.splitlines()]
    there = {(name, label) for name, *by in samples for label in ["", *"".join(by).split(",")]}
    return {
        f"{name} {label}"
        for name, labels in asked
        for label in labels.split(",")
        if (name, label) not in there
    }


async def test_each_number_moves_when_what_it_counts_happens(tmp_path: Path) -> None:
    async with a_world(tmp_path, started=False) as world:
        world.build = losing(world, None)
        await world.starts()
        watch = Watch(world)
        assert without_a_sample(await numbers(world)) == set()
        await watch.look()
        for happens in (
            an_incident_is_worked_on,
            slack_holds_a_method_back,
            somebody_else_takes_a_lane_over,
            a_post_stands_there_twice,
            the_socket_stays_away,
            the_database_is_away,
        ):
            await happens(world, watch)
            await watch.look()
    assert {*COUNTED, *TIMED, *SHOWN} - watch.moved == set(ELSEWHERE)


async def an_incident_is_worked_on(world: World, watch: Watch) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    await world.settles()
    now = await watch.look()
    assert now['deliveries{kind="command"}'] == now['delivery_seconds{kind="command"}'] == 1
    assert now['decisions{command="Declare"}'] == 1
    assert now['effects{effect="CreateRoom",state="done"}'] == 1
    assert now['effect_seconds{effect="CreateRoom"}'] == 1
    assert now['calls{answer="ok",method="conversations.create"}'] == 2, "the feed and the room"
    assert now['call_seconds{method="conversations.create"}'] == 2
    assert now['database_seconds{what="write"}'] > 1
    assert now['effects_waiting{effect="CreateRoom"}'] == 0, "nothing is owed"
    await world.bob.hands.types("general", "/incident show inc-7")
    await world.ann.hands.types(ROOM, "/incident playbook done 1")
    assert {key for key in await watch.look() if key.startswith("refusals")}


async def slack_holds_a_method_back(world: World, watch: Watch) -> None:
    world.sim.faults.add("conversations.setTopic", "rate_limited", retry_after=40)
    await world.ann.hands.types(ROOM, "/incident severity 1 it grows")
    await watch.sees("brakes", 1)
    await watch.sees('effects_waiting{effect="ShowTopic"}', 1)
    world.clock.advance(timedelta(seconds=41))
    await world.settles()
    now = await watch.look()
    assert now['effects_retried{effect="ShowTopic"}'] == 1
    assert now["brakes"] == 0


async def somebody_else_takes_a_lane_over(world: World, watch: Watch) -> None:
    hung = world.sim.faults.add("conversations.setTopic", "hang")
    await world.ann.hands.types(ROOM, "/incident severity 2 it shrinks")
    await world.sim.workspace.wait_for(lambda: hung.struck == 1, what="a call that hangs")
    await watch.sees("lease_owners", 1)
    mine = update(t.lane).where(t.lane.c.owner.is_not(None))
    theirs = {"owner": "another", "epoch": t.lane.c.epoch + 1}
    await world.bot.database.write(lambda c: c.execute(mine.values(theirs)))
    world.sim.faults.clear()
    await watch.sees('lanes_lost{effect="ShowTopic"}', 1)
    long_ago = update(t.lane).where(t.lane.c.owner == "another").values(lease_until=START)
    await world.bot.database.write(lambda c: c.execute(long_ago))
    await world.settles()


async def a_post_stands_there_twice(world: World, watch: Watch) -> None:
    await world.ann.says("/incident update inc-1 the pool is full")
    posts = world.sim.workspace.channel_named(ROOM).messages
    (post,) = [one for one in posts.values() if one.by_app and "the pool is full" in one.text]
    assert world.bot.desk is not None
    await world.bot.desk.calls.client.chat_postMessage(
        channel=post.channel, text=post.text, blocks=post.blocks, metadata=post.metadata
    )
    await world.settles()
    assert (await watch.look())['twins_removed{method="chat.delete"}'] == 1


async def the_socket_stays_away(world: World, watch: Watch) -> None:
    assert world.bot.socket is not None
    world.bot.socket.patience = 0.2  # seconds of wall time
    away = world.sim.faults.add("apps.connections.open", "http", times=None, status=503)
    await world.sim.sockets.cut()
    await world.sim.workspace.wait_for(lambda: away.struck >= 1, within=60, what="a try")
    await watch.sees("socket_connected", 0)
    assert watch.now["ready"] == 0
    world.sim.faults.clear()
    await watch.sees("socket_connected", 1)
    await world.settles()
    assert (await watch.look())["socket_rebuilt"] >= 1


async def the_database_is_away(world: World, watch: Watch) -> None:
    unplug(world, away=True)
    await world.bob.hands.types("general", "/incident declare search is slow")
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    now = await watch.look()
    assert now["database_there"] == 0
    assert now['provisional{came="opened"}'] == 1
    unplug(world, away=False)


async def test_what_nobody_carries_shows(tmp_path: Path) -> None:
    """No courier runs here; where one of another process did, it would not be so far behind."""
    late = ("effects_overdue_seconds", "lanes_stuck", "timers_overdue")
    async with serving(tmp_path) as pages:
        call = PagePerson(to=BOB, text=Text("the pool is full"))
        await pages.does(await pages.declared(), call)
        watcher = await pages.stranger()

        async def now() -> list[float]:
            page = await watcher.opens("/metrics", Authorization=TOKEN)
            found = read(page.html)
            return [found[name] for name in late]

        assert await now() == [0, 0, 0]
        pages.rig.clock.advance(timedelta(minutes=90))
        overdue, stuck, timers = await now()
        assert overdue == timedelta(minutes=90).total_seconds()
        assert stuck >= 1
        assert timers >= 1
