"""The socket to Slack: watched, said to be away, and built anew."""

import aiohttp
import pytest

from bot.app import CannotStart
from tests.people import World


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
    await world.sim.workspace.wait_for(lambda: away.struck >= 1, within=20, what="a try")
    status, because = await _ready(world)
    assert (status, because) == (503, ["the socket to Slack is not connected"])
    world.sim.faults.clear()
    await world.sim.wait_connected(within=30)
    assert socket.rebuilt >= 1
    await world.ann.says("/incident declare checkout is down")
    assert (await world.room(1)).name == "inc-1-checkout-is-down"


async def test_a_refused_app_token_is_said_at_the_start(world: World) -> None:
    await world.stops()
    world.settings = {"SLACK_APP_TOKEN": "xapp-1-wrong"}
    with pytest.raises(CannotStart, match="SLACK_APP_TOKEN"):
        await world.starts()
    await world.crashes()
    world.settings = {}
    await world.starts()
