"""Everything of the demo, started in order on a temporary file and stopped in order."""

import random
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import Application
from bot.cli.manifest import manifest
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import SEVERITIES, Process
from bot.playbook_files import load_folder
from bot.shipped import shipped
from bot.simulator import Simulator
from bot.simulator.serve import running
from bot.simulator.workspace import NotSeen

HOST = "127.0.0.1"
ON_CALL = "S0ONCALL"
"""The user group that the pretend workspace has: Bob and Carol."""
_TRIES = 100
"""How many ports are tried before it is clear that none may be used."""


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A running demo."""

    sim: Simulator
    app: Application
    clock: Clock

    @property
    def address(self) -> str:
        """The one address to open."""
        return f"{self.sim.url}/"

    @property
    def page(self) -> str:
        """Where the bot's own pages are, without a trailing slash."""
        return self.app.settings.public_url


def process() -> Process:
    """Return the process of the pretend company: the defaults, with its services and on-call."""
    called = [
        replace(each, invite=(ON_CALL,), mention=ON_CALL) if each.key in {"sev1", "sev2"} else each
        for each in SEVERITIES
    ]
    company = Process(
        severities=tuple(called), services=("checkout", "payments", "search", "website")
    )
    library = load_folder(shipped("playbooks"), company)
    return replace(company, playbooks=library.playbooks)


@asynccontextmanager
async def demo(
    clock: Clock, *, port: int = 0, word: str = "/incident", told: Process | None = None
) -> AsyncIterator[Demo]:
    """Run workspace, bot and pages until the end of the block; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
        CannotStart: with a sentence that says what is missing.
    """
    with tempfile.TemporaryDirectory(prefix="muster-demo-") as folder:
        async with running(clock, host=HOST, port=port, manifest=manifest(word)) as sim:
            company = told or process()
            marks = company.reactions
            sim.workspace.emoji |= {marks.timeline, marks.followup, marks.confirmed}
            await _open_feed(sim, company.feed)
            settings = _settings(sim, Path(folder), word)
            app = Application(settings, clock, company)
            try:
                await app.start()
                await sim.wait_connected()
                yield Demo(sim=sim, app=app, clock=clock)
            finally:
                await _land(sim)
                await app.stop()


async def _land(sim: Simulator) -> None:
    """Let what is on its way to the bot arrive, so that its last acknowledgements are heard."""

    def landed() -> bool:
        return all(attempt.outcome for each in sim.deliveries for attempt in each.attempts[-1:])

    with suppress(NotSeen):
        await sim.workspace.wait_for(landed, within=2)


async def _open_feed(sim: Simulator, feed: str) -> None:
    """Make the feed channel beforehand, with everybody in it, so that nobody must look for it."""
    await sim.person("ann").makes(feed)
    for name in ("bob", "carol", "dan", "@app"):
        await sim.person("ann").invites(name, feed)


def _settings(sim: Simulator, folder: Path, word: str) -> Settings:
    """Return settings that name everything, so that none of the environment's slips in."""
    pages = f"{HOST}:{free_port()}"
    return Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": sim.bot_token,
            "SLACK_APP_TOKEN": sim.app_token,
            "SLACK_SIGNING_SECRET": None,
            "SLACK_API_URL": sim.api_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'muster.db'}",
            "MUSTER_COMMAND": word,
            "MUSTER_HTTP": pages,
            "MUSTER_URL": f"http://{pages}",
            "MUSTER_PAGES_SECRET": None,
            "MUSTER_CONFIG": folder / "muster.yaml",
            "MUSTER_PLAYBOOKS": folder / "playbooks",
        }
    )


def free_port() -> int:
    """Return a port that nobody uses, below those that the system gives to whoever asks for any.

    The pages' address is told before they listen there; until then the system gives that port to
    nobody else.

    Raises:
        OSError: none was found.
    """
    refused = OSError()
    for _ in range(_TRIES):
        port = random.SystemRandom().randrange(20_000, 32_000)
        try:
            with socket.create_server((HOST, port)):
                return port
        except OSError as fault:
            refused = fault
    raise refused
