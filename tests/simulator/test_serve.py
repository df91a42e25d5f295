"""The simulator by itself, as other people's bots use it."""

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator.errors import WrongOrder
from bot.simulator.manifest import read, read_file
from bot.simulator.model import Json
from bot.simulator.serve import running
from tests.simulator.words import GENERAL, actions, button, error_of, refused

MANIFEST = {
    "display_information": {"name": "Tea"},
    "features": {
        "slash_commands": [
            {"command": "/tea", "description": "Make tea"},
            {"command": "/cup", "description": "Take a cup", "should_escape": True},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "channels:join"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def with_(**changes: object) -> Json:
    return {**MANIFEST, **changes}


async def test_a_manifest_says_what_the_app_may_hear_and_offer() -> None:
    """§7.1; §1.1 `missing_scope`; §1.8 `not_enabled`."""
    async with running(Clock(), manifest=MANIFEST) as simulator:
        client = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
        ann = simulator.person("ann")

        answer = await refused(client.users_info(user=ann.id))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
        assert answer["provided"] == "channels:join,chat:write,commands"
        home = client.views_publish(user_id=ann.id, view={"type": "home", "blocks": []})
        assert await error_of(home) == "not_enabled"
        assert (await ann.types("general", "/coffee")).text == "`/coffee` is not a valid command."
        await ann.makes("unheard")
        assert simulator.deliveries == []
        assert simulator.workspace.app.name == "Tea"


async def test_an_app_without_a_messages_tab_writes_to_nobody() -> None:
    """§1.7 `messages_tab_disabled`."""
    quiet = with_(features={"app_home": {"messages_tab_enabled": False}})
    async with running(Clock(), manifest=quiet) as simulator:
        client = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
        said = client.chat_postMessage(channel="U0ANN", text="hello")

        assert await error_of(said) == "messages_tab_disabled"


async def test_a_socket_beside_an_address_hears_nothing_and_the_record_says_so() -> None:
    """§3.1: it is one way or the other."""
    async with running(Clock(), http="http://127.0.0.1:1/") as simulator:
        client = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
        opened = await client.apps_connections_open(app_token=simulator.app_token)
        async with aiohttp.ClientSession() as session, session.ws_connect(str(opened["url"])) as ws:
            assert (await ws.receive_json())["type"] == "hello"

        assert "deliveries go to the app's address" in simulator.backstage.record.notes[-1].text


async def test_names_are_escaped_where_the_manifest_says_so() -> None:
    """§4.1 `should_escape`."""
    async with running(Clock(), manifest=MANIFEST) as simulator:
        for line in ("/tea for @bob", "/cup for @bob"):
            await simulator.person("ann").types("general", line)

        texts = [each.payload["text"] for each in simulator.deliveries]
    assert texts == ["for @bob", "for <@U0BOB|bob>"]


async def test_buttons_lead_nowhere_without_interactivity() -> None:
    """§4.2 "trouble connecting"; §7.1 `interactivity`."""
    async with running(Clock(), manifest=MANIFEST) as simulator:
        client = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
        await client.conversations_join(channel=GENERAL)
        blocks = [actions(button("Pour"))]
        await client.chat_postMessage(channel=GENERAL, text="tea", blocks=blocks)

        outcome = await simulator.person("ann").clicks("Pour", in_="general")

        assert "trouble connecting" in outcome.error
        assert "does not enable interactivity" in simulator.backstage.record.notes[-1].text


def test_a_manifest_may_be_yaml_or_json(tmp_path: Path) -> None:
    for name, words in (
        ("a.yaml", "display_information: {name: Tea}"),
        ("b.yaml", "display_information: {description: Tea?, name: Tea}"),
        ("a.json", '{"display_information": {"name": "Tea"}}'),
    ):
        (tmp_path / name).write_text(words)
        assert read(read_file(tmp_path / name)).name == "Tea"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("- a", "A manifest is a mapping"),
        ("features: [", "manifest.yaml:1:12: "),
        ("features: 5\nsettings: {}", "features must be a mapping"),
        ("oauth_config: {scopes: {bot: chat:write}}", "oauth_config.scopes.bot must be a list"),
        ("settings: {event_subscriptions: {bot_events: [1]}}", "must be a list of names"),
        ("features: {slash_commands: [{command: tea}]}", "begins with /"),
        ("features: {slash_commands: [{command: /make tea}]}", "no spaces"),
        ("settings: {interactivity: {is_enabled: maybe}}", "must be true or false"),
        ("display_information: {name: [Tea]}", "display_information.name must be a text"),
    ],
)
def test_a_manifest_that_is_wrong_is_explained(tmp_path: Path, words: str, says: str) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(words)

    with pytest.raises(WrongOrder) as refused_by:
        read_file(path)

    assert says in str(refused_by.value)


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongOrder, match=r"nowhere.yaml cannot be read: No such file"):
        read_file(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("document", "note"),
    [
        (with_(display="x"), "display is no part of a manifest"),
        (with_(oauth_config={"scopes": {"bot": ["commands", "tea:make"]}}), "tea:make is a bot"),
        (with_(oauth_config={"scopes": {"bot": ["chat:write"]}}), "need the scope commands"),
        (
            with_(settings={"event_subscriptions": {"bot_events": ["message.channels"]}}),
            "message.channels never comes: it needs the scope channels:history.",
        ),
        (
            with_(settings={"event_subscriptions": {"bot_events": ["tea_ready"]}}),
            "tea_ready never comes: the simulator sends no such event.",
        ),
    ],
)
def test_likely_mistakes_are_noted(document: Json, note: str) -> None:
    assert any(note in each for each in read(document).notes)


def test_a_sound_manifest_has_no_notes() -> None:
    assert read(MANIFEST).notes == ()
