"""The ways in: Socket Mode and signed HTTP, on both databases; one bot per database file."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.app import Application
from bot.needed import CannotStart
from tests.people import World, a_world
from tests.scenarios.declaring import ann_declares, one_of_everything


async def test_a_declare_works_on_each_database(tmp_path: Path, database_url: str) -> None:
    async with a_world(tmp_path, database_url=database_url) as world:
        await ann_declares(world)
        await one_of_everything(world)
        await world.restarts()
        await world.settles()
        await one_of_everything(world)


async def _over_http(world: World) -> str:
    """Start the bot in HTTP mode and return its address."""
    world.settings = {
        "SLACK_APP_TOKEN": None,
        "SLACK_SIGNING_SECRET": world.sim.signing_secret,
    }
    await world.launches()
    return f"http://127.0.0.1:{world.bot.web.port}/slack/events"  # type: ignore[union-attr]


async def test_a_declare_works_over_signed_http(tmp_path: Path) -> None:
    async with a_world(tmp_path, started=False) as world:
        world.sim.deliver_over_http(await _over_http(world))
        assert await world.sim.verifies_url()
        await ann_declares(world)
        await one_of_everything(world)


async def test_over_http_nothing_is_taken_any_more_once_the_rest_stops(tmp_path: Path) -> None:
    """What came in before is finished and held; what comes later, Slack delivers to the next."""
    async with a_world(tmp_path, started=False) as world, aiohttp.ClientSession() as session:
        url = await _over_http(world)
        world.sim.deliver_over_http(url)
        await ann_declares(world)
        assert world.bot.desk is not None
        refused: list[bool] = []

        async def tries_to_deliver() -> None:
            try:
                async with session.post(url, data="") as answer:
                    refused.append(answer.status == 0)
            except aiohttp.ClientConnectionError:
                refused.append(True)

        world.bot.desk.errands.start(_at_the_stop(world.bot, tries_to_deliver), "the last errand")
        await world.stops()
        assert refused == [True]


async def _at_the_stop(app: Application, then: Callable[[], Awaitable[None]]) -> None:
    """Wait until the bot stops, as an errand does that would try something again."""
    assert app.desk is not None
    try:
        await app.desk.errands.pause(30)
    except asyncio.CancelledError:
        await then()


def _signed(secret: str, body: str, at: int) -> dict[str, str]:
    base = f"v0:{at}:{body}".encode()
    mark = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={mark}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def test_http_refuses_what_slack_did_not_sign(tmp_path: Path) -> None:
    body = (
        "command=%2Fincident&text=declare+forged&user_id=U0ANN&team_id=T0PRETEND"
        "&channel_id=C1&trigger_id=1.2.3&response_url=http%3A%2F%2F127.0.0.1%2Fx"
    )
    now = int(time.time())
    async with a_world(tmp_path, started=False) as world, aiohttp.ClientSession() as session:
        url = await _over_http(world)
        good = _signed(world.sim.signing_secret, body, now)
        for headers in (
            {},
            _signed("another secret", body, now),
            _signed(world.sim.signing_secret, body + "&x=1", now),
            _signed(world.sim.signing_secret, body, now - 301),
            {**good, "X-Slack-Signature": "v0="},
        ):
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 401, headers
        assert world.channels("inc-") == []


async def test_one_database_file_has_one_bot(world: World) -> None:
    second = Application(world.bot.settings, world.clock, world.process)
    with pytest.raises(CannotStart, match="Another Muster"):
        await second.start()
    await second.abandon()
