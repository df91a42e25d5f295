"""A bot is started while Slack is away: it comes up, says so, and connects when Slack is back."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from bot.app import Application
from bot.engine.carrying import CALL_LIMIT
from bot.needed import CannotStart
from bot.simulator.fault_kinds import Kind
from bot.simulator.workspace import NotSeen
from bot.slack.calls import SlackCalls
from bot.storage import selves
from tests.databases import migrated
from tests.outages import locked
from tests.people import World, a_world
from tests.safety.signed import FORM, a_door

pytestmark = [pytest.mark.faults("a start while Slack is away"), pytest.mark.hurried]

IMPATIENT = 0.3
"""Seconds of wall time that this bot waits for an answer of Slack's."""
REMINDED = "for an update on INC-1"


class Impatient(SlackCalls):
    """Real calls that do not wait for long."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.limit = IMPATIENT


def impatient(*given: Any) -> Application:
    return Application(*given, new_calls=Impatient)


async def asks(port: int, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def because(world: World) -> list[str]:
    assert world.bot.web is not None
    return list(json.loads((await asks(world.bot.web.port, "/readyz"))[1])["because"])


async def a_moment(world: World) -> None:
    """Let the bot go on; what it says of itself on its pages tells nobody that it has changed."""
    with suppress(NotSeen):
        await world.sim.workspace.wait_for(lambda: None, within=0.05)


async def comes_back(world: World) -> None:
    world.sim.faults.clear()
    assert world.bot.desk is not None
    world.bot.desk.calls.limit = CALL_LIMIT.total_seconds()
    await world.connects()
    await world.settles()


@pytest.mark.parametrize(
    ("kind", "how"), [("http", {"status": 503}), ("refuse", {}), ("hang", {"effect": False})]
)
async def test_a_restart_goes_by_what_slack_said_last(
    world: World, kind: Kind, how: dict[str, Any]
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = (await world.room(1)).channel
    await world.stops()
    world.sim.faults.add("*", kind, times=None, **how)
    world.build = impatient
    await world.launches()
    [socket, said] = await because(world)
    assert "since 10:00 UTC Slack does not answer this process" in said
    assert socket == "the socket to Slack is not connected"
    assert world.bot.web is not None
    assert "checkout is down" in (await asks(world.bot.web.port, "/incidents/1"))[1]
    world.clock.advance(timedelta(hours=2))
    assert world.bot.serving is not None
    await world.bot.serving.courier.rested()
    assert (await world.incident()).cadence.reminded, "timers go on"
    assert REMINDED not in world.ann.sees(room)
    await comes_back(world)
    assert world.ann.sees(room).count(REMINDED) == 1
    await world.ann.says("/incident declare search is slow --sev 3")
    assert "search is slow" in (await world.room(2)).text()
    assert await because(world) == []
    assert (await world.incident()).failures == {}


async def test_what_slack_still_delivers_over_http_is_recorded(tmp_path: Path) -> None:
    """Its API is away, and its commands come through: they are answered, and done afterwards."""
    async with a_door(tmp_path) as door:
        world = door.world
        await world.stops()
        world.sim.faults.add("*", "http", times=None, status=503)
        await world.launches()
        assert world.bot.web is not None
        url = f"http://127.0.0.1:{world.bot.web.port}/slack/events"
        body = door.command("declare search is slow --sev 3", trigger_id="1.2.3")
        headers = {"Content-Type": FORM, **door.signs(body)}
        async with door.session.post(url, data=io.BytesIO(body), headers=headers) as answer:
            assert answer.status == 200
            assert "INC-2" in await answer.text()
        assert (await world.incident(2)).room is None
        world.sim.faults.clear()
        await world.settles()
        assert "search is slow" in (await world.room(2)).text()


@asynccontextmanager
async def waiting(world: World, *words: str) -> AsyncIterator[asyncio.Task[None]]:
    """A bot that is being started, once it says why it waits."""
    starting = asyncio.create_task(world.launches())
    try:
        async with asyncio.timeout(30):
            why = ""
            while not all(word in why for word in words):
                assert not starting.done(), why
                await a_moment(world)
                why = await _why(world)
        yield starting
    finally:
        starting.cancel()
        with suppress(asyncio.CancelledError, CannotStart):
            await starting


async def _why(world: World) -> str:
    introduction = world.app and world.app.introduction
    if not introduction or introduction.door is None:
        return ""
    with suppress(aiohttp.ClientError, IndexError):
        return (await asks(introduction.door.port, "/readyz"))[1]
    return ""


async def test_the_very_first_start_waits_for_slack_and_says_so(tmp_path: Path) -> None:
    async with a_world(tmp_path, started=False) as world:
        world.sim.faults.add("*", "http", times=None, status=503)
        never = "Slack has never said who Muster is there"
        async with waiting(world, "does not answer this process", never) as starting:
            assert world.app is not None
            assert world.app.introduction is not None
            door = world.app.introduction.door
            assert door is not None
            assert (await asks(door.port, "/healthz"))[0] == 200
            assert (await asks(door.port, "/readyz"))[0] == 503
            assert await asks(door.port, "/incidents") == (
                503,
                "Muster waits for Slack and cannot show anything yet; /readyz says why.\n",
            )
            world.sim.faults.clear()
            await starting
        await world.connects()
        assert await because(world) == []
        assert world.bot.introduction is not None
        assert world.bot.introduction.door is None
        await world.ann.says("/incident declare checkout is down --sev 2")
        assert "checkout is down" in (await world.room(1)).text()


async def test_the_log_says_once_what_is_waited_for_and_again_when_that_is_something_else(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    await migrated(url)
    async with a_world(tmp_path, database_url=url, started=False) as world:
        world.sim.faults.add("*", "http", times=None, status=503)
        with structlog.testing.capture_logs() as logged, ExitStack() as held:
            held.enter_context(locked(url))
            async with waiting(world, "the database") as starting:
                held.close()
                async with asyncio.timeout(30):
                    while "never said" not in await _why(world):
                        await a_moment(world)
                world.sim.faults.clear()
                await starting
        said = [fact["why"] for fact in logged if fact["event"] == "start.waits"]
        assert "the database does not answer" in said[0]
        assert "never said" in said[-1]
        assert len(said) == len(set(said))


async def test_with_the_database_away_too_it_begins_with_whichever_is_back_first(
    world: World,
) -> None:
    await world.stops()
    world.sim.faults.add("*", "refuse", times=None)
    with ExitStack() as held:
        held.enter_context(locked(world.database_url))
        async with waiting(world, "does not answer this process", "the database") as starting:
            held.close()
            await starting
    assert world.bot.away is not None
    await comes_back(world)
    await world.ann.says("/incident declare checkout is down --sev 2")
    assert "checkout is down" in (await world.room(1)).text()


async def test_a_token_that_is_refused_once_slack_is_there_ends_the_wait(tmp_path: Path) -> None:
    async with a_world(tmp_path, started=False) as world:
        away = world.sim.faults.add("*", "http", times=None, status=503)
        async with waiting(world, "never") as starting:
            world.sim.faults.add("auth.test", "error", error="invalid_auth", times=None)
            world.sim.faults.remove(away)
            with pytest.raises(CannotStart, match=r"does not accept SLACK_BOT_TOKEN \(invalid"):
                await starting
        assert world.app is not None
        await world.app.abandon()
        world.app = None


async def test_somebody_else_in_slack_by_now_is_asked_for_a_restart(world: World) -> None:
    """An app that was taken out and installed anew may get another user with the same token."""
    token, desk = world.sim.bot_token, world.bot.desk
    assert desk is not None
    assert await world.bot.database.read(lambda c: selves.known(c, token)) == desk.me
    assert await world.bot.database.read(lambda c: selves.known(c, "xoxb-another")) is None
    other = replace(desk.me, user="U0OTHER")
    await world.bot.database.write(lambda c: selves.keep(c, token, other))
    await world.stops()
    world.sim.faults.add("*", "http", times=None, status=503)
    await world.launches()
    await comes_back(world)
    told: list[str] = []
    async with asyncio.timeout(30):
        while not told:
            await a_moment(world)
            told = await because(world)
    assert told == ["in Slack Muster is another user than it was: start it again"]
    await world.restarts()
    assert await because(world) == []
