"""What a frozen replica sends late is found and taken away; what the record knows of stays."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.carrying import CALL_LIMIT
from bot.simulator.model import Channel, Message
from tests.people import World
from tests.reliability import Tried, tried
from tests.replicas.freezing import Pair, a_pair

__all__ = ["tried"]

pytestmark = pytest.mark.faults("a replica freezes or loses its way in a call")

CALLS = [*range(1, 11)] * int(os.environ.get("ROUNDS", "1"))
"""Which call of a declare is held back."""
WHERE = "PostgreSQL"


@pytest.fixture
async def pair(tmp_path: Path, url: str) -> AsyncIterator[Pair]:
    """Two replicas, one of which may freeze."""
    async with a_pair(tmp_path, url) as opened:
        yield opened


def _posts(world: World, room: Channel) -> list[Message]:
    return [m for m in room.messages.values() if m.user == world.sim.workspace.bot.user_id]


def _effects(world: World) -> list[str]:
    """The effect of every post of the bot that stands anywhere."""
    return [
        m.metadata["event_payload"]["effect"]
        for room in world.sim.workspace.channels.values()
        for m in _posts(world, room)
        if m.metadata
    ]


async def _once_each(world: World) -> None:
    """One room, one card that is pinned, one of each post, and the record knows which."""
    rooms = [c for c in world.sim.workspace.channels.values() if c.name.startswith("inc-")]
    (room,) = [c for c in rooms if not c.is_archived]
    incident = await world.incident(1)
    assert incident.room is not None
    assert incident.room.channel == room.id
    assert incident.failures == {}
    assert incident.card is not None
    assert incident.announcement is not None
    assert world.ann.id in room.members
    effects = _effects(world)
    assert len(effects) == len(set(effects)), "no effect stands twice"
    assert [m.text for m in _posts(world, room) if m.thread_ts and m.ts != m.thread_ts]
    assert list(room.pins) == [incident.card.ts]
    assert len(room.bookmarks) == 1
    feed = world.sim.workspace.channels[incident.announcement.channel]
    assert world.channels("incidents") == ["incidents"]
    severity = incident.severity.upper()
    assert room.topic["value"].startswith(severity), room.topic
    assert severity in room.messages[incident.card.ts].text.upper()
    assert severity in feed.messages[incident.announcement.ts].text.upper()


async def _declared_with_a_call_held_back(pair: Pair, nth: int, method: str = "*") -> None:
    await pair.world.ann.says("/incident list")  # who Ann is has been asked by now
    pair.held = pair.world.sim.faults.add(method, "held", nth=nth)
    await pair.world.ann.hands.types("general", "/incident declare checkout is down --sev 2")
    await pair.is_struck()


@pytest.mark.faults
@pytest.mark.parametrize("nth", CALLS)
async def test_a_call_that_lands_after_its_sender_died_leaves_nothing_twice(
    pair: Pair, nth: int, tried: Tried
) -> None:
    await _declared_with_a_call_held_back(pair, nth)
    await pair.freezes()
    await pair.arrives()
    await pair.dies()
    await pair.world.settles()
    await _once_each(pair.world)
    tried("a call lands after another replica took over from its dead sender", WHERE)


@pytest.mark.faults
@pytest.mark.parametrize("nth", CALLS)
async def test_a_replica_that_wakes_up_takes_back_what_it_sent_late(
    pair: Pair, nth: int, tried: Tried
) -> None:
    await _declared_with_a_call_held_back(pair, nth)
    await pair.freezes()
    await pair.world.settles()  # whoever took over has long looked for twins, and found none
    if (await pair.world.incident(1)).room is not None:
        await pair.world.ann.says("/incident severity inc-1 1 it spreads")
    await pair.arrives()
    await pair.wakes()
    await pair.world.settles()
    await _once_each(pair.world)
    tried("a frozen replica sends late, and wakes up", WHERE)


async def _declared(pair: Pair) -> None:
    await pair.world.ann.says("/incident declare checkout is down --sev 2")
    await _once_each(pair.world)


@pytest.mark.parametrize("nth", [1, 2])
async def test_a_post_of_one_who_slept_for_long_and_died_is_known_by_what_slack_tells(
    pair: Pair, nth: int
) -> None:
    await _declared(pair)
    pair.held = pair.world.sim.faults.add("chat.postMessage", "held", nth=nth)
    line = "/incident update inc-1 we look into it"
    await pair.world.ann.hands.types("general", line)
    await pair.is_struck()
    await pair.freezes()
    await pair.world.passes(hours=1)
    arrived = pair.world.clock.now()
    await pair.arrives()
    await pair.dies()
    await pair.world.settles()
    await _once_each(pair.world)
    (removed,) = pair.world.calls("chat.delete")
    assert removed.at - arrived <= timedelta(seconds=30)


async def test_an_older_state_that_lands_late_does_not_stay(pair: Pair) -> None:
    await _declared(pair)
    pair.held = pair.world.sim.faults.add("conversations.setTopic", "held")
    await pair.world.ann.hands.types("general", "/incident severity inc-1 3 it is not so bad")
    await pair.is_struck()
    await pair.freezes()
    await pair.world.ann.says("/incident severity inc-1 1 it spreads")
    await pair.arrives()
    room = await pair.world.room(1)
    assert room.topic.startswith("SEV3"), "an older topic has landed"
    await pair.wakes()
    await pair.world.settles()
    await _once_each(pair.world)


async def test_a_room_that_lands_under_another_name_is_archived_and_nobodys(pair: Pair) -> None:
    await _declared_with_a_call_held_back(pair, 1, "conversations.create")
    await pair.freezes()
    await pair.world.ann.says("/incident edit inc-1 title search is down")
    await pair.arrives()
    await pair.wakes()
    await pair.world.settles()
    await _once_each(pair.world)
    named = {c.name: c for c in pair.world.sim.workspace.channels.values()}
    assert [name for name, c in named.items() if c.is_archived] == ["inc-1-checkout-is-down-2"]


async def test_an_attempt_whose_call_went_astray_is_looked_at_again(pair: Pair) -> None:
    """One replica is enough: its call takes longer than it waits, and lands after the look-up."""
    await _declared(pair)
    assert pair.world.bot.desk is not None
    calls = pair.world.bot.desk.calls
    calls.limit = 0.3  # seconds of wall time
    pair.held = pair.world.sim.faults.add("chat.postMessage", "held")
    await pair.world.ann.hands.types("general", "/incident update inc-1 we look into it")
    await pair.is_struck()
    await pair.world.bot.rested()
    calls.limit = CALL_LIMIT.total_seconds()
    pair.world.clock.advance(timedelta(seconds=2))
    await pair.world.bot.rested()
    await pair.arrives()
    await pair.world.settles()
    await _once_each(pair.world)
    assert pair.world.calls("chat.delete")


@pytest.mark.parametrize("end", ["wakes", "dies"])
async def test_an_announcement_that_lands_when_it_is_private_stays_nowhere(
    pair: Pair, end: str
) -> None:
    world, title = pair.world, "ledger tampered with"
    await world.bob.says("/incident declare the door is stuck")  # so that there is a feed
    pair.held = held = world.sim.faults.add("chat.postMessage", "held", times=2)
    await world.ann.hands.types("general", f"/incident declare {title} --sev 2")
    await world.sim.workspace.wait_for(lambda: held.struck == 2, what="card and announcement")
    await world.ann.hands.types("general", "/incident private inc-2 --yes")
    await pair.freezes()
    await world.settles()
    await pair.arrives()
    await getattr(pair, end)()
    await world.passes(minutes=1)
    feed = world.sim.workspace.channel_named("incidents")
    assert not [m for m in _posts(world, feed) if title in m.text]
