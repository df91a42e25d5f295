"""Throttled is late, not lost: forty declares at once, while Slack refuses one call in four."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.courier import IN_FLIGHT
from bot.simulator.model import Channel
from bot.simulator.workspace import NotSeen
from tests.people import World, a_world
from tests.reliability import Tried, tried
from tests.scenarios.obedient import Wire, watched

__all__ = ["tried"]

pytestmark = pytest.mark.faults("Slack makes people wait, and they are told")

AT_ONCE = 40


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def throttled(wire: Wire, tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """A bot whose calls to Slack are noted, on each kind of database."""
    async with a_world(tmp_path, database_url=database_url, started=False) as world:
        world.build = watched(wire)
        await world.starts()
        yield world


async def declares(world: World, number: int) -> None:
    """A busy database may say that nothing was recorded; then people ask again."""
    for _ in range(5):
        reply = await world.ann.hands.types("general", f"/incident declare outage {number} --sev 2")
        if "INC-" in reply:
            return
    pytest.fail("nothing was recorded")


async def forty_declares(world: World, seed: int) -> None:
    """A fifth of all calls is throttled, one in twenty fails; then Slack is well again."""
    faults = world.sim.faults
    faults.add("*", "rate_limited", times=None, share=0.20, seed=seed, retry_after=3)
    faults.add("*", "http", times=None, share=0.05, seed=seed + 1)
    await asyncio.gather(*(declares(world, number) for number in range(AT_ONCE)))
    await world.settles()
    assert sum(call.status == 429 for call in world.sim.calls) > AT_ONCE


def rooms(world: World) -> list[Channel]:
    return [c for c in world.sim.workspace.channels.values() if c.name.startswith("inc-")]


@pytest.mark.faults
async def test_forty_declares_at_once_are_all_completed_and_none_twice(
    throttled: World, wire: Wire, tried: Tried
) -> None:
    world = throttled
    await forty_declares(world, seed=7)
    assert sorted(int(room.name.split("-")[1]) for room in rooms(world)) == [*range(1, 41)]
    for number in range(1, AT_ONCE + 1):
        incident = await world.incident(number)
        assert incident.failures == {}
        assert incident.room is not None
        assert incident.announcement is not None
        complete(world, world.sim.workspace.channels[incident.room.channel])
    feed = world.sim.person("ann").room("incidents")
    announced = Counter(m.text for m in feed.messages.values() if m.blocks)
    assert len(announced) == AT_ONCE
    assert set(announced.values()) == {1}
    links = [e for e in world.sim.workspace.ephemerals if "Room: <#" in e.text]
    assert len(links) <= AT_ONCE, "the way in cannot be looked up, so it is never told twice"
    assert wire.too_early() == []
    where = "PostgreSQL" if world.database_url.startswith("postgresql") else "SQLite"
    tried("a declare, 40 at once, while 20 % of all calls get 429 and 5 % 500", where, times=40)


def complete(world: World, room: Channel) -> None:
    """Everything is there, and once."""
    app = world.sim.workspace.bot.user_id
    posts = [m for m in room.messages.values() if m.user == app and m.blocks]
    [card] = [m for m in posts if m.thread_ts is None]
    [_guidelines] = [m for m in posts if m.thread_ts == card.ts and m.ts != card.ts]
    assert world.ann.id in room.members
    assert [*room.pins] == [card.ts]
    assert len(room.bookmarks) == 1
    assert room.topic["value"].startswith("SEV2")
    assert "waits for Slack" not in world.ann.hands.words_of(card)


async def test_what_slack_held_back_leaves_in_the_second_in_which_it_may(
    throttled: World, wire: Wire
) -> None:
    held = {
        "conversations.create": 3,
        "chat.postMessage": 4,
        "conversations.invite": 7,
        "conversations.setTopic": 2,
        "bookmarks.add": 9,
        "pins.add": 5,
    }
    for method, seconds in held.items():
        throttled.sim.faults.add(method, "rate_limited", retry_after=seconds)
    await declares(throttled, 1)
    await throttled.bot.rested()
    for _ in range(sum(held.values())):
        throttled.clock.advance(timedelta(seconds=1))
        await throttled.bot.rested()
    assert sorted({method for method, _, _ in wire.told}) == sorted(held)
    assert wire.too_early() == []
    assert wire.too_late() == []
    complete(throttled, rooms(throttled)[0])


async def test_people_come_before_decoration(throttled: World) -> None:
    """More is due at once than can be under way, so it is not sent in the order it was owed.

    Whoever is paged is called before all others, though nobody was asked for later.
    """
    world = throttled
    desk = world.bot.desk
    assert desk is not None
    until = world.clock.now() + timedelta(seconds=50)
    held = ("conversations.invite", "conversations.setTopic", "bookmarks.add", "conversations.open")
    for method in held:
        await desk.throttling.tell(desk.me.workspace, method, until)
    await asyncio.gather(*(declares(world, number) for number in range(AT_ONCE)))
    await world.sim.workspace.wait_for(
        lambda: len(rooms(world)) == AT_ONCE, within=30, what="all the rooms"
    )
    await world.ann.hands.types("general", "/incident page inc-1 @carol the database is yours")
    await world.bot.rested()  # all of it waits before the clock is moved
    await world.settles()
    calls = [call for call in world.sim.calls if call.at >= until]
    after = [call.method for call in calls]
    (paged,) = [n for n, call in enumerate(calls) if "You are called" in str(call.args)]
    # Calls side by side overtake each other; in the order owed these would be far behind, and the
    # invitations in the middle.
    assert after.index("conversations.open") < IN_FLIGHT
    assert paged < IN_FLIGHT * 2, "it comes behind what is under way beside its first call"
    invited = [place for place, method in enumerate(after) if method == "conversations.invite"]
    assert len(invited) == AT_ONCE + 1
    assert sum(invited) / len(invited) < IN_FLIGHT * 3 / 4
    assert after.count("conversations.setTopic") >= AT_ONCE
    assert after.count("bookmarks.add") == AT_ONCE


async def test_a_channel_takes_five_posts_at_once_and_then_one_a_second(world: World) -> None:
    await forty_declares(world, seed=5)
    posts: dict[str, list[float]] = {}
    for call in world.sim.calls:
        if call.method == "chat.postMessage":
            posts.setdefault(str(call.args["channel"]), []).append(call.at.timestamp())
    assert max(map(len, posts.values())) >= AT_ONCE, "all announcements go to one channel"
    for times in posts.values():
        for first, begun in enumerate(times):
            for last in range(first + 5, len(times)):
                assert last - first + 1 <= 5 + (times[last] - begun) + 1e-6


async def test_what_one_replica_was_told_holds_back_another_ones_reading(
    tmp_path: Path,
) -> None:
    """The brake stands in the database, whoever was told; a reader asks there first."""
    async with a_world(tmp_path) as world:
        await world.ann.says("/incident declare checkout is down --sev 2")
        desk = world.bot.desk
        assert desk is not None
        until = world.clock.now() + timedelta(minutes=10)
        await desk.throttling.tell(desk.me.workspace, "conversations.history", until)
        await world.sim.sockets.disconnect()
        while not world.calls("conversations.history"):
            world.clock.advance(timedelta(seconds=10))
            with contextlib.suppress(NotSeen):
                await world.sim.workspace.wait_for(lambda: None, within=0.05)
        assert world.calls("conversations.history")[0].at >= until


async def test_a_throttled_look_for_provisional_rooms_is_made_when_slack_allows_it(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await world.settles()
        await world.stops()
        fault = world.sim.faults.add("users.conversations", "rate_limited", retry_after=2)
        await world.starts()
        begun = world.clock.now()
        await world.settles()
        assert fault.struck == 1
        assert world.clock.now() - begun >= timedelta(seconds=2)
        assert world.calls("users.conversations")[-1].answer["ok"]


# ── What a person sees who waits ────────────────────────────────────────────────────────────────


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as opened:
        yield opened


async def declares_by_form(world: World) -> None:
    await world.ann.hands.types("general", "/incident declare")
    await world.ann.hands.sees_modal()
    await world.ann.hands.submits({"title": "checkout is down", "severity": "sev2"})
    await a_moment_passes(world)


async def a_moment_passes(world: World) -> None:
    """What waits is said a second after it began to wait."""
    await world.bot.rested()
    world.clock.advance(timedelta(seconds=1))
    await world.bot.rested()


def modal(world: World) -> str:
    shown = world.ann.hands.modal
    assert shown is not None
    return shown.text


async def test_the_form_says_that_the_room_waits_and_then_no_longer(world: World) -> None:
    fault = world.sim.faults.add("conversations.create", "rate_limited", retry_after=20)
    await declares_by_form(world)
    assert fault.struck == 1
    assert "INC-1 checkout is down" in modal(world)
    assert "⏳ The room waits for Slack, 19 s." in modal(world)
    world.clock.advance(timedelta(seconds=20))
    await world.settles()
    assert "Room: #inc-1-checkout-is-down" in modal(world)
    assert "waits" not in modal(world)


async def test_the_form_says_that_the_room_waits_while_slack_fails_at_it(world: World) -> None:
    """An error of Slack's own makes people wait as a throttling does, and they read it alike."""
    world.sim.faults.add("conversations.create", "http", times=4)
    await declares_by_form(world)
    for _ in range(4):
        world.clock.advance(timedelta(seconds=5))
        await world.bot.rested()
    assert "⏳ The room waits for Slack" in modal(world)
    await world.passes(seconds=30)
    assert "Room: #inc-1-checkout-is-down" in modal(world)
    assert "waits" not in modal(world)


async def test_the_form_says_that_the_card_waits_and_then_no_longer(world: World) -> None:
    world.sim.faults.add("chat.postMessage", "rate_limited", retry_after=20)
    await declares_by_form(world)
    assert "Room: #inc-1-checkout-is-down" in modal(world)
    assert "⏳ 4 of 8 done; the card and the announcement wait for Slack, 19 s." in modal(world)
    world.clock.advance(timedelta(seconds=20))
    await world.settles()
    assert "Room: #inc-1-checkout-is-down" in modal(world)
    assert "waits" not in modal(world)


async def test_behind_a_command_it_is_said_until_when_the_room_waits(world: World) -> None:
    world.sim.faults.add("conversations.create", "rate_limited", retry_after=20)
    await world.ann.hands.types("general", "/incident declare checkout is down --sev 2")
    await a_moment_passes(world)
    text = world.ann.sees("general")
    assert "The room waits for Slack until" in text
    assert "the rest follows by itself" in text
    world.clock.advance(timedelta(seconds=20))
    await world.settles()
    told = world.ann.sees("general")
    assert told.index("waits for Slack") < told.index("Room: #inc-1-checkout-is-down")


async def test_a_moment_is_not_worth_a_word(world: World) -> None:
    world.sim.faults.add("conversations.create", "rate_limited", retry_after=1)
    await world.ann.says("/incident declare checkout is down --sev 2")
    assert "waits for Slack" not in world.ann.sees("general")


async def test_behind_a_command_it_is_said_twice_at_the_most(world: World) -> None:
    """Slack takes five answers to a command, and one is for the way into the room."""
    world.sim.faults.add("conversations.create", "rate_limited", times=6, retry_after=20)
    await world.ann.hands.types("general", "/incident declare checkout is down --sev 2")
    for _ in range(6):
        await a_moment_passes(world)
        world.clock.advance(timedelta(seconds=20))
    await world.settles()
    text = world.ann.sees("general")
    assert text.count("waits for Slack") == 2
    assert "Room: #inc-1-checkout-is-down" in text


async def test_what_was_told_to_wait_before_it_was_declared_is_said_too(world: World) -> None:
    """Somebody else's 429 holds back this room, though it was never tried."""
    desk = world.bot.desk
    assert desk is not None
    until = world.clock.now() + timedelta(seconds=40)
    await desk.throttling.tell(desk.me.workspace, "conversations.create", until)
    await declares_by_form(world)
    assert world.calls("conversations.create") == []
    assert "⏳ The room waits for Slack, 39 s." in modal(world)


async def test_a_bookmark_that_was_never_tried_is_missed_on_the_card(world: World) -> None:
    desk = world.bot.desk
    assert desk is not None
    until = world.clock.now() + timedelta(seconds=70)
    await desk.throttling.tell(desk.me.workspace, "bookmarks.add", until)
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = await world.room(1)
    room.shows("7 of 8 done; the bookmark waits for Slack")
    await world.passes(seconds=70)
    room.hides("waits for Slack")


async def test_after_a_restart_the_form_still_learns_that_the_room_is_there(world: World) -> None:
    world.sim.faults.add("conversations.create", "rate_limited", retry_after=20)
    await declares_by_form(world)
    assert "waits" in modal(world)
    await world.restarts()
    world.clock.advance(timedelta(seconds=20))
    await world.settles()
    assert "Room: #inc-1-checkout-is-down" in modal(world)
    assert "waits" not in modal(world)


async def test_the_way_into_the_room_waits_as_slack_asks_and_comes(world: World) -> None:
    throttled = world.sim.faults.add("response_url", "rate_limited", times=2, retry_after=20)
    await world.ann.hands.types("general", "/incident declare checkout is down --sev 2")
    await world.bot.rested()
    assert throttled.struck == 1
    world.clock.advance(timedelta(seconds=19))
    await world.bot.rested()
    assert throttled.struck == 1, "to the second"
    await world.passes(seconds=21)
    assert throttled.struck == 2
    assert world.ann.sees("general").count("Room: #inc-1") == 1


@pytest.mark.parametrize(("seconds", "where"), [(1, "here"), (120, "in a message")])
async def test_an_answer_to_a_button_comes_after_a_moment_or_in_another_way(
    world: World, seconds: int, where: str
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = (await world.room(1)).channel
    seen_at = room if where == "here" else "@app"
    before = world.ann.sees(seen_at)
    throttled = world.sim.faults.add("response_url", "rate_limited", retry_after=seconds)
    await world.ann.clicks("Timeline", in_=room)
    assert throttled.struck == 1
    assert "Timeline of INC-1" in world.ann.sees(seen_at).removeprefix(before)
