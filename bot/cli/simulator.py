"""`muster simulator`: a pretend Slack for anybody's bot, without Muster in it."""

import argparse
import asyncio
import errno
import math
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.cli import Problem
from bot.cli.telling import told_story, unless
from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.errors import WrongOrder
from bot.simulator.manifest import mistaken_way, read, read_file
from bot.simulator.model import Json
from bot.simulator.serve import knock, running
from bot.simulator.stories.deeds import PATIENCE
from bot.simulator.stories.playing import Playing
from bot.simulator.stories.script import Story, StoryBroke

USUAL_PORT = 8100
READY = """
A pretend Slack workspace is running. Open {url}/ to act in it.
Give your bot these, and the address of the Web API in place of https://slack.com/api/:

SLACK_API_URL={api}
SLACK_BOT_TOKEN={bot_token}
{way}
{others}The app: {app}. {scopes}
{delivery}
What goes over the wire, and faults on order: {url}/control. `muster docs simulator` says more.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and for which app."""
    parser.add_argument(
        "--port", type=int, default=USUAL_PORT, help=f"where to listen ({USUAL_PORT}); 0: any"
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="the app's manifest, YAML or JSON: its scopes, events and commands hold here as they "
        "do in Slack; without it the app may do everything",
    )
    parser.add_argument(
        "--http",
        metavar="URL",
        help="deliver to this address of the bot, as in http://127.0.0.1:3000/slack/events; "
        "without it, Socket Mode",
    )
    _workspaces(parser)
    parser.add_argument(
        "--clock",
        metavar="TIME",
        help="let the workspace's clock stand at this time, as in 2026-03-02T09:30Z, until moved",
    )
    parser.add_argument(
        "--story",
        type=Path,
        metavar="FILE",
        help="play this story once the bot is there, and end: 0 when it came to its end, 1 with "
        "the line at which it broke",
    )
    parser.add_argument(
        "--patience",
        type=float,
        metavar="S",
        default=PATIENCE,
        help=f"how many seconds the story waits for the bot at each step ({PATIENCE:.0f})",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="make ids and secrets the same in each run"
    )


def _workspaces(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workspace",
        action="append",
        default=[],
        metavar="NAME",
        help="open another workspace of that name beside the first, with the app installed; may "
        "be given several times",
    )
    parser.add_argument(
        "--workspace-without-app",
        action="append",
        default=[],
        metavar="NAME",
        help="the same without the app, for a bot that is installed by OAuth",
    )
    parser.add_argument(
        "--emoji",
        action="append",
        default=[],
        metavar="NAME",
        help="a custom emoji that the bot reacts with, beside those of Slack; may be given "
        "several times",
    )


def run(parsed: argparse.Namespace) -> int:
    """Run until Ctrl+C.

    Raises:
        Problem: something of the arguments cannot be.
    """
    clock = Clock() if parsed.clock is None else Clock(stopped_at=_time(parsed.clock))
    manifest = _manifest(parsed.manifest)
    story = None if parsed.story is None else told_story(parsed.story)
    if parsed.http is not None and urlsplit(parsed.http).scheme not in ("http", "https"):
        raise Problem(f"--http takes an address as http://127.0.0.1:3000/, not {parsed.http!r}.")
    try:
        asyncio.run(_serve(parsed, clock, manifest, story))
    except WrongOrder as wrong:
        raise Problem(str(wrong)) from wrong
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        raise Problem(f"Port {parsed.port} is taken by another program; try --port 0.") from fault
    except OverflowError as fault:
        raise Problem(f"{parsed.port} is no port.") from fault
    return 0


def _time(given: str) -> datetime:
    try:
        time = datetime.fromisoformat(given)
    except ValueError:
        raise Problem(f"--clock takes a time as 2026-03-02T09:30Z, not {given!r}.") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _manifest(path: Path | None) -> Json | None:
    if path is None:
        return None
    try:
        return read_file(path)
    except WrongOrder as wrong:
        raise Problem(str(wrong)) from wrong


async def _serve(
    parsed: argparse.Namespace, clock: Clock, manifest: Json | None, story: Story | None
) -> None:
    told = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, told.set)
    async with running(
        clock,
        port=parsed.port,
        manifest=manifest,
        http=parsed.http,
        seed=parsed.seed,
        workspaces=parsed.workspace,
        without_app=parsed.workspace_without_app,
        emoji=parsed.emoji,
    ) as simulator:
        print(ready(simulator, manifest), flush=True)
        await unless(told, _attend(simulator, story, parsed.patience))
        print("Stopping.", flush=True)


async def _attend(simulator: Simulator, story: Story | None, patience: float) -> None:
    """Say when the bot is there; then play the story, or stay for ever.

    Raises:
        Problem: the story broke.
    """
    if simulator.workspace.app.request_url is None:
        await simulator.wait_connected(within=math.inf)
        print("The app has opened a socket.", flush=True)
    else:
        await knock(simulator)
        print("The app answers at its address.", flush=True)
    if story is None:
        await asyncio.Event().wait()
        return
    try:
        playing = Playing(simulator=simulator, tell=_say, pause=_hurry, patience=patience)
        await playing.play(story)
    except StoryBroke as fault:
        raise Problem(f"The story cannot go on: {fault}") from fault
    print("The story came to its end.", flush=True)


def _say(line: str) -> None:
    print(line, flush=True)


async def _hurry(_seconds: float) -> None:
    """Let the bot have its turn; what a story waits for, it says."""
    await asyncio.sleep(0)


def _renewing(simulator: Simulator) -> Iterator[str]:
    """What one needs to know where tokens rotate."""
    if simulator.workspace.app.rotates:
        yield (
            "Its tokens rotate. The one above has no end until oauth.v2.exchange takes it; others "
            f"come from {simulator.url}/oauth/v2/authorize."
        )


def _others(simulator: Simulator) -> Iterator[str]:
    """What OAuth needs, and the workspaces beside the first, each with its token."""
    app, several = simulator.workspace.app, len(simulator.spaces) > 1
    if several or app.rotates:
        yield "# Only for a bot that installs by OAuth; Bolt then ignores SLACK_BOT_TOKEN:"
        yield f"# SLACK_CLIENT_ID={app.client_id}"
        yield f"# SLACK_CLIENT_SECRET={app.client_secret}"
    if not several:
        return
    for space in simulator.spaces:
        team = space.workspace.team
        if space.is_installed:
            yield f"# {team.name}, {team.id}: SLACK_BOT_TOKEN={space.bot_token}"
        else:
            yield (
                f"# {team.name}, {team.id}: without the app, which OAuth installs "
                f"({simulator.url}/oauth/v2/authorize)"
            )


def ready(simulator: Simulator, manifest: Json | None) -> str:
    """What to set for a bot, as lines that a shell or a .env file understands."""
    app = simulator.workspace.app
    over_http = app.request_url is not None
    secret = f"SLACK_SIGNING_SECRET={simulator.signing_secret}"
    notes: list[str] = []
    if manifest is not None:
        said = read(manifest)
        notes.extend(f"  ! {one}" for one in said.notes)
        notes.extend(f"  ! {one}" for one in mistaken_way(manifest, over_http=over_http))
        notes.extend(f"  (right for Slack: {one})" for one in said.never)
    return READY.format(
        url=simulator.url,
        api=simulator.api_url,
        bot_token=simulator.bot_token,
        way=secret if over_http else f"SLACK_APP_TOKEN={simulator.app_token}\n{secret}",
        others="".join(f"{line}\n" for line in _others(simulator)),
        app=app.name,
        scopes="\n".join(
            [
                "Without a manifest it may do and hear everything (--manifest FILE)."
                if manifest is None
                else f"By its manifest, scopes: {len(app.scopes)}, "
                f"events: {len(app.events or ())}, commands: {len(app.commands or ())}.",
                *_renewing(simulator),
                *notes,
            ]
        ),
        delivery=f"Deliveries go to {app.request_url}."
        if over_http
        else "Deliveries go over Socket Mode.",
    )
