"""The socket to Slack: watched, said to be away, and built anew."""

from uuid import uuid4

import aiohttp
import pytest

from bot.domain.commands import Declare
from bot.domain.values import Actor, Text
from bot.engine.orders import Order
from bot.needed import CannotStart
from tests.people import World

pytestmark = pytest.mark.faults("the socket stays away")


async def _ready(world: World) -> tuple[int, list[str]]:
    assert world.bot.web is not None
    url = f"http://127.0.0.1:{world.bot.web.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, (await answer.json())["because"]


async def test_a_socket_that_stays_away_is_built_anew_and_readyz_says_so(world: World) -> None:
    socket = world.bot.socket
    assert socket is not None
    assert await _ready(world) == (200, [])
    socket.patience = 0.2  # seconds of wall time
    away = world.sim.faults.add("apps.connections.open", "http", times=None, status=503)
    await world.sim.sockets.cut()
    await world.sim.workspace.wait_for(lambda: away.struck >= 1, within=90, what="a try")
    status, because = await _ready(world)
    assert (status, because) == (503, ["the socket to Slack is not connected"])
    world.sim.faults.clear()
    await world.connects()
    assert socket.rebuilt >= 1
    await world.ann.says("/incident declare checkout is down")
    assert (await world.room(1)).name == "inc-1-checkout-is-down"


@pytest.mark.hurried  # the ten others acknowledge nothing
async def test_the_eleventh_socket_of_an_app_waits_and_works_by_what_is_owed(
    world: World,
) -> None:
    await world.stops()
    async with aiohttp.ClientSession() as others:
        taken = [await others.ws_connect(world.sim.sockets.ticket()) for _ in range(10)]
        asked = len(world.calls("apps.connections.open"))
        await world.launches()
        socket = world.bot.socket
        assert socket is not None
        socket.patience = 600  # seconds of wall time: whatever comes, it waits until it is told to
        await world.sim.workspace.wait_for(
            lambda: world.sim.sockets.turned_away == 1, what="the eleventh to be told"
        )
        await world.sim.workspace.wait_for(
            lambda: world.sim.sockets.connected == 10 and not socket.connected, what="it to leave"
        )
        status, because = await _ready(world)
        assert status == 503
        assert "ten connections" in because[0]
        await world.bot.dispatcher.deliver(
            Order(
                workspace=world.sim.workspace.team.id,
                stream=str(uuid4()),
                command=Declare(title=Text("checkout is down"), severity="sev2"),
                actor=Actor(user=world.ann.id),
            )
        )
        await world.settles()
        assert (await world.room(1)).name == "inc-1-checkout-is-down"
        assert len(world.calls("apps.connections.open")) - asked <= 2, "it does not hammer"
        assert world.sim.sockets.turned_away == 1
        await taken[0].close()
        socket.patience = 0.2  # seconds of wall time
        await world.connects(10)
        assert await _ready(world) == (200, [])
        for each in taken:
            await each.close()


async def test_a_refused_app_token_is_said_at_the_start(world: World) -> None:
    await world.stops()
    world.settings = {"SLACK_APP_TOKEN": "xapp-1-wrong"}
    with pytest.raises(CannotStart, match="SLACK_APP_TOKEN"):
        await world.starts()
    await world.crashes()
    world.settings = {}
    await world.starts()
