"""`muster simulator` gives another bot what it needs to be pointed at a pretend Slack."""

import re
import signal
import socket

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.cli.terminal import Terminal, line_with

MANIFEST = """
display_information: {name: Tea}
oauth_config: {scopes: {bot: [chat:write]}}
settings:
  token_rotation_enabled: true
  event_subscriptions: {bot_events: [channel_deleted, reaction_added]}
"""


async def test_it_says_what_to_set_and_stops_cleanly(terminal: Terminal) -> None:
    (terminal.folder / "manifest.yaml").write_text(MANIFEST)
    words = ("--port", "0", "--manifest", "manifest.yaml", "--clock", "2026-03-02T09:30Z")
    async with terminal.starts("simulator", *words) as process:
        api_url = (await line_with(process.stdout, "SLACK_API_URL=")).strip().partition("=")[2]
        token = (await line_with(process.stdout, "SLACK_BOT_TOKEN=")).strip().partition("=")[2]
        assert "=xapp-" in await line_with(process.stdout, "SLACK_APP_TOKEN=")
        assert len(await line_with(process.stdout, "SLACK_SIGNING_SECRET=")) > 40
        assert "=pretend" in await line_with(process.stdout, "SLACK_CLIENT_SECRET=")
        assert "scopes: 1, events: 2, commands: 0" in await line_with(process.stdout, "manifest")
        assert "oauth.v2.exchange takes it" in await line_with(process.stdout, "tokens rotate")
        assert "reactions:read" in await line_with(process.stdout, "  ! reaction_added never comes")
        assert "never deleted.)" in await line_with(
            process.stdout, "  (right for Slack: channel_del"
        )
        answer = await AsyncWebClient(token=token, base_url=api_url).auth_test()
        assert answer.headers["x-oauth-scopes"] == "chat:write"
        control = api_url.replace("/api/", "/control/clock")
        async with aiohttp.ClientSession() as session, session.get(control) as now:
            assert (await now.json())["now"] == "2026-03-02T09:30:00+00:00"
        process.send_signal(signal.SIGTERM)
        ended = await terminal.ended(process)
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--manifest", "nowhere.yaml"), r"nowhere.yaml cannot be read: No such file"),
        (("--http", "localhost:3000"), r"--http takes an address as http://127"),
        (("--clock", "teatime"), r"--clock takes a time as 2026"),
        (("--port", "99999"), r"99999 is no port"),
        (("--workspace", "B", "--workspace", "b"), r"There is a workspace b already"),
    ],
)
async def test_what_cannot_be_is_one_line(
    terminal: Terminal, words: tuple[str, ...], says: str
) -> None:
    ended = await terminal.runs("simulator", *words)

    assert ended.status == 1
    assert re.search(says, ended.only_line)


async def test_several_workspaces_are_told_with_their_tokens(terminal: Terminal) -> None:
    words = ("--port", "0", "--workspace", "Beta", "--workspace-without-app", "Gamma & Sons")
    async with terminal.starts("simulator", *words) as process:
        api_url = (await line_with(process.stdout, "SLACK_API_URL=")).strip().partition("=")[2]
        pair = [await line_with(process.stdout, name) for name in ("CLIENT_ID=", "CLIENT_SECRET=")]
        assert all(
            line.startswith("# SLACK_CLIENT_") for line in pair
        )  # Bolt would switch to OAuth
        token = (await line_with(process.stdout, "# Beta, ")).strip().partition("=")[2]
        assert "OAuth" in await line_with(process.stdout, "# Gamma & Sons, ")
        answer = await AsyncWebClient(token=token, base_url=api_url).auth_test()
        assert answer["team"] == "Beta"
        process.send_signal(signal.SIGTERM)
        ended = await terminal.ended(process)
    assert (ended.status, ended.err) == (0, "")


async def test_a_port_that_is_taken_is_one_line(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await terminal.runs("simulator", "--port", str(port))
    assert f"Port {port} is taken" in ended.only_line
