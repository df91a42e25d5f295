"""A pretend workspace for each test, with Slack's real SDK pointed at it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.control import routes as control
from tests.simulator.published import unheard_of
from tests.simulator.words import PING, Address, Ask, Bot, Connect, Line


@pytest.fixture
def clock() -> Clock:
    return Clock(stopped_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
async def sim(clock: Clock) -> AsyncIterator[Simulator]:
    simulator = Simulator(clock=clock)
    simulator.mount(control.routes(simulator))
    await simulator.start()
    yield simulator
    await simulator.stop()
    assert not unheard_of(simulator.calls), "see tests/simulator/contract.yaml"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(sim: Simulator, session: aiohttp.ClientSession) -> AsyncWebClient:
    """The SDK without its own retries, so that each call is one call."""
    return AsyncWebClient(
        token=sim.bot_token, base_url=sim.api_url, session=session, retry_handlers=[]
    )


@pytest.fixture
async def bot(sim: Simulator, client: AsyncWebClient) -> AsyncIterator[Bot]:
    """A small real Bolt app over Socket Mode that keeps every event it hears."""
    app = AsyncApp(client=client, process_before_response=True, ignoring_self_events_enabled=False)
    bot = Bot(app=app, client=client, simulator=sim)

    @app.event(re.compile(".*"))
    async def hear(body: dict[str, object]) -> None:
        bot.hear(body)

    handler = AsyncSocketModeHandler(app, app_token=sim.app_token, ping_interval=PING)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await sim.wait_connected()
    yield bot
    await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
def address(sim: Simulator, client: AsyncWebClient) -> Address:
    async def ask() -> str:
        answer = await client.apps_connections_open(app_token=sim.app_token)
        return str(answer["url"])

    return ask


@pytest.fixture
def connect(session: aiohttp.ClientSession, address: Address) -> Connect:
    async def open_line() -> Line:
        return Line(await session.ws_connect(await address()))

    return open_line


@pytest.fixture
def ask(sim: Simulator, session: aiohttp.ClientSession) -> Ask:
    """Ask as another program would: `GET /control/record`, `POST /control/faults` with a body."""

    async def asking(line: str, body: object = None, **headers: str) -> tuple[int, dict[str, Any]]:
        method, _, path = line.partition(" ")
        address, data = sim.url + path, None if body is None else json.dumps(body)
        async with session.request(method, address, data=data, headers=headers) as answer:
            return answer.status, await answer.json()

    return asking
