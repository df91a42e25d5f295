"""`muster demo`: try Muster in a pretend Slack workspace, in a browser, without an account."""

import argparse
import asyncio
import errno
import os
import signal
import sys
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot import log
from bot.app import CannotStart
from bot.cli import Problem
from bot.clock import Clock
from bot.demo.running import Demo, demo
from bot.demo.stage import Stage, StoryBroke
from bot.demo.story import play
from bot.simulator.errors import CannotDo
from bot.simulator.workspace import NotSeen
from bot.storage.queries import Viewer
from bot.storage.reviews import review_markdown

USUAL_PORT = 8100

WELCOME = """
  Muster's demo is running. Open

      {address}

  It is a pretend Slack workspace: nothing leaves this machine, and nothing is kept. Try this:

    1. In #general type  {word} declare checkout is down --sev 2 --category availability
    2. Open #inc-1-checkout-is-down on the left: the card is the incident, and offers a playbook.
    3. Be somebody else (top left) and take a part:  {word} role operations
    4. Tell everybody:   {word} update Payments fail, we are looking into it
    5. Press “+30 min” twice: the next update is due, and Muster asks for it.
    6. Resolve it, write its review, close it:  {word} resolve, {word} review, {word} close

  The README has a tour in five minutes. Ctrl+C stops the demo.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument(
        "--port",
        type=int,
        help=f"where to listen; else {USUAL_PORT}, or a free port if that is taken",
    )
    parser.add_argument(
        "--story",
        action="store_true",
        help="let a whole incident play itself in about a minute, and tell what happens",
    )


def run(parsed: argparse.Namespace) -> int:
    """Run the demo until Ctrl+C."""
    log.configure(as_json=not sys.stderr.isatty(), level="WARNING")
    forget_proxies()
    asyncio.run(_serve(parsed.port, story=bool(parsed.story)))
    return 0


def forget_proxies() -> None:
    """Everything is on this machine; a proxy of the environment would only stand between."""
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        del os.environ[name]


async def _serve(port: int | None, *, story: bool) -> None:
    told = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, told.set)
    try:
        await _until(told, USUAL_PORT if port is None else port, story=story)
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        if port is not None:
            raise Problem(f"Port {port} is taken by another program; try another.") from fault
        await _until(told, 0, story=story)
    except CannotStart as fault:
        raise Problem(str(fault)) from fault


async def _until(told: asyncio.Event, port: int, *, story: bool) -> None:
    async with demo(Clock(), port=port) as running:
        if story:
            await _unless(told, _story(running))
            if told.is_set() or not sys.stdin.isatty():
                return
            print("  Ctrl+C stops the demo; until then you can look around.", flush=True)
        else:
            welcome(running)
        await told.wait()
        print("\n  Stopping.", flush=True)


async def _unless(told: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do the work, unless somebody says stop before it is done."""
    working = asyncio.create_task(work, name="story")
    stopping = asyncio.create_task(told.wait(), name="told to stop")
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
    else:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _story(running: Demo) -> None:
    """Play the story, and say where its review lies.

    Raises:
        Problem: it could not be played to its end.
    """
    print(f"\n  Watch it at {running.address} if you like; it takes about a minute.", flush=True)
    stage = Stage(demo=running, tell=partial(print, flush=True), pause=asyncio.sleep)
    try:
        await play(stage)
    except (StoryBroke, CannotDo, NotSeen) as fault:
        raise Problem(f"The story cannot go on: {fault}") from fault
    print(f"\n  The review, while the demo runs: {running.page}/incidents/1/review")
    print(f"  and as Markdown: {await kept_review(running)}\n", flush=True)


async def kept_review(running: Demo) -> Path:
    """Write the review of the story into a file that stays, and return where."""
    viewer = Viewer(workspace=running.sim.workspace.team.id, user="", everything=True)
    text = await review_markdown(running.app.database, viewer, 1)
    if text is None:
        raise Problem("The story has no review.")
    with NamedTemporaryFile("w", prefix="muster-INC-1-", suffix=".md", delete=False) as file:
        file.write(text)
    return Path(file.name)


def welcome(running: Demo) -> None:
    """Say what to open and what to try."""
    word = running.app.settings.command
    print(WELCOME.format(address=running.address, word=word), flush=True)
