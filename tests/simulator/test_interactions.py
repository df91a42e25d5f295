"""Contract §4.1, §4.5, §6: commands, buttons, shortcuts and their response URLs."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck

from bot.simulator import Simulator
from bot.simulator.errors import CannotDo
from tests.simulator.words import (
    ANN,
    BOB,
    GENERAL,
    Bot,
    actions,
    button,
    options,
    plain,
    section,
)


@pytest.fixture
def bodies(bot: Bot) -> list[dict[str, Any]]:
    """What the buttons and menus of the app were told."""
    heard: list[dict[str, Any]] = []

    @bot.app.action("join")
    @bot.app.action("pick")
    @bot.app.action("more")
    @bot.app.shortcut("mark")
    async def hear(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append(body)
        await ack()

    return heard


@pytest.fixture
async def card(bot: Bot) -> str:
    """A message with a button and two menus in a room with Ann and Bob; its ts."""
    channel = (await bot.client.conversations_create(name="room"))["channel"]["id"]
    await bot.client.conversations_invite(channel=channel, users=[ANN, BOB])
    menu = {"type": "static_select", "action_id": "pick", "options": options("one", "two")}
    more = {"type": "overflow", "action_id": "more", "options": options("hide")}
    answer = await bot.client.chat_postMessage(
        channel=channel, text="card", blocks=[section("Card"), actions(button("Join"), menu, more)]
    )
    return str(answer["ts"])


async def test_a_button_says_where_it_was_pressed(
    sim: Simulator, bodies: list[dict[str, Any]], card: str
) -> None:
    """§6 block_actions, message."""
    outcome = await sim.person("ann").clicks("Join", in_="room")

    [body] = bodies
    assert outcome.ok
    assert body["container"] == {
        "type": "message",
        "message_ts": card,
        "channel_id": body["channel"]["id"],
        "is_ephemeral": False,
    }
    assert body["message"]["ts"] == card
    assert body["actions"][0]["text"] == plain("Join")
    assert body["user"]["id"] == ANN
    assert body["response_url"].startswith(sim.url)
    assert body["trigger_id"]


async def test_a_button_in_an_attachment_or_a_preview_says_so(
    sim: Simulator, bot: Bot, bodies: list[dict[str, Any]]
) -> None:
    """§6 "attachment blocks": container.type, attachment_id, app_unfurl_url, is_app_unfurl."""
    page, (ann, client) = "https://incidents.example.com/7", (sim.person("ann"), bot.client)
    sim.workspace.app.unfurl_domains = frozenset({"example.com"})
    await client.conversations_join(channel=GENERAL)
    said = await ann.posts("general", page)
    preview = {"blocks": [actions({"type": "button", "action_id": "join", "text": plain("Look")})]}
    await client.chat_unfurl(channel=GENERAL, ts=said.ts, unfurls={page: preview})
    unnamed = {"type": "static_select", "action_id": "pick", "options": options("one", "two")}
    both: list[dict[str, Any]] = [{"text": "first"}, {"blocks": [actions(unnamed)]}]
    card = await client.chat_postMessage(channel=GENERAL, text="card", attachments=both)

    await ann.clicks("Look", in_="general")
    await ann.chooses("pick", "two", in_="general")

    of_preview, of_attachment = (body["container"] for body in bodies)
    in_general = {"channel_id": GENERAL, "is_ephemeral": False, "type": "message_attachment"}
    link = {"is_app_unfurl": True, "app_unfurl_url": page}
    assert of_preview == {**in_general, "message_ts": said.ts, "attachment_id": 1, **link}
    of_card = {"message_ts": card["ts"], "attachment_id": 2, "is_app_unfurl": False}
    assert of_attachment == {**in_general, **of_card}
    assert bodies[1]["actions"][0]["block_id"] in bodies[1]["state"]["values"]


@pytest.mark.usefixtures("card")
async def test_menus_tell_what_was_chosen(sim: Simulator, bodies: list[dict[str, Any]]) -> None:
    """§6 values: selected_option; `state.values` of a message."""
    ann = sim.person("ann")
    await ann.chooses("pick", "two", in_="room")
    await ann.chooses("more", "Hide", in_="room")

    picked, hidden = bodies
    assert picked["actions"][0]["selected_option"]["value"] == "two"
    assert hidden["actions"][0]["selected_option"]["value"] == "hide"
    [held] = hidden["state"]["values"].values()
    assert held["pick"]["selected_option"]["value"] == "two"


@pytest.mark.usefixtures("bodies", "card")
@pytest.mark.usefixtures("card")
async def test_what_is_not_there_cannot_be_pressed(sim: Simulator) -> None:
    """§6."""
    with pytest.raises(CannotDo, match="finds no 'Leave'"):
        await sim.person("ann").clicks("Leave", in_="room")
    with pytest.raises(CannotDo, match="'three' is not offered"):
        await sim.person("ann").chooses("pick", "three", in_="room")
    with pytest.raises(CannotDo, match="deactivated"):
        await sim.person("eve").clicks("Join")


@pytest.mark.usefixtures("card")
async def test_a_message_shortcut_carries_the_message(
    sim: Simulator, bodies: list[dict[str, Any]]
) -> None:
    """§6 message_action."""
    ann = sim.person("ann")
    said = await ann.posts("room", "we saw errors at nine")
    await ann.uses_message_shortcut("mark", said)

    [body] = bodies
    assert (body["type"], body["callback_id"]) == ("message_action", "mark")
    assert body["message"]["text"] == "we saw errors at nine"
    assert body["message_ts"] == said.ts


async def test_a_global_shortcut_knows_no_channel(
    sim: Simulator, bodies: list[dict[str, Any]]
) -> None:
    """§6 shortcut."""
    await sim.person("ann").uses_shortcut("mark")

    assert bodies[0]["type"] == "shortcut"
    assert not {"channel", "response_url"} & bodies[0].keys()


@pytest.mark.usefixtures("card")
async def test_a_button_that_nobody_acknowledges_is_trouble(sim: Simulator) -> None:
    """§4.2."""
    sim.ack_deadline = 0.02

    assert (await sim.person("ann").clicks("Join", in_="room")).error


# -- commands ----------------------------------------------------------------------------------


async def test_what_is_typed_arrives_escaped(sim: Simulator, bot: Bot) -> None:
    """§4.1 `should_escape`; §2.2."""
    texts: list[str] = []

    @bot.app.command("/go")
    async def go(ack: AsyncAck, body: dict[str, str]) -> None:
        texts.append(body["text"])
        await ack()

    ann = sim.person("ann")
    reply = await ann.types("general", "/go @bob <!channel> in #random, not @nobody")
    sim.workspace.app.commands = {"/go": False}
    await ann.types("general", "/go @bob <b>")

    assert texts == [
        "<@U0BOB|bob> &lt;!channel&gt; in <#C0RANDOM|random>, not @nobody",
        "@bob <b>",
    ]
    assert reply.text == ""


async def test_an_answer_for_all_shows_the_command_too(sim: Simulator, bot: Bot) -> None:
    """§4.1 `in_channel`."""

    @bot.app.command("/go")
    async def go(ack: AsyncAck) -> None:
        await ack(response_type="in_channel", text="Going")

    await sim.person("ann").types("general", "/go now")

    seen = sim.person("bob").sees("general")
    assert seen == "ann: /go now\nIncident Bot: Going"


async def test_only_members_type_in_a_channel(sim: Simulator) -> None:
    """§4.1."""
    with pytest.raises(CannotDo, match="finn cannot see #general"):
        await sim.person("finn").types("general", "/go")
    with pytest.raises(CannotDo, match="deactivated"):
        await sim.person("eve").types("general", "/go")
    with pytest.raises(CannotDo, match="no command"):
        await sim.person("ann").types("general", "hello")


# -- response URLs -------------------------------------------------------------------------------


async def send(url: str, **body: object) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.text()


@pytest.fixture
async def url(sim: Simulator, bodies: list[dict[str, Any]], card: str) -> str:
    """The response URL of Ann's click on the card."""
    assert card
    await sim.person("ann").clicks("Join", in_="room")
    return str(bodies[0]["response_url"])


async def test_a_response_is_ephemeral_unless_it_says_otherwise(sim: Simulator, url: str) -> None:
    """§4.5 response_url."""
    assert await send(url, text="only you") == (200, "ok")
    assert await send(url, text="for all", response_type="in_channel") == (200, "ok")

    assert "only you" in sim.person("ann").sees("room")
    assert "only you" not in sim.person("bob").sees("room")
    assert "for all" in sim.person("bob").sees("room")


async def test_the_original_can_be_replaced_and_deleted(sim: Simulator, url: str) -> None:
    """§4.5 replace_original, delete_original."""
    await send(url, text="replaced", replace_original=True)
    assert sim.person("bob").sees("room").endswith("Incident Bot: replaced")

    await send(url, delete_original=True)
    assert "replaced" not in sim.person("bob").sees("room")


async def test_five_uses_are_all(url: str) -> None:
    """§4.5 "≤5 uses"."""
    answers = [await send(url, text=str(number)) for number in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]


async def test_after_thirty_minutes_the_url_is_dead(sim: Simulator) -> None:
    """§4.5 "within 30 min"."""
    hours = [0.0]
    sim.backstage.response_urls._wall = lambda: hours[0]  # noqa: SLF001 - time passes by hand
    ann = sim.person("ann")
    url = sim.backstage.response_urls.mint("commands", ann.user, ann.room("general"))
    hours[0] = 30 * 60 + 1.0

    assert await send(url, text="late") == (404, "expired_url")


@pytest.mark.usefixtures("card")
async def test_an_ephemeral_is_changed_through_its_buttons_url(
    sim: Simulator, bot: Bot, bodies: list[dict[str, Any]]
) -> None:
    """§4.5 "Only way to change or delete an ephemeral message"; §6: no `message`."""
    channel = sim.workspace.channel_named("room").id
    await bot.client.chat_postEphemeral(
        channel=channel, user=BOB, text="x", blocks=[section("Psst"), actions(button("Join"))]
    )
    bob = sim.person("bob")
    await bob.clicks("Join", in_="room")
    [body] = bodies
    assert body["container"]["is_ephemeral"]
    assert "message" not in body

    await send(body["response_url"], text="Thanks", replace_original=True)
    assert "(only you) Thanks" in bob.sees("room")
    await send(body["response_url"], delete_original=True)
    assert "only you" not in bob.sees("room")


async def test_bad_blocks_are_refused_there_too(url: str) -> None:
    """§4.5; §1.1 "Bad blocks"."""
    assert await send(url, blocks=[{"type": "parrot"}]) == (400, "invalid_blocks")
    assert await send(url) == (400, "no_text")


async def test_what_is_too_long_is_cut_or_refused_there_too(
    sim: Simulator, bot: Bot, url: str
) -> None:
    """§1.7 "text >40,000 truncated", msg_blocks_too_long; §3.2 and §4.5 answers, response_url."""
    wordy, room = [section("w" * 3_000)] * 5, sim.workspace.channel_named("room").id
    assert await send(url, blocks=wordy) == (400, "msg_blocks_too_long")
    assert await send(url, blocks=wordy[:3]) == (200, "ok")
    assert await send(url, text="a" * 50_000) == (200, "ok")
    assert await send(url, text="b" * 50_000, replace_original=True) == (200, "ok")
    await bot.client.chat_postEphemeral(channel=room, user=ANN, text="c" * 50_000)
    long = [each.text for each in sim.person("ann").screen("room") if len(each.text) > 1_000]
    assert sorted(long) == [letter * 40_000 for letter in "abc"]

    @bot.app.command("/wordy")
    async def answer(ack: AsyncAck) -> None:
        await ack(blocks=wordy)

    assert (await sim.person("ann").types("room", "/wordy")).error == "msg_blocks_too_long"
