"""Slack's SDK in both its forms, with asyncio and without, says the same and hears the same.

Every method that the SDK has and the simulator answers is called once, in two workspaces that are
alike; what comes back may differ in nothing but the address (contract §1.1, "how slack_sdk sends").
"""

import asyncio
import inspect
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.methods import METHODS
from tests.simulator.words import ANN, BOB, RANDOM, section

# the SDK still sends client id and secret in aiohttp's old way
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

ROOM, TALK, CANVAS, FILE = "C000000001", "D000000001", "F000000002", "F000000001"
FIRST = "1772443800.000000"  # the first thing said in a channel, while the clock stands
SECOND = "1772443800.000001"
LATER = 1772447400
HOME = {"type": "home", "blocks": [section("x")]}
PLAN = {"type": "markdown", "markdown": "# Plan"}
CHANGE = {"operation": "insert_at_end", "document_content": PLAN}

# in this order: each finds what those before it made
STORY: list[tuple[str, dict[str, Any]]] = [
    ("api.test", {"foo": "bar"}),
    ("auth.test", {}),
    ("team.info", {}),
    ("bots.info", {"bot": "B0BOT"}),
    ("emoji.list", {}),
    ("conversations.create", {"name": "room", "is_private": False}),
    ("conversations.invite", {"channel": ROOM, "users": [ANN, BOB]}),
    ("chat.postMessage", {"channel": ROOM, "text": "card", "blocks": [section("card")]}),
    ("chat.getPermalink", {"channel": ROOM, "message_ts": "1772443800.000002"}),
    ("chat.update", {"channel": ROOM, "ts": "1772443800.000002", "text": "changed"}),
    ("reactions.add", {"channel": ROOM, "timestamp": FIRST, "name": "eyes"}),
    ("reactions.get", {"channel": ROOM, "timestamp": FIRST, "full": True}),
    ("reactions.list", {"limit": 5}),
    ("reactions.remove", {"channel": ROOM, "timestamp": FIRST, "name": "eyes"}),
    ("pins.add", {"channel": ROOM, "timestamp": SECOND}),
    ("pins.list", {"channel": ROOM}),
    ("pins.remove", {"channel": ROOM, "timestamp": SECOND}),
    (
        "bookmarks.add",
        {"channel_id": ROOM, "title": "Page", "type": "link", "link": "https://x.example"},
    ),
    (
        "bookmarks.edit",
        {"channel_id": ROOM, "bookmark_id": "Bk000000001", "title": "P", "emoji": ":eyes:"},
    ),
    ("bookmarks.list", {"channel_id": ROOM}),
    ("bookmarks.remove", {"channel_id": ROOM, "bookmark_id": "Bk000000001"}),
    ("conversations.setTopic", {"channel": ROOM, "topic": "SEV1"}),
    ("conversations.setPurpose", {"channel": ROOM, "purpose": "why"}),
    ("conversations.rename", {"channel": ROOM, "name": "space"}),
    ("conversations.info", {"channel": ROOM, "include_num_members": True}),
    ("conversations.list", {"types": ["public_channel", "im"], "exclude_archived": True}),
    ("conversations.members", {"channel": ROOM, "limit": 2}),
    ("conversations.history", {"channel": ROOM, "limit": 3, "include_all_metadata": True}),
    ("conversations.replies", {"channel": ROOM, "ts": "1772443800.000002"}),
    ("conversations.mark", {"channel": ROOM, "ts": FIRST}),
    ("conversations.open", {"users": [ANN], "return_im": True}),
    ("conversations.close", {"channel": TALK}),
    ("conversations.kick", {"channel": ROOM, "user": BOB}),
    ("conversations.join", {"channel": RANDOM}),
    ("conversations.leave", {"channel": RANDOM}),
    ("conversations.unarchive", {"channel": ROOM}),
    ("chat.postEphemeral", {"channel": ROOM, "user": ANN, "text": "psst"}),
    ("chat.meMessage", {"channel": ROOM, "text": "waves"}),
    ("chat.scheduleMessage", {"channel": ROOM, "text": "later", "post_at": LATER}),
    ("chat.scheduledMessages.list", {"channel": ROOM}),
    ("chat.deleteScheduledMessage", {"channel": ROOM, "scheduled_message_id": "Q000000001"}),
    ("chat.unfurl", {"channel": ROOM, "ts": FIRST, "unfurls": {"https://x.example": {}}}),
    ("chat.delete", {"channel": ROOM, "ts": "1772443800.000002"}),
    ("views.open", {"trigger_id": "1.2.x", "view": HOME}),
    ("views.push", {"trigger_id": "1.2.x", "view": HOME}),
    ("views.update", {"view_id": "V1", "view": HOME}),
    ("views.publish", {"user_id": ANN, "view": HOME}),
    ("users.info", {"user": ANN, "include_locale": True}),
    ("users.list", {"limit": 3}),
    ("users.lookupByEmail", {"email": "ann@pretend.example"}),
    ("users.conversations", {"exclude_archived": True}),
    ("users.getPresence", {"user": ANN}),
    ("users.profile.get", {"user": ANN}),
    ("dnd.info", {"user": ANN}),
    ("dnd.teamInfo", {"users": [ANN, BOB]}),
    ("usergroups.list", {"include_users": True}),
    ("usergroups.create", {"name": "Payments", "handle": "pay"}),
    ("usergroups.update", {"usergroup": "S000000001", "description": "d"}),
    ("usergroups.users.update", {"usergroup": "S000000001", "users": [ANN, BOB]}),
    ("usergroups.users.list", {"usergroup": "S000000001"}),
    ("usergroups.disable", {"usergroup": "S000000001"}),
    ("usergroups.enable", {"usergroup": "S000000001"}),
    ("files.getUploadURLExternal", {"filename": "a.txt", "length": 5}),
    ("files.completeUploadExternal", {"files": [{"id": FILE, "title": "A"}], "channel_id": ROOM}),
    ("files.info", {"file": FILE}),
    ("files.list", {"count": 5}),
    ("files.delete", {"file": FILE}),
    ("canvases.create", {"title": "Plan", "document_content": PLAN}),
    ("canvases.edit", {"canvas_id": CANVAS, "changes": [CHANGE]}),
    ("canvases.sections.lookup", {"canvas_id": CANVAS, "criteria": {"section_types": ["h1"]}}),
    ("canvases.access.set", {"canvas_id": CANVAS, "access_level": "read", "user_ids": [ANN]}),
    ("canvases.access.delete", {"canvas_id": CANVAS, "user_ids": [ANN]}),
    ("canvases.delete", {"canvas_id": CANVAS}),
    ("conversations.canvases.create", {"channel_id": ROOM, "document_content": PLAN}),
    ("conversations.archive", {"channel": ROOM}),
    ("oauth.v2.access", {"client_id": "1.2", "client_secret": "x", "code": "y"}),
    ("oauth.v2.exchange", {"client_id": "1.2", "client_secret": "x", "token": "xoxb-1"}),
    ("apps.uninstall", {"client_id": "1.2", "client_secret": "x"}),
    ("auth.revoke", {"test": True}),
]
NOT_IN_THE_SDK = {"assistant.search.context"}
OF_OTHER_TOKENS = {"apps.connections.open"}
REFUSED = {
    "conversations.unarchive": "not_archived",
    "chat.unfurl": "cannot_unfurl_message",
    "views.open": "invalid_arguments",
    "views.push": "invalid_arguments",
    "views.update": "not_found",
    "files.completeUploadExternal": "file_not_found",
    "oauth.v2.access": "invalid_client_id",
    "oauth.v2.exchange": "invalid_client_id",
    "apps.uninstall": "invalid_client_id",
}
"""What this story does too early or wrongly; other tests do it rightly."""


def test_the_story_holds_every_method() -> None:
    told = {name for name, _ in STORY}
    assert told | NOT_IN_THE_SDK | OF_OTHER_TOKENS == METHODS.keys()


async def told(client: WebClient | AsyncWebClient) -> list[tuple[str, Any]]:
    """The story as this client tells it: each answer, without what a server says of itself."""
    heard = []
    for name, args in STORY:
        call = getattr(client, re.sub(r"\.", "_", name))
        try:
            if inspect.iscoroutinefunction(call):
                answer = await call(**args)
            else:
                answer = await asyncio.to_thread(call, **args)
            body = answer.data
        except SlackApiError as refused:
            body = refused.response.data
        heard.append((name, body))
    return heard


@pytest.fixture
async def two() -> AsyncIterator[list[Simulator]]:
    """Workspaces that are alike."""
    noon = datetime.fromtimestamp(1772443800, UTC)
    simulators = [Simulator(clock=Clock(stopped_at=noon), seed=1) for _ in range(2)]
    for each in simulators:
        await each.start()
    yield simulators
    for each in simulators:
        await each.stop()


async def test_both_hear_the_same(two: list[Simulator]) -> None:
    one, other = two
    token = one.bot_token
    async with aiohttp.ClientSession() as session:
        first = await told(AsyncWebClient(token=token, base_url=one.api_url, session=session))
    second = await told(WebClient(token=token, base_url=other.api_url))
    for (name, heard), (_, also) in zip(first, second, strict=True):
        assert heard.get("error", "") == REFUSED.get(name, ""), name
        assert json.dumps(heard).replace(one.url, "") == json.dumps(also).replace(other.url, "")
