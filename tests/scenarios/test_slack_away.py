"""Slack is away for a while: time goes on, nothing is lost, and coming back is quiet."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.simulator.faults import Fault
from tests.people import World
from tests.reliability import Tried, tried
from tests.scenarios.timeline.room import Room, an_incident

__all__ = ["tried"]


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
    assert world.bot.courier is not None
    for _ in range(minutes):
        world.clock.advance(timedelta(minutes=1))
        await world.bot.courier.rested()


async def comes_back(world: World) -> None:
    """Slack is there again, and everything that waited has been carried."""
    await asyncio.sleep(0)  # what was sent before has been lost by now
    world.sim.faults.clear()
    await world.sim.wait_connected(within=30)
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
    await world.sim.workspace.wait_for(lambda: off.struck >= 3, within=20, what="some tries")
    assert "Socket Mode is switched off" in await because(world)
    world.sim.faults.clear()
    await world.sim.wait_connected(within=30)
    assert await because(world) == "[]"
    await room.hears("back again")
    assert await room.texts() == ["back again"]


async def test_a_revoked_token_is_said_to_whoever_watches_and_goes_away_by_itself(
    world: World, room: Room
) -> None:
    world.sim.faults.add("*", "error", error="token_revoked", times=None)
    await world.ann.hands.types(room.id, "/incident severity 1 worse")
    await world.bot.rested()
    assert "does not accept SLACK_BOT_TOKEN (token_revoked)" in await because(world)
    world.sim.faults.clear()
    await world.ann.says("/incident severity 2 better", in_=room.id)
    assert await because(world) == "[]"
    assert (await world.incident()).severity == "sev2"


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
    await world.sim.wait_connected(within=60)
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
