"""Whom the bot calls: Slack, and the database. Whatever opens a connection is listed here."""

import ast
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web

from bot.domain.commands import AddNote
from bot.domain.values import Text
from bot.slack.messages.deeds import deed
from bot.slack.replies import is_slacks
from tests.safety.signed import a_door

BOT = Path(__file__).resolve().parents[2] / "bot"
REAL = "https://slack.com/api/"
CONNECTS = {
    "ClientSession",
    "create_connection",
    "create_datagram_endpoint",
    "open_connection",
    "open_unix_connection",
    "urlopen",
    "ws_connect",
}
"""What a connection is opened with, called on whatever."""
CLIENTS = {"ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "urllib.request"}
"""Modules with which connections are opened."""
CALLERS = {
    "app.py": "the one session, for Slack's API and its sockets",
    "cli/do.py": "a word in the terminal asks Slack, as the bot would",
    "cli/examining_slack.py": "`muster doctor` asks Slack, as the bot would",
    "slack/replies.py": "answers, at an address that is_slacks",
}
"""Who opens connections, and to whom. Whoever else has to, brings what keeps it from addresses of
the inside: a list of names that may be called, checked after the name was resolved."""


def test_nobody_else_opens_a_connection() -> None:
    found = set()
    for path in sorted(BOT.rglob("*.py")):
        place = path.relative_to(BOT).as_posix()
        if place.startswith(("simulator/", "demo/")):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        if any(_connects(node) for node in ast.walk(tree)):
            found.add(place)
    assert found == set(CALLERS)


def _connects(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(name.name in CLIENTS for name in names)
        case ast.ImportFrom(module=str(module), names=names):
            full = {f"{module}.{name.name}" for name in names}
            return module in CLIENTS or bool(full & CLIENTS)
        case ast.Call(func=ast.Attribute(attr=attr, value=owner)):
            return attr in CONNECTS or "session" in ast.unparse(owner)
        case ast.Call(func=ast.Name(id=name)):
            return name in CONNECTS
        case _:
            return False


@pytest.mark.parametrize(
    ("url", "api", "may"),
    [
        ("https://hooks.slack.com/commands/T1/2/x", REAL, True),
        ("https://hooks.slack.com:443/actions/T1/2/x", REAL, True),
        ("https://hooks.slack-gov.com/commands/T1", "https://slack-gov.com/api/", True),
        ("http://127.0.0.1:4000/commands/T1/x", "http://127.0.0.1:4000/api/", True),
        ("http://hooks.slack.com/commands/T1/2/x", REAL, False),
        ("https://hooks.slack.com:8443/commands", REAL, False),
        ("https://hooks.slack.com.evil.example/commands", REAL, False),
        ("https://evil.example/hooks.slack.com/", REAL, False),
        ("https://hooks.slack.com@evil.example/", REAL, False),
        ("https://evil@hooks.slack.com/", REAL, False),
        ("https://evil.example\\@hooks.slack.com/", REAL, False),
        ("https://hooks.slack.com\\.evil.example/", REAL, False),
        ("https://hooks.slack-gov.com/commands/T1", REAL, False),
        ("https://169.254.169.254/latest/meta-data/", REAL, False),
        ("http://127.0.0.1:4001/x", "http://127.0.0.1:4000/api/", False),
        ("http://hooks.127.0.0.1:4000/x", "http://127.0.0.1:4000/api/", False),
        ("file:///etc/passwd", REAL, False),
        ("//hooks.slack.com/x", REAL, False),
        ("https://[::1", REAL, False),
        ("https://hooks.slack.com:port/", REAL, False),
        ("", REAL, False),
    ],
)
def test_answers_go_to_slack_alone(url: str, api: str, *, may: bool) -> None:
    assert is_slacks(url, api) is may


@asynccontextmanager
async def somewhere_else() -> AsyncIterator[tuple[str, list[str]]]:
    """A server that is not Slack's, and what it was sent."""
    seen: list[str] = []

    async def take(request: web.Request) -> web.Response:
        seen.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}/commands/T1/x", seen
    await runner.cleanup()


async def test_an_address_that_a_payload_names_is_not_called(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, somewhere_else() as (elsewhere, seen):
        world, incident = door.world, await door.world.incident()
        body = door.command("declare a leak", response_url=elsewhere, trigger_id=str(uuid4()))
        assert await door.takes(body, door.signs(body)) == 200
        pressed = door.payload(
            type="block_actions",
            response_url=elsewhere,
            trigger_id=str(uuid4()),
            actions=[{"action_id": "do", "value": deed(incident.stream, AddNote(text=Text("x")))}],
        )
        assert await door.takes(pressed, door.signs(pressed)) == 200
        assert world.channels("inc-2"), "it was declared all the same"
        assert seen == []
        told = [call.args for call in world.calls("chat.postMessage")]
        assert any(args["channel"] == world.ann.id for args in told), "told directly instead"
