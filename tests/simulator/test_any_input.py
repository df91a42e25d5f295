"""Whatever a client sends gets one of Slack's answers, and the workspace stays whole."""

import json
import random
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.methods import METHODS
from tests.simulator.words import ANN, BOB, GENERAL, RANDOM, actions, button, modal, section

ENDINGS = (  # after these, little works
    "conversations.archive",
    "conversations.leave",
    "auth.revoke",
    "apps.uninstall",
)
ROOMS = ("C000000001", "C000000001", GENERAL, RANDOM, "U0ANN", "room")
TIMES = ("1772443800.000000", "1772443800.000001", "1772443800.000002", "1772443800.000003")
PEOPLE = (ANN, BOB, "U0BOT", "U0EVE", f"{ANN},{BOB}")
# argument → what a sensible client would send
SENSIBLE: dict[str, tuple[Any, ...]] = {
    "channel": ROOMS,
    "channel_id": ROOMS,
    "users": PEOPLE,
    "user": PEOPLE,
    "user_id": PEOPLE,
    "ts": TIMES,
    "timestamp": TIMES,
    "message_ts": TIMES,
    "thread_ts": TIMES,
    "oldest": TIMES,
    "latest": TIMES,
    "text": ("hello", "<@U0BOB> look"),
    "blocks": ([section("x")], [actions(button("x"))]),
    "attachments": ([{"text": "x"}], [{"blocks": [section("x")]}]),
    "metadata": ({"event_type": "e", "event_payload": {}}, {}),
    "view": (modal(), {"type": "home", "blocks": []}),
    "name": ("memo", "inc-2", "inc-3", "tada"),
    "topic": ("SEV1",),
    "purpose": ("why",),
    "limit": (1, 2, "3"),
    "force": (True,),
    "inclusive": (1,),
    "is_private": (False, True),
    "types": ("public_channel,private_channel", "im"),
    "title": ("Page",),
    "link": ("https://x.example",),
    "type": ("link",),
    "bookmark_id": ("Bk000000001",),
    "usergroup": ("S0ONCALL",),
    "file": ("F000000001",),
    "files": ([{"id": "F000000001"}],),
    "filename": ("a.txt",),
    "length": (5,),
    "email": ("bob@pretend.example",),
    "post_at": (1772447400, "1772450000"),
    "scheduled_message_id": ("Q000000001",),
    "unfurls": ({"https://x.example": {"text": "x"}},),
    "canvas_id": ("F000000002",),
    "changes": ([{"operation": "insert_at_end", "document_content": {"markdown": "# x"}}],),
    "document_content": ({"type": "markdown", "markdown": "# Plan\n\nRest"},),
    "criteria": ({"section_types": ["h1"]},),
    "access_level": ("read", "owner"),
    "channel_ids": ("C000000001",),
    "query": ("hello", "hello world"),
    "after": (1772443800,),
}
JUNK: tuple[Any, ...] = (
    "",
    " ",
    "x" * 300,
    "<!channel>",
    "-1",
    "1.2.3",
    "[",
    "{}",
    "null",
    "\ud7ff\u202e",
    -1,
    10**20,
    1.5,
    None,
    False,
    [],
    {},
    [None],
    [[]],
    [{}],
    [{"type": []}],
    [{"type": "section", "text": []}],
    [{"type": "actions", "elements": [{"type": {}}]}],
    [{"type": "input", "label": 1, "element": {"type": "static_select", "options": [1]}}],
    {"type": "modal", "title": [], "blocks": [1]},
    {"type": "modal", "title": {"type": "plain_text"}, "blocks": [{"type": "image"}]},
    {"event_type": 1, "event_payload": []},
)


def a_call(dice: random.Random) -> tuple[str, dict[str, Any]]:
    """A method with some sensible arguments, some senseless ones, and some missing."""
    method = METHODS[dice.choice(sorted(METHODS))]
    if method.name in ENDINGS and dice.random() < 0.95:
        method = METHODS["conversations.history"]
    wanted = {*method.required, *dice.sample(sorted(SENSIBLE), 12)}
    args: dict[str, Any] = {}
    for name in sorted(wanted):
        luck = dice.random()
        if luck < 0.85:
            args[name] = dice.choice(SENSIBLE.get(name, JUNK))
        elif luck < 0.95:
            args[name] = dice.choice(JUNK)
    return method.name, args


async def furnish(client: AsyncWebClient) -> None:
    """Make the channel, bookmark and file that the calls speak of."""
    room = (await client.conversations_create(name="room"))["channel"]["id"]
    await client.bookmarks_add(channel_id=room, title="x", type="link", link="https://x.example")
    await client.files_getUploadURLExternal(filename="a.txt", length=5)
    await client.canvases_create(title="Plan")
    for _ in range(4):
        await client.chat_postMessage(channel=room, text="hello")


@pytest.mark.parametrize("seed", range(6))
async def test_every_method_answers_whatever_it_is_sent(
    sim: Simulator, client: AsyncWebClient, session: aiohttp.ClientSession, seed: int
) -> None:
    await furnish(client)
    dice = random.Random(seed)
    bot, app = ({"Authorization": f"Bearer {token}"} for token in (sim.bot_token, sim.app_token))

    for _ in range(250):
        name, args = a_call(dice)
        headers = app if METHODS[name].token == "app" else bot
        form = {key: json.dumps(value) for key, value in args.items()}
        given: dict[str, Any] = {"json": args} if dice.random() < 0.7 else {"data": form}
        async with session.post(sim.api_url + name, headers=headers, **given) as answer:
            assert answer.status == 200, (name, args)
            body = await answer.json()
        assert body["ok"] is True or body["error"], (name, args)

    the_workspace_is_whole(sim)


def the_workspace_is_whole(sim: Simulator) -> None:
    """What always holds: keys fit, members exist, replies have parents, people can look."""
    workspace = sim.workspace
    for room in workspace.channels.values():
        assert room.top == sorted(set(room.top))
        assert set(room.top) <= room.messages.keys()
        assert room.pins.keys() <= room.messages.keys()
        assert room.members.keys() <= workspace.users.keys()
        for said in room.messages.values():
            assert all(room.messages[ts].thread_ts == said.ts for ts in said.replies)
    for name in ("ann", "bob", "dan"):
        person = sim.person(name)
        for room in workspace.channels.values():
            if person.knows(room):
                person.sees(room.id)
        person.sees_home()
