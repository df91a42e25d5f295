"""`muster demo`: try Muster in a pretend Slack workspace, in a browser, without an account."""

import argparse
import asyncio
import errno
import os
import signal
import sys
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

import bot.demo
from bot import log
from bot.cli import Problem
from bot.cli.telling import told_story, unless
from bot.clock import Clock
from bot.demo.running import Demo, demo
from bot.needed import CannotStart
from bot.simulator.stories.playing import Playing
from bot.simulator.stories.script import Story, StoryBroke
from bot.storage.queries import Viewer
from bot.storage.reviews import review_markdown

USUAL_PORT = 8100
SHIPPED = Path(bot.demo.__file__).with_name("checkout.yaml")
"""The story that comes with Muster."""

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
        metavar="FILE",
        nargs="?",
        type=Path,
        const=SHIPPED,
        help="let a whole incident play itself in about a minute, and tell what happens; or the "
        "story in this file",
    )


def run(parsed: argparse.Namespace) -> int:
    """Run the demo until Ctrl+C."""
    log.configure(as_json=not sys.stderr.isatty(), level="WARNING")
    forget_proxies()
    story = None if parsed.story is None else told_story(parsed.story)
    asyncio.run(_serve(parsed.port, story=story))
    return 0


def forget_proxies() -> None:
    """Everything is on this machine; a proxy of the environment would only stand between."""
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        del os.environ[name]


async def _serve(port: int | None, *, story: Story | None) -> None:
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


async def _until(told: asyncio.Event, port: int, *, story: Story | None) -> None:
    async with demo(Clock(), port=port) as running:
        if story is not None:
            await unless(told, _story(running, story))
            if told.is_set() or not sys.stdin.isatty():
                return
            print("  Ctrl+C stops the demo; until then you can look around.", flush=True)
        else:
            welcome(running)
        await told.wait()
        print("\n  Stopping.", flush=True)


async def _story(running: Demo, story: Story) -> None:
    """Play the story, and say where its review lies.

    Raises:
        Problem: it could not be played to its end.
    """
    print(f"\n  {story.title}. Watch it at {running.address} if you like.", flush=True)
    playing = Playing(simulator=running.sim, tell=partial(print, flush=True), pause=asyncio.sleep)
    try:
        await playing.play(story)
    except StoryBroke as fault:
        raise Problem(f"The story cannot go on: {fault}") from fault
    if review := await kept_review(running):
        if sys.stdin.isatty():
            print(f"\n  The review, while the demo runs: {running.page}/incidents/1/review")
        print(f"\n  The review as Markdown, in a file that stays until you delete it: {review}")
    if not sys.stdin.isatty():
        print("\n  The demo ends here: there is no terminal to stop it from.", flush=True)


async def kept_review(running: Demo) -> Path | None:
    """Write the review of the first incident into a file that stays, and return where."""
    viewer = Viewer(workspace=running.sim.workspace.team.id, user="", everything=True)
    text = await review_markdown(running.app.database, viewer, 1)
    if text is None:
        return None
    with NamedTemporaryFile("w", prefix="muster-INC-1-", suffix=".md", delete=False) as file:
        file.write(text)
    return Path(file.name)


def welcome(running: Demo) -> None:
    """Say what to open and what to try."""
    word = running.app.settings.command
    print(WELCOME.format(address=running.address, word=word), flush=True)
