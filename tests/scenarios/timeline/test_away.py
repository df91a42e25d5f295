"""What happens in a room while the bot is away is read from Slack's history when it is back."""

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import delete
from structlog.testing import capture_logs

from bot.domain.process import Process, Severity
from bot.simulator.workspace import Message
from bot.slack import listener
from bot.slack.catching_up import CatchUp
from bot.storage import hearing
from bot.storage import tables as t
from tests.people import World, a_world
from tests.scenarios.timeline.room import Room
from tests.scenarios.upgrading import falls_behind, is_upgraded

pytestmark = pytest.mark.faults("the bot is away while people talk")

MOST_EVENTS = (
    "message",
    "reaction_*",
    "pin_*",
    "member_*",
    "channel_*",
)


def loses_events(world: World) -> None:
    """Slack gives up delivering what happens from now on, as it does after an hour."""
    for name in MOST_EVENTS:
        world.sim.faults.add(name, "lost", times=None)


async def comes_back(world: World) -> None:
    """The bot starts, and has read what it missed."""
    await asyncio.sleep(0)  # what was sent before has been lost by now
    world.sim.faults.clear()
    await world.starts()
    await world.settles()


@pytest.fixture
async def away(world: World, room: Room) -> Room:
    """A room in which something was said, and the bot away since."""
    await room.hears("before")
    await world.stops()
    loses_events(world)
    return room


async def test_what_was_said_meanwhile_is_read_and_one_line_says_so(
    world: World, away: Room
) -> None:
    asked = await away.bob.posts(away.id, "Is it the cache?")
    await away.ann.posts(away.id, "yes", thread=asked)
    world.clock.advance(timedelta(minutes=12))
    await comes_back(world)
    assert await away.texts() == ["before", "Is it the cache?", "yes"]
    shown = away.ann.sees(away.id)
    assert shown.count("I was away 12 min; 2 messages read.") == 1


async def test_who_dies_before_the_words_are_kept_says_one_line_for_one_gap(
    world: World, away: Room
) -> None:
    asked = await away.bob.posts(away.id, "Is it the cache?")
    await comes_back(world)
    said = t.messages.c.ts == asked.ts
    await world.bot.database.write(lambda c: c.execute(delete(t.messages).where(said)))
    await world.crashes()
    loses_events(world)
    await away.bob.posts(away.id, "It is")
    await comes_back(world)
    assert await away.texts() == ["before", "Is it the cache?", "It is"]
    assert re.findall(r"\d+ messages? read", away.ann.sees(away.id)) == ["1 message read"]


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_the_absence_is_as_long_as_it_was_whenever_something_was_said(
    world: World, room: Room, how: str
) -> None:
    await room.hears("before")
    await (world.stops() if how == "stopped" else world.crashes())
    loses_events(world)
    world.clock.advance(timedelta(minutes=55))
    await room.bob.posts(room.id, "late in the absence")
    world.clock.advance(timedelta(minutes=3))
    await comes_back(world)
    assert "I was away 58 min; 1 message read." in room.ann.sees(room.id)
    told = (await world.ann.says("/incident timeline", in_=room.id)).text
    assert re.search(r"Muster was away from \S* ?11:00 AM to \S* ?11:58 AM; it read 1", told), told


async def test_what_was_lost_without_an_absence_is_read_and_no_absence_is_made_up(
    world: World, room: Room
) -> None:
    world.sim.faults.add("message", "lost", times=None)
    await room.hears("nobody hears me")
    world.sim.faults.clear()
    await world.passes(minutes=25)
    await is_cut_off(world, room)
    assert "1 message read that had not reached me." in room.ann.sees(room.id)
    told = (await world.ann.says("/incident timeline", in_=room.id)).text
    assert "had not reached Muster, which read it later." in told
    assert "away" not in told + room.ann.sees(room.id)


async def test_what_another_replica_heard_muster_has_heard(world: World, room: Room) -> None:
    """One of them is cut off for long, and something is lost on its way to the others."""
    world.sim.faults.add("message", "lost", times=None)
    await room.hears("nobody hears me")
    world.sim.faults.clear()
    workspace, then = world.sim.workspace.team.id, world.clock.now() + timedelta(minutes=12)
    await world.bot.database.write(lambda c: hearing.note(c, workspace, then))
    await is_cut_off(world, room, minutes=12)
    shown = room.ann.sees(room.id)
    assert "1 message read that had not reached me." in shown
    assert "away" not in shown


async def is_cut_off(world: World, room: Room, *, minutes: int = 0) -> None:
    """The connection breaks, and after so many minutes there is another."""
    refuse = world.sim.faults.add("apps.connections.open", "http", status=503, times=None)
    await world.sim.sockets.disconnect()
    await world.sim.workspace.wait_for(lambda: refuse.struck, within=30, what="a try")
    world.clock.advance(timedelta(minutes=minutes))
    world.sim.faults.clear()
    await world.sim.workspace.wait_for(
        lambda: "message read" in room.ann.sees(room.id), within=30, what="the line"
    )
    await world.settles()


async def test_where_nothing_was_said_nothing_is_said(world: World, away: Room) -> None:
    await comes_back(world)
    assert "I was away" not in away.ann.sees(away.id)
    await world.restarts()
    assert "I was away" not in away.ann.sees(away.id)


async def test_what_was_read_once_is_not_reported_again(world: World, away: Room) -> None:
    await away.bob.posts(away.id, "meanwhile")
    await comes_back(world)
    await world.restarts()
    await world.settles()
    assert away.ann.sees(away.id).count("I was away") == 1


async def test_edits_and_deletions_of_what_was_said_lately_are_found(
    world: World, away: Room
) -> None:
    await world.starts()
    wrong = await away.bob.posts(away.id, "It is the database")
    secret = await away.bob.posts(away.id, "The password is swordfish")
    asked = await away.bob.posts(away.id, "Who knows?")
    reply = await away.bob.posts(away.id, "I know nothing", thread=asked)
    await world.stops()
    await comes_back(world)
    assert len(await away.texts()) == 5
    await world.stops()
    loses_events(world)
    await away.bob.edits(wrong, "It is the cache")
    await away.bob.deletes(secret)
    await away.bob.deletes(reply)
    await comes_back(world)
    assert await away.texts() == ["before", "It is the cache", "Who knows?"]


async def test_marks_that_were_set_or_taken_back_are_found(world: World, room: Room) -> None:
    first, second, third = [await room.hears(text) for text in ("one", "two", "three")]
    await room.after(room.ann.reacts("pushpin", to=first), room.bob.pins(second))
    await world.stops()
    loses_events(world)
    await room.ann.unreacts("pushpin", to=first)
    await room.bob.unpins(second)
    await room.bob.reacts("pushpin", to=second)
    await room.ann.pins(third)
    await room.bob.reacts("dart", to=third)
    await comes_back(world)
    assert await room.mark_on(first) is None
    marks = [await room.mark_on(said) for said in (second, third)]
    assert [mark.by for mark in marks if mark] == [
        frozenset({(room.bob.id, "reaction")}),
        frozenset({(room.ann.id, "pin")}),
    ]
    assert [each.text for each in (await room.incident()).followups] == ["three"]
    await world.stops()
    loses_events(world)
    await room.bob.unreacts("dart", to=third)
    await comes_back(world)
    assert not (await room.incident()).followups


async def test_who_came_and_who_left_is_found(world: World, away: Room) -> None:
    await away.bob.leaves(away.id)
    await world.carol.hands.joins(away.id)
    await comes_back(world)
    assert (await away.incident()).members == {away.ann.id, world.carol.id}


async def test_a_room_renamed_or_archived_meanwhile_is_found(world: World, away: Room) -> None:
    await away.ann.renames(away.id, "war-room")
    await away.ann.archives(away.id)
    await comes_back(world)
    room = (await away.incident()).room
    assert room is not None
    assert (room.name, room.archived) == ("war-room", True)


async def test_being_taken_out_of_a_private_room_meanwhile_is_said(world: World) -> None:
    await world.ann.says("/incident declare a leak --private")
    view = await world.room(1)
    await world.stops()
    loses_events(world)
    await world.ann.hands.removes("@app", view.channel)
    await comes_back(world)
    assert "Muster was taken out" in world.ann.sees("@app")


async def test_a_connection_that_was_cut_is_caught_up_with(world: World, room: Room) -> None:
    world.sim.faults.add("message", "lost", times=None)
    await room.hears("nobody hears me")
    world.sim.faults.clear()
    world.sim.clear_calls()
    await world.sim.sockets.disconnect()
    await world.sim.workspace.wait_for(
        lambda: world.calls("conversations.history"), what="a look at the history"
    )
    await world.settles()
    assert await room.texts() == ["nobody hears me"]


async def test_being_throttled_only_makes_it_late(world: World, away: Room) -> None:
    await away.bob.posts(away.id, "meanwhile")
    for method in ("conversations.info", "conversations.history", "conversations.members"):
        world.sim.faults.add(method, "rate_limited", retry_after=1)
    await world.starts()
    settling = asyncio.ensure_future(world.settles())
    while not settling.done():  # a second at a time, as often as Slack asks for one
        world.clock.advance(timedelta(seconds=1))
        await asyncio.wait({settling}, timeout=0.05)
    assert await away.texts() == ["before", "meanwhile"]


async def test_a_long_absence_is_read_page_by_page(world: World, away: Room) -> None:
    for number in range(450):
        await away.bob.posts(away.id, f"line {number}")
    await comes_back(world)
    assert len(await away.texts()) == 451


async def test_the_gravest_incident_is_read_first(world: World, room: Room) -> None:
    await world.ann.says("/incident declare minor thing --sev 4")
    await world.ann.says("/incident declare everything burns --sev 1")
    burning, minor = [(await world.room(number)).channel for number in (3, 2)]
    await world.stops()
    world.sim.clear_calls()
    await world.starts()
    await world.settles()
    read = [call.args["channel"] for call in world.calls("conversations.history")]
    assert read == [burning, room.id, minor]


async def test_the_gravest_is_read_and_listed_first_whatever_it_is_called(tmp_path: Path) -> None:
    """By the rank that the organisation gives to its level."""
    worst = Severity(key="worst", label="WORST", rank=0, criteria="", update_every=None)
    process = replace(Process(), severities=(worst, *Process().severities))
    async with a_world(tmp_path, process=process) as world:
        for number, severity in enumerate(("sev4", "sev1", "worst"), 1):
            await world.ann.says(f"/incident declare trouble {number} --sev {severity}")
        listed = (await world.ann.says("/incident list")).text
        assert listed.index("INC-3") < listed.index("INC-2") < listed.index("INC-1")
        rooms = [(await world.room(number)).channel for number in (3, 2, 1)]
        await world.stops()
        world.sim.clear_calls()
        await world.starts()
        await world.settles()
        read = [call.args["channel"] for call in world.calls("conversations.history")]
        assert read == rooms


def is_told_oddly(room: Room) -> None:
    """Slack tells of this room in a shape that nobody foresaw."""
    room.channel.topic["value"] = 7


@contextlib.asynccontextmanager
async def catching_up(world: World) -> AsyncIterator[CatchUp]:
    """Catch up once more, beside the bot, and try again at once what could not be read."""
    desk = world.bot.desk
    assert desk is not None
    catch_up = CatchUp(desk, lambda: desk, again=0.0)
    task = asyncio.create_task(catch_up.run())
    try:
        yield catch_up
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_an_emoji_cut_in_half_is_read_like_anything_else(world: World, away: Room) -> None:
    await away.bob.posts(away.id, "cut \ud83d in half")
    await away.bob.posts(away.id, "meanwhile")
    await comes_back(world)
    assert await away.texts() == ["before", "cut ? in half", "meanwhile"]


async def test_a_room_that_cannot_be_read_holds_up_no_other(world: World, room: Room) -> None:
    await world.ann.says("/incident declare minor thing --sev 4")
    other = Room(world=world, id=(await world.room(2)).channel)
    await world.stops()
    loses_events(world)
    await room.bob.posts(room.id, "meanwhile")
    await other.ann.posts(other.id, "meanwhile")
    is_told_oddly(room)
    await comes_back(world)
    assert await room.texts() == []
    assert await other.texts() == ["meanwhile"]


async def test_a_room_that_could_not_be_read_is_tried_again(world: World, away: Room) -> None:
    await away.bob.posts(away.id, "meanwhile")
    is_told_oddly(away)
    await comes_back(world)
    assert await away.texts() == ["before"]
    async with catching_up(world) as catch_up:
        await catch_up.rested()
        away.channel.topic["value"] = "as always"
        async with asyncio.timeout(30):
            while await away.texts() != ["before", "meanwhile"]:
                await world.settles()
    await world.settles()
    assert "1 message read" in away.ann.sees(away.id)


async def test_one_odd_message_keeps_no_other_unread_and_is_not_taken_for_deleted(
    world: World, away: Room
) -> None:
    """An app says something of a shape that nobody foresaw, and changes what it said before."""
    (before,) = (each for each in away.channel.messages.values() if each.text == "before")
    await comes_back(world)
    await away.after(away.ann.reacts("pushpin", to=before))
    await world.stops()
    loses_events(world)
    odd = await away.bob.posts(away.id, "odd")
    await away.ann.reacts("dart", to=odd)
    await away.bob.posts(away.id, "meanwhile")
    await away.bob.posts(away.id, "below it", thread=odd)
    for each in (before, odd):
        each.text, each.attachments = "", [{"fallback": 7}]
    await comes_back(world)
    assert await away.texts() == ["before", "meanwhile", "below it"]
    assert "2 messages read, 1 could not be read." in away.ann.sees(away.id)
    told = (await world.ann.says("/incident timeline", in_=away.id)).text
    assert "it read 2 messages later. 1 could not be read." in told
    await world.restarts()
    assert away.ann.sees(away.id).count("read, 1 could not be read.") == 1
    assert (await away.mark_on(before)) is not None, "what is not known is not taken back"
    assert not (await away.incident()).followups


async def test_a_thread_of_which_every_reply_is_known_is_not_read_after_a_short_cut(
    world: World, room: Room
) -> None:
    quiet, going_on = await room.hears("quiet"), await room.hears("going on")
    await room.hears("yes", thread=quiet)
    await room.hears("yes", thread=going_on)
    world.sim.faults.add("message", "lost", times=None)
    await room.hears("nobody hears me", thread=going_on)
    world.sim.faults.clear()
    world.sim.clear_calls()
    await world.sim.sockets.disconnect()
    await world.sim.workspace.wait_for(
        lambda: world.calls("conversations.replies"), what="a look at a thread"
    )
    await world.settles()
    assert [call.args["ts"] for call in world.calls("conversations.replies")] == [going_on.ts]
    assert (await room.texts())[-1] == "nobody hears me"


async def test_what_only_a_newer_version_may_decide_is_read_for_the_log_and_left_to_it(
    world: World, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    """The one that was away is the older one; when it is upgraded, it finds all of it."""
    await room.hears("before")
    await falls_behind(world)
    await world.stops()
    loses_events(world)
    said = await room.bob.posts(room.id, "It is the cache")
    await room.ann.reacts("pushpin", to=said)
    await world.carol.hands.joins(room.id)
    with capture_logs() as logged:
        await comes_back(world)
        assert await _answers(world, _pushpin(world, said)) == 503, "so it comes again"
    assert await room.texts() == ["before", "It is the cache"]
    assert await room.mark_on(said) is None
    assert not [fact for fact in logged if fact["log_level"] == "error"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    await is_upgraded(world)
    await world.settles()
    assert await _answers(world, _pushpin(world, said)) == 200
    assert await room.mark_on(said)
    assert world.carol.id in (await room.incident()).members


def _pushpin(world: World, on: Message) -> dict[str, object]:
    item = {"type": "message", "channel": on.channel, "ts": on.ts}
    pushpin = {"type": "reaction_added", "reaction": "pushpin", "event_ts": "1.1", "item": item}
    return {**pushpin, "user": world.ann.id}


async def _answers(world: World, event: dict[str, object]) -> int:
    """How the bot answers the delivery of an event."""
    assert world.bot.desk is not None
    body = {"type": "event_callback", "event": event}
    given = AsyncBoltRequest(body=json.dumps(body), mode="socket_mode")
    return (await listener.build(world.bot.desk).async_dispatch(given)).status
