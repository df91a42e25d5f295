"""The answer to a commit is lost: whoever asked is told so, and asking again does it once."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest

from bot.domain.values import MessageRef
from bot.storage.awaited import AwaitedDatabase
from bot.storage.database import Connection, Urgency
from bot.storage.sqlite import SqliteDatabase
from tests.people import World, a_world
from tests.scenarios.surviving import QUICK
from tests.scenarios.test_database_away import NOTHING, Outage, an_outage

pytestmark = [pytest.mark.faults("the answer to a commit is lost"), pytest.mark.hurried]

SAFE = "Asking again is safe"
When = Literal["before", "after"]
Hears = Callable[[World, str], Awaitable[str]]
"""Ask for something in the room, and return what the person reads."""


async def types(world: World, room: str) -> str:
    return str(await world.ann.hands.types(room, "/incident note it began at noon"))


async def submits(world: World, _room: str) -> str:
    return str((await world.ann.hands.submits({"text": "we are on it"})).errors)


async def clicks(world: World, _room: str) -> str:
    before = world.carol.sees("incidents")
    assert (await world.carol.hands.clicks("Join", in_="incidents")).ok
    await world.sim.workspace.wait_for(
        lambda: world.carol.sees("incidents") != before, within=30, what="an answer"
    )
    return world.carol.sees("incidents").removeprefix(before)


@pytest.mark.parametrize("asks", [types, submits, clicks], ids=lambda asks: asks.__name__)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_whatever_was_asked_for_is_done_once(
    when: When, asks: Hears, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async with an_outage("cut", request, tmp_path) as outage:
        world = outage.world
        room = await _ready(world)
        outage.wire.cuts_commits = when
        assert SAFE in await asks(world, room)
        assert outage.wire.struck >= 1
        outage.wire.opens()
        assert SAFE not in await asks(world, room)
        await outage.recovers()
        incident = await world.incident(1)
        told = (await world.ann.says("/incident timeline", in_=room)).text
        done: dict[Hears, int] = {
            types: told.count("it began at noon"),
            submits: incident.cadence.count,
            clicks: told.count("@carol joined the room"),
        }
        assert done[asks] == 1, told


async def _ready(world: World) -> str:
    """Carol sees the announcement, and Ann has a form before her."""
    room = (await world.room(1)).channel
    await world.carol.hands.joins("incidents")
    await world.ann.hands.types(room, "/incident update")
    await world.ann.hands.sees_modal("update")
    await world.settles()
    return room


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_a_second_time_would_undo_is_looked_for_instead(
    when: When, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The entry of a message's menu puts it on the timeline, and takes it off again."""
    async with an_outage("cut", request, tmp_path) as outage:
        world = outage.world
        room = (await world.room(1)).channel
        said = await world.ann.hands.posts(room, "the cache is cold")
        await world.settles()
        outage.wire.cuts_commits = when
        assert (await world.ann.hands.uses_message_shortcut("add_to_timeline", said, room)).ok
        told = "whether Muster’s 📝 stands on the message"
        await world.sim.workspace.wait_for(
            lambda: told in world.ann.sees(room), within=30, what="an answer"
        )
        assert SAFE not in world.ann.sees(room)
        outage.wire.opens()
        await outage.recovers()
        on_it = MessageRef(channel=room, ts=said.ts) in (await world.incident(1)).marks
        assert on_it == (when == "after")
        reactions = world.sim.workspace.channels[room].messages[said.ts].reactions
        assert bool(reactions.get("memo")) == on_it, "what to look for tells the truth"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_event_that_slack_tells_again_counts_once(
    when: When, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async with an_outage("cut", request, tmp_path) as outage:
        world = outage.world
        world.sim.sockets.retries = QUICK
        room = (await world.room(1)).channel
        said = await world.ann.hands.posts(room, "alert on disks")
        await world.settles()
        outage.wire.cuts_commits = when
        await world.ann.hands.reacts("dart", to=said)
        await world.sim.workspace.wait_for(
            lambda: outage.wire.struck >= 1 and world.sim.deliveries[-1].attempts,
            within=30,
            what="a commit without an answer",
        )
        outage.wire.opens()
        await outage.recovers()
        assert [one.text for one in (await world.incident(1)).followups] == ["alert on disks"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_a_call_has_made_is_settled_once(
    when: When, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The courier hears that the room is made, and not that this is recorded; it lives on."""
    async with an_outage("cut", request, tmp_path) as outage:
        world = outage.world
        held = world.sim.faults.add("conversations.create", "held")
        assert "INC-2" in await world.bob.hands.types("general", "/incident declare search is slow")
        await world.sim.workspace.wait_for(lambda: bool(held.struck), within=30, what="the call")
        outage.wire.cuts_commits = when
        held.release()
        await _struck(outage)
        outage.wire.opens()
        await outage.recovers()
        rooms = {c.name: c for c in world.sim.workspace.channels.values()}
        assert world.channels("inc-") == ["inc-1-checkout-is-down", "inc-2-search-is-slow"]
        assert not rooms["inc-2-search-is-slow"].is_archived
        incident = await world.incident(2)
        assert incident.room is not None
        assert incident.room.channel == rooms["inc-2-search-is-slow"].id
        assert incident.failures == {}
        assert world.ann.sees("incidents").count("search is slow") == 1


async def test_a_commit_that_is_under_way_at_the_deadline_is_not_known(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The server has it and says nothing: it would be a lie that nothing was recorded."""
    async with an_outage("silent", request, tmp_path) as outage:
        world = outage.world
        room = await _ready(world)
        outage.wire.hushes_commits = True
        told = await types(world, room)
        assert SAFE in told
        assert NOTHING not in told
        outage.wire.opens()
        assert SAFE not in await types(world, room)
        await outage.recovers()
        timeline = (await world.ann.says("/incident timeline", in_=room)).text
        assert timeline.count("it began at noon") == 1


async def test_a_shared_commit_that_another_piece_of_work_holds_up_is_not_known(
    tmp_path: Path,
) -> None:
    """On SQLite what one wrote is committed together with what comes behind it."""
    async with a_world(tmp_path) as world:
        await world.ann.says("/incident declare checkout is down --sev 2")
        room, database = (await world.room(1)).channel, world.bot.database
        begun, goes_on, ends = threading.Event(), threading.Event(), threading.Event()

        def first(_connection: Connection) -> None:
            begun.set()
            goes_on.wait(30)

        def last(_connection: Connection) -> None:
            ends.wait(30)

        works = [asyncio.ensure_future(database.write(first))]
        await asyncio.to_thread(begun.wait, 30)
        works.append(asyncio.ensure_future(database.write(last, Urgency.OUTCOME)))
        asks = asyncio.ensure_future(types(world, room))
        while not _waits(world):
            await asyncio.wait({asks}, timeout=0.05)
        goes_on.set()
        told = await asks
        ends.set()
        await asyncio.gather(*works)
        assert SAFE in told
        assert "You said the same a moment ago, and it is recorded once" in await types(world, room)


def _waits(world: World) -> bool:
    """Whether what somebody asked for waits for the writer; the courier's rounds may, too."""
    database = world.bot.database
    assert isinstance(database, AwaitedDatabase)
    assert isinstance(database.behind, SqliteDatabase)
    waiting = tuple(database.behind._queue._heap)  # noqa: SLF001 - nobody else asks
    return any(urgency is Urgency.DELIVERY for urgency, _, _ in waiting)


async def _struck(outage: Outage) -> None:
    await outage.world.sim.workspace.wait_for(
        lambda: outage.wire.struck >= 1, within=30, what="a commit without an answer"
    )
