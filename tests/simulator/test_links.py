"""Contract §1.7 unfurl, §5.3 link_shared, §5.2: links to the app's domains."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import GENERAL, Bot, error_of, refused, section

PAGE = "https://incidents.example.com/7"


@pytest.fixture(autouse=True)
def own_domain(sim: Simulator) -> None:
    sim.workspace.app.unfurl_domains = frozenset({"example.com"})


async def test_a_link_is_told_and_shown(sim: Simulator, bot: Bot, client: AsyncWebClient) -> None:
    """§5.3 link_shared; §1.7 unfurl; §5.2 "not a user edit"."""
    ann = sim.person("ann")
    said = await ann.posts("general", f"see {PAGE} and https://other.example")

    event = await bot.hears("link_shared")
    assert event["links"] == [{"domain": "example.com", "url": PAGE}]
    assert event["message_ts"] == said.ts
    assert event["is_bot_user_member"] is False
    await client.conversations_join(channel=GENERAL)
    preview = {PAGE: {"blocks": [section("Incident 7")]}}
    await client.chat_unfurl(channel=GENERAL, ts=said.ts, unfurls=preview)

    change = await bot.hears("message", subtype="message_changed")
    assert change["message"]["text"] == change["previous_message"]["text"]
    assert "edited" not in change["message"]
    [attachment] = change["message"]["attachments"]
    assert attachment["app_unfurl_url"] == PAGE
    assert attachment["is_app_unfurl"] is True
    assert "Incident 7" in ann.sees("general")

    again = {PAGE: {"text": "changed"}}
    by_id = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    await client.chat_unfurl(**by_id, unfurls=again)
    [attachment] = sim.workspace.channels[GENERAL].messages[said.ts].attachments or []
    assert attachment["text"] == "changed"


async def test_the_apps_own_links_are_not_told(bot: Bot, client: AsyncWebClient) -> None:
    """§5.1 link_shared: "not for own messages"."""
    await client.conversations_join(channel=GENERAL)
    await client.chat_postMessage(channel=GENERAL, text=f"<{PAGE}|mine>")
    await bot.hears("message", text=f"<{PAGE}|mine>")
    await bot.has_heard_all()

    assert all(event["type"] != "link_shared" for event in bot.heard)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"unfurls": {PAGE: {"text": "x"}}}, "missing_channel"),
        ({"channel": GENERAL, "unfurls": {PAGE: {"text": "x"}}}, "missing_ts"),
        ({"channel": "C0", "ts": "1.0", "unfurls": {PAGE: {}}}, "cannot_find_channel"),
        ({"channel": GENERAL, "ts": "1.0", "unfurls": {PAGE: {}}}, "cannot_find_message"),
        ({"channel": GENERAL}, "missing_unfurls"),
        ({"channel": GENERAL, "unfurls": "{"}, "invalid_unfurls_format"),
        ({"channel": GENERAL, "unfurls": {PAGE: 1}}, "cannot_parse_attachment"),
        ({"channel": GENERAL, "unfurls": {"https://x.example": {}}}, "cannot_unfurl_message"),
        ({"unfurl_id": "1.0", "unfurls": {PAGE: {}}}, "missing_source"),
        ({"unfurl_id": "1.0", "source": "air", "unfurls": {PAGE: {}}}, "invalid_source"),
        ({"unfurl_id": "1", "source": "composer", "unfurls": {PAGE: {}}}, "invalid_unfurl_id"),
    ],
)
async def test_what_cannot_be_unfurled(
    sim: Simulator, client: AsyncWebClient, given: dict[str, Any], error: str
) -> None:
    """§1.7 unfurl errors."""
    if error not in ("missing_ts", "missing_channel") and given.get("channel") == GENERAL:
        said = await sim.person("ann").posts("general", PAGE)
        given = {"ts": said.ts, **given}

    assert await error_of(client.api_call("chat.unfurl", json=given)) == error


async def test_bad_blocks_in_a_preview_are_explained(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.7 unfurl; §1.1 "Bad blocks"."""
    said = await sim.person("ann").posts("general", PAGE)
    preview = {PAGE: {"blocks": [{"type": "header"}]}}

    answer = await refused(client.chat_unfurl(channel=GENERAL, ts=said.ts, unfurls=preview))

    assert "missing required field: text" in answer["errors"][0]
