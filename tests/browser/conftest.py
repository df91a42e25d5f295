"""One real Chromium for all tests, each in a profile of its own; where there is none, they fail."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.control import routes as control
from bot.simulator.page import routes as page
from tests.browser.screen import GENERAL, NOON, TOASTS_STAY, Screen
from tests.browser.small_bot import MANIFEST, SmallBot

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PATIENCE = 90_000  # milliseconds that the browser is given for whatever it has to do


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser lives as long as the loop it was started in: here all tests share one."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            # What is kept in memory is others' too: databases of the tests, or nearly nothing.
            # The limit is below what a window needs, so none is kept ready for the next one.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--renderer-process-limit=1",
            ],
            timeout=PATIENCE,
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def profile(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Windows that know nothing of what other tests did; all are closed afterwards."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 820}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


@pytest.fixture
def artefacts() -> Path:
    """Where pictures of the pages are kept."""
    folder = Path(__file__).parents[2] / "artefacts" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock(stopped_at=NOON)


@pytest_asyncio.fixture(loop_scope="session")
async def simulator(clock: Clock) -> AsyncIterator[Simulator]:
    simulator = Simulator(clock=clock)
    simulator.mount(page.routes(simulator, manifest=MANIFEST))
    simulator.workspace.app.commands = {"/ship": True}
    simulator.mount(control.routes(simulator))
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(simulator: Simulator) -> AsyncIterator[SmallBot]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=simulator.bot_token, base_url=simulator.api_url, session=session
        )
        app = AsyncApp(client=client)
        bot = SmallBot(app, client)
        handler = AsyncSocketModeHandler(app, app_token=simulator.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await simulator.wait_connected()
        await client.conversations_join(channel=GENERAL)
        await simulator.all_acknowledged()  # it asked who it is when it heard of that
        yield bot
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest_asyncio.fixture(loop_scope="session")
async def screen(
    profile: BrowserContext, simulator: Simulator, bot: SmallBot
) -> AsyncIterator[Screen]:
    """A page whose console must stay silent."""
    window = await profile.new_page()
    await window.add_init_script(TOASTS_STAY)
    problems: list[str] = []
    window.on("pageerror", lambda error: problems.append(str(error)))
    window.on(
        "console",
        lambda said: problems.append(said.text) if said.type in ("error", "warning") else None,
    )
    yield Screen(page=window, simulator=simulator, bot=bot, problems=problems)
    await window.close()
    assert problems == []
