"""Another bot, written with bolt-python, runs unchanged but for the base address.

It is a process of its own, and so is `muster simulator`; over a socket and over HTTP.
"""

import asyncio

import pytest

from bot.demo.running import free_port
from tests.cli.bots import the_bot
from tests.cli.terminal import REPOSITORY, Terminal, line_with

TEA = REPOSITORY / "examples" / "tea_round"
SHORT = """steps:
  - {who: ann, invites: "@app", in: general}
  - {who: carol, types: "@tea how do I get one?", in: general, sees: Type /tea}
"""
NAMES = ("SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")


async def settings_told_by(simulator: asyncio.subprocess.Process, *names: str) -> dict[str, str]:
    """What a person copies from the terminal into the bot's environment."""
    lines = [(await line_with(simulator.stdout, f"{name}=")).strip() for name in names]
    return dict(line.split("=", 1) for line in lines)


async def test_a_bot_that_forgot_a_scope_fails_here_as_it_would_there(terminal: Terminal) -> None:
    """§1.1 `missing_scope`: what needs it never comes, and the story says where it broke."""
    manifest = (TEA / "manifest.yaml").read_text().replace("app_mentions:read, ", "")
    (terminal.folder / "manifest.yaml").write_text(manifest)
    (terminal.folder / "story.yaml").write_text(SHORT)
    words = ("--manifest", "manifest.yaml", "--story", "story.yaml", "--patience", "1")
    async with terminal.starts("simulator", "--port", "0", *words) as simulator:
        settings = await settings_told_by(simulator, *NAMES)
        assert "app_mentions:read" in await line_with(simulator.stdout, "app_mention never comes")
        async with the_bot(TEA / "app.py", terminal.folder, **settings):
            ended = await terminal.ended(simulator)

    assert ended.status == 1
    assert ended.only_line.startswith("muster: The story cannot go on: story.yaml:3:5: 'Type /tea'")


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_another_bot_plays_its_story(terminal: Terminal, *, over_http: bool) -> None:
    """§8.6; a command, a form refused and then taken, a button, events, the App Home."""
    port = free_port()
    way = ("--http", f"http://127.0.0.1:{port}/slack/events") if over_http else ()
    words = ("--manifest", str(TEA / "manifest.yaml"), "--story", str(TEA / "story.yaml"))
    async with terminal.starts("simulator", "--port", "0", *words, *way) as simulator:
        names = [name for name in NAMES if not over_http or name != "SLACK_APP_TOKEN"]
        settings = await settings_told_by(simulator, *names)
        if over_http:
            settings["PORT"] = str(port)
        async with the_bot(TEA / "app.py", terminal.folder, **settings):
            ended = await terminal.ended(simulator)

    assert ended.status == 0, ended.err
    assert "The story came to its end." in ended.out
    assert "only Ann sees: Say it in minutes, as a number." in ended.out
