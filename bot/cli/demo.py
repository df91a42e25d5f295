"""`muster demo`: try Muster in a pretend Slack workspace, in a browser, without an account."""

import argparse
import asyncio
import errno
import os
import signal
import sys

from bot import log
from bot.app import CannotStart
from bot.cli import Problem
from bot.clock import Clock
from bot.demo.running import Demo, demo

USUAL_PORT = 8100

WELCOME = """
  Muster's demo is running. Open

      {address}

  It is a pretend Slack workspace: nothing leaves this machine, and nothing is kept. Try this:

    1. In #general type   {word} declare checkout is down --sev 2
    2. Open the room #inc-1-checkout-is-down and look at its card; start the playbook it offers.
    3. Take a role:       {word} role scribe
    4. Tell the others:   {word} update Payments are failing, we are looking into it
    5. Press “+30 min” twice: the next update is due, and Muster asks for it.
    6. Resolve it:        {word} resolve      then  {word} review  and  {word} close

  Ctrl+C stops it.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument(
        "--port",
        type=int,
        help=f"where to listen; else {USUAL_PORT}, or a free port if that is taken",
    )


def run(parsed: argparse.Namespace) -> int:
    """Run the demo until Ctrl+C."""
    log.configure(as_json=not sys.stderr.isatty(), level="WARNING")
    forget_proxies()
    asyncio.run(_serve(parsed.port))
    return 0


def forget_proxies() -> None:
    """Everything is on this machine; a proxy of the environment would only stand between."""
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        del os.environ[name]


async def _serve(port: int | None) -> None:
    told = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, told.set)
    try:
        await _until(told, port if port is not None else USUAL_PORT)
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        if port is not None:
            raise Problem(f"Port {port} is taken by another program; try another.") from fault
        await _until(told, 0)
    except CannotStart as fault:
        raise Problem(str(fault)) from fault


async def _until(told: asyncio.Event, port: int) -> None:
    async with demo(Clock(), port=port) as running:
        welcome(running)
        await told.wait()
        print("\n  Stopping.", flush=True)


def welcome(running: Demo) -> None:
    """Say what to open and what to try."""
    word = running.app.settings.command
    print(WELCOME.format(address=running.address, word=word), flush=True)
