"""Each test has a terminal in a folder of its own, and where it asks for one a pretend Slack."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import asyncpg
import pytest

from bot.clock import Clock
from bot.simulator import Simulator
from tests.cli.shelf import Shelf
from tests.cli.terminal import Screen, Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal in an empty folder, with pages on a free port."""
    return Terminal(folder=tmp_path, settings={"MUSTER_HTTP": "127.0.0.1:0"})


@pytest.fixture
def screen(capsys: pytest.CaptureFixture[str]) -> Screen:
    """The screen of a terminal whose words run in this process."""
    return Screen(capsys=capsys)


@pytest.fixture
async def empty_postgresql(postgresql: str) -> AsyncIterator[str]:
    """The URL of a PostgreSQL database in which there is nothing yet."""
    async with _empty_postgresql(postgresql) as url:
        yield url


@pytest.fixture
async def shelf(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shelf]:
    """Backups, and as many databases as a test asks for."""
    async with AsyncExitStack() as made:

        async def another() -> str:
            server = request.getfixturevalue("postgresql")
            return await made.enter_async_context(_empty_postgresql(server))

        yield Shelf(folder=tmp_path, screen=screen, patch=monkeypatch, empty_postgresql=another)


@asynccontextmanager
async def _empty_postgresql(server: str) -> AsyncIterator[str]:
    host = parse_qs(urlsplit(server).query)["host"][0]
    name = f"t{uuid4().hex}"
    admin = await asyncpg.connect(host=host, user="postgres", database="postgres")
    await admin.execute(f"CREATE DATABASE {name}")
    yield f"postgresql+asyncpg://postgres@/{name}?host={host}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def slack() -> AsyncIterator[Simulator]:
    """A pretend Slack."""
    sim = Simulator(clock=Clock())
    await sim.start()
    yield sim
    await sim.stop()


@pytest.fixture
def connected(terminal: Terminal, slack: Simulator) -> Terminal:
    """A terminal whose settings point at the pretend Slack."""
    terminal.settings.update(
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_APP_TOKEN=slack.app_token,
        SLACK_API_URL=slack.api_url,
    )
    return terminal
