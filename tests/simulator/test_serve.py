"""The simulator by itself, as other people's bots use it."""

import asyncio

import aiohttp

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.serve import running, serve

MANIFEST = {
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
}


async def test_it_runs_until_it_is_stopped(session: aiohttp.ClientSession) -> None:
    started: asyncio.Future[Simulator] = asyncio.get_running_loop().create_future()
    running_task = asyncio.create_task(serve(Clock(), started=started))
    simulator = await started

    async with session.get(simulator.api_url + "auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"
    running_task.cancel()
    await asyncio.gather(running_task, return_exceptions=True)

    assert running_task.cancelled()


async def test_a_manifest_says_what_the_app_may_and_hears() -> None:
    """§7.1."""
    async with running(Clock(), manifest=MANIFEST) as simulator:
        assert simulator.workspace.app.scopes == {"chat:write", "commands"}
        assert simulator.workspace.app.events == frozenset({"app_mention"})
