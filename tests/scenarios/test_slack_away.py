"""Slack is away for a while: time goes on, nothing is lost, and coming back is quiet."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.engine.reach import Away
from bot.simulator.fault_kinds import Kind
from bot.simulator.faults import Fault
from bot.slack.messages.away import told_away
from bot.slack.messages.text import section
from bot.storage import outbox
from bot.storage.outbox import Pending
from tests.databases import fresh_postgresql
from tests.people import World, a_world
from tests.reliability import Tried, tried
from tests.scenarios.timeline.room import Room, an_incident

__all__ = ["tried"]

pytestmark = pytest.mark.faults("Slack is away, or takes the token no more")


async def because(world: World) -> str:
    """What /readyz says."""
    assert world.bot.web is not None
    url = f"http://127.0.0.1:{world.bot.web.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return str((await answer.json())["because"])


@pytest.fixture
async def room(world: World) -> Room:
    """The room of an incident whose next update is due in an hour."""
    opened = await an_incident(world)
    assert world.bot.socket is not None
    world.bot.socket.patience = 0.2  # seconds of wall time
    return opened


async def goes_away(world: World) -> Fault:
    """Slack answers 503 to every call, and the sockets break."""
    fault = world.sim.faults.add("*", "http", times=None, status=503)
    await world.sim.sockets.cut()
    return fault


async def time_goes_on(world: World, minutes: int) -> None:
    """Time passes, and the bot does what is due, as far as it can without Slack."""
    assert world.bot.serving is not None
    for _ in range(minutes):
        world.clock.advance(timedelta(minutes=1))
        await world.bot.serving.courier.rested()


async def comes_back(world: World) -> None:
    """Slack is there again, and everything that waited has been carried."""
    await asyncio.sleep(0)  # what was sent before has been lost by now
    world.sim.faults.clear()
    await world.connects()
    await world.settles()


@pytest.mark.faults
async def test_what_waited_comes_in_order_and_reminders_come_once(
    world: World, room: Room, tried: Tried
) -> None:
    await world.ann.says("/incident update We are looking at the cache", in_=room.id)
    await world.passes(minutes=52)
    assert "the update promised for" not in room.ann.sees(room.id)
    away = await goes_away(world)
    await time_goes_on(world, 21)
    assert away.struck > 1
    reminded = (await world.incident()).cadence.reminded
    assert reminded >= 3, "the hint, the reminder and the one that is late came due meanwhile"
    world.sim.faults.add("message", "lost", times=None)
    for text in ("first", "second", "third"):
        await room.bob.posts(room.id, text)
    await comes_back(world)
    shown = room.ann.sees(room.id)
    assert shown.count("the update promised for") == 1, "three came due, and one is sent"
    assert "is overdue" in shown
    assert "3 messages read" in shown
    assert await room.texts() == ["first", "second", "third"]
    assert (await world.incident()).failures == {}
    tried("Slack answers 503 and cuts its sockets for 21 minutes", "SQLite")


@pytest.mark.faults
async def test_updates_wait_for_slack_in_their_order(
    world: World, room: Room, tried: Tried
) -> None:
    """A command arrives, its answers go out, and only posting fails."""
    world.sim.faults.add("chat.postMessage", "http", times=None, status=503)
    for text in ("one", "two", "three"):
        await world.ann.hands.types(room.id, f"/incident update {text} is known")
    await time_goes_on(world, 10)
    assert "one is known" not in room.ann.sees(room.id)
    await comes_back(world)
    posts = room.ann.sees(room.id).split("📣")[1:]
    assert [post.partition(" is known")[0].rpartition(" ")[2] for post in posts] == [
        "one",
        "two",
        "three",
    ]
    assert (await world.incident()).failures == {}
    tried("Slack takes no posts for ten minutes", "SQLite")


async def test_socket_mode_switched_off_is_said_and_switched_on_is_found(
    world: World, room: Room
) -> None:
    off = world.sim.faults.add("apps.connections.open", "error", error="link_disabled", times=None)
    await world.sim.sockets.disconnect("link_disabled")
    await world.sim.workspace.wait_for(lambda: off.struck >= 3, within=60, what="some tries")
    assert "Socket Mode is switched off" in await because(world)
    world.sim.faults.clear()
    await world.connects()
    assert await because(world) == "[]"
    await room.hears("back again")
    assert await room.texts() == ["back again"]


async def numbers(world: World) -> str:
    """What /metrics says."""
    assert world.bot.web is not None
    url = f"http://127.0.0.1:{world.bot.web.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


async def owed(world: World) -> list[Pending]:
    """What waits for Slack, in order."""
    stream = (await world.incident()).stream
    return await world.bot.database.read(lambda c: outbox.pending(c, stream))


async def works_without_slack(world: World, room: Room) -> None:
    """What people do meanwhile is recorded; what they wait for is owed."""
    for text in ("one", "two", "three"):
        await world.ann.hands.types(room.id, f"/incident update {text} is known")
    await world.ann.hands.types(room.id, "/incident severity 1 worse")
    await world.bot.rested()


def posted_in_order(room: Room) -> list[str]:
    posts = room.ann.sees(room.id).split("📣")[1:]
    return [post.partition(" is known")[0].rpartition(" ")[2] for post in posts if "known" in post]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("kind", "how"),
    [("http", {"status": 503}), ("error", {"error": "token_revoked"}), ("refuse", {})],
    ids=["it answers 503", "the token is revoked", "it cannot be connected to"],
)
async def test_slack_as_a_whole_is_waited_for_and_nothing_is_given_up(
    world: World, room: Room, kind: Kind, how: dict[str, Any], tried: Tried
) -> None:
    """For longer than one effect alone may fail; then all of it comes, in its order, once."""
    world.sim.faults.add("*", kind, times=None, **how)
    await works_without_slack(world, room)
    await time_goes_on(world, 1)
    told = await world.ann.hands.types(room.id, "/incident update four is known")
    assert "Until then call people yourself" in told
    await world.ann.hands.types(room.id, "/incident update")
    await world.bot.rested()
    assert "The form could not be opened: Slack does not take" in room.ann.sees(room.id)
    waits, asked = await owed(world), len(world.sim.calls)
    assert len(waits) >= 4
    await time_goes_on(world, 90)
    assert {call.method for call in world.sim.calls[asked:]} == {"auth.test"}
    then = await owed(world)
    assert {(one.effect, one.attempts) for one in waits} <= {(o.effect, o.attempts) for o in then}
    assert max(one.attempts for one in then) <= 4
    assert "what is owed waits in its order" in await because(world)
    assert "nobody carries it" not in await because(world)
    assert re.search(r"^muster_slack_away_seconds 54\d\d", await numbers(world), re.MULTILINE)
    await comes_back(world)
    assert posted_in_order(room) == ["one", "two", "three", "four"]
    assert await owed(world) == []
    told = await world.ann.hands.types(room.id, "/incident show")
    assert "Until then" not in told
    incident = await world.incident()
    assert (incident.failures, incident.severity) == ({}, "sev1")
    assert room.ann.sees(room.id).count("[No change]") == 1, "nudges that came due, once"
    assert await because(world) == "[]"
    assert "muster_slack_away_seconds 0" in await numbers(world)
    tried("Slack cannot be used for an hour and a half", "SQLite")


async def test_whoever_declares_by_form_meanwhile_reads_what_waits_in_it(
    world: World, room: Room
) -> None:
    await world.ann.hands.types("general", "/incident declare")
    await world.ann.hands.sees_modal()
    world.sim.faults.add("*", "error", error="account_inactive", times=None)
    await works_without_slack(world, room)
    await world.ann.hands.submits({"title": "search is slow", "severity": "sev3"})
    form = world.ann.hands.modal
    assert form is not None
    assert "INC-2" in form.text
    assert "does not accept Muster's token any more" in form.text.replace("’", "'")
    await comes_back(world)
    assert "search is slow" in (await world.room(2)).text()


async def test_a_form_that_would_only_close_says_what_waits(world: World, room: Room) -> None:
    """Closing says that it is done, and of this the room shows nothing yet."""
    await world.ann.hands.types(room.id, "/incident note")
    await world.ann.hands.sees_modal()
    world.sim.faults.add("*", "http", times=None, status=503)
    await works_without_slack(world, room)
    await world.ann.hands.submits({"text": "the cache is cold"})
    form = world.ann.hands.modal
    assert form is not None, "it did not close"
    assert "still recorded" in form.text
    assert "Until then call people yourself" in form.text
    await comes_back(world)
    assert "the cache is cold" in (await world.ann.says("/incident timeline", in_=room.id)).text


def test_a_long_form_keeps_its_end_beside_what_waits() -> None:
    """A view holds twice as many blocks as a message."""
    lines = [section(str(number)) for number in range(70)]
    away = Away(since=datetime(2026, 1, 1, tzinfo=UTC), why="503", token="")
    assert len(told_away({"type": "modal", "blocks": lines}, away)["blocks"]) == 71
    assert len(told_away({"text": "", "blocks": lines}, away)["blocks"]) == 50


async def test_what_waited_for_slack_has_time_of_its_own_afterwards(
    world: World, room: Room
) -> None:
    """An absence does not count as failing: the half hour of one effect begins after it."""
    world.sim.faults.add("*", "http", times=None, status=503)
    await works_without_slack(world, room)
    await time_goes_on(world, 40)
    world.sim.faults.clear()
    posts = world.sim.faults.add("chat.postMessage", "http", times=None, status=503)
    await world.bot.rested()
    await time_goes_on(world, 25)
    assert posts.struck > 7
    assert (await world.incident()).failures == {}
    await time_goes_on(world, 10)
    assert (await world.incident()).failures != {}, "one method that always fails is given up"
    assert world.bot.away is None


async def test_a_token_that_is_refused_once_is_not_believed(world: World, room: Room) -> None:
    """Slack is asked, takes the token, and what was refused is done after all."""
    once = world.sim.faults.add("conversations.setTopic", "error", error="invalid_auth")
    await world.ann.says("/incident severity 1 worse", in_=room.id)
    assert once.struck == 1
    assert world.bot.away is None
    assert room.channel.topic["value"].startswith("SEV1")
    assert (await world.incident()).failures == {}


async def test_another_process_whose_network_is_well_carries_on(
    tmp_path: Path, postgresql: str
) -> None:
    """Each finds out for itself, so one that is cut off holds up nobody else."""
    async with (
        asynccontextmanager(fresh_postgresql)(postgresql) as url,
        a_world(tmp_path, database_url=url) as world,
    ):
        room = await an_incident(world)
        assert world.bot.desk is not None
        world.bot.desk.calls.client.base_url = "http://127.0.0.1:9/api/"
        await works_without_slack(world, room)
        await time_goes_on(world, 1)
        assert world.bot.away is not None
        other = World(sim=world.sim, clock=world.clock, database_url=url, process=world.process)
        await other.launches()
        try:
            await other.settles()
            assert posted_in_order(room) == ["one", "two", "three"]
        finally:
            await other.stops()


@pytest.mark.faults
async def test_a_ticket_that_slack_does_not_take_is_not_tried_for_ever(
    world: World, room: Room, tried: Tried
) -> None:
    """The library tries one ticket again and again; a new handler gets a new one."""
    world.sim.sockets.refuse_tickets = 1
    await world.sim.sockets.cut()
    await world.sim.workspace.wait_for(
        lambda: world.sim.sockets.refuse_tickets == 0, within=60, what="a handshake"
    )
    await world.connects()
    await room.hears("still here")
    assert await room.texts() == ["still here"]
    tried("a handshake that Slack refuses", "SQLite")


@pytest.mark.faults
async def test_a_socket_that_says_nothing_any_more_is_replaced(
    world: World, room: Room, tried: Tried
) -> None:
    """Half open: the network keeps the connection and carries nothing."""
    opened = world.sim.sockets.opened
    world.sim.sockets.fall_silent()
    await world.sim.workspace.wait_for(
        lambda: world.sim.sockets.opened > opened, within=60, what="another socket"
    )
    await room.hears("heard again")
    assert await room.texts() == ["heard again"]
    tried("a socket that says nothing any more", "SQLite")
