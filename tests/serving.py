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
UNHURRIED = """
import sys
from bot.__main__ import main
from bot.slack import listener, moments
from bot.storage import postgresql
listener.DEADLINE = moments.MOMENT = postgresql.CONNECTING = 30.0
postgresql.TURN = 90.0
sys.exit(main())
"""
"""The program, with as much time as tests have: the machine may be busy, or be gone for seconds."""


@asynccontextmanager
async def serving(
    sim: Simulator, folder: Path, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start `muster serve`, wait until it is connected, and stop it if it still runs.

    Slack may have closed the sockets of others meanwhile, so those that are open are not counted.
    """
    opened = sim.sockets.opened
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        UNHURRIED,
        "serve",
        cwd=folder,
        env=environment(sim, folder, settings),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await sim.workspace.wait_for(
            lambda: sim.sockets.opened > opened, within=200, what="the socket of `muster serve`"
        )
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
