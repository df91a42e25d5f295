"""`muster serve` as a process of its own, against the pretend Slack of the test."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.simulator import Simulator

ROOT = Path(__file__).resolve().parents[1]


@asynccontextmanager
async def serving(
    sim: Simulator, folder: Path, sockets: int = 1, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start `muster serve`, wait until so many are connected, and stop it if it still runs."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "serve",
        cwd=folder,
        env=environment(sim, folder, settings),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await sim.wait_connected(sockets, within=90)
        yield child
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        await child.wait()


def environment(sim: Simulator, folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a bot that knows only this Slack and this folder."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": sim.bot_token,
        "SLACK_APP_TOKEN": sim.app_token,
        "SLACK_API_URL": sim.api_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'muster.db'}",
        "MUSTER_HTTP": "127.0.0.1:0",
        **settings,
    }
