"""Contract §1.7: what the app says, changes and takes back."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import (
    ANN,
    EVE,
    FINN,
    GENERAL,
    RANDOM,
    actions,
    button,
    error_of,
    refused,
    section,
)


@pytest.fixture
async def room(client: AsyncWebClient) -> str:
    return str((await client.conversations_create(name="room"))["channel"]["id"])


async def post(client: AsyncWebClient, channel: str, text: str = "hello", **more: Any) -> str:
    return str((await client.chat_postMessage(channel=channel, text=text, **more))["ts"])


async def stored(client: AsyncWebClient, channel: str) -> list[dict[str, object]]:
    history = await client.conversations_history(channel=channel, include_all_metadata=True)
    found: list[dict[str, object]] = history["messages"]
    return found


async def test_timestamps_are_unique_within_a_channel_though_time_stands_still(
    client: AsyncWebClient, room: str
) -> None:
    """§0 `ts`."""
    said = [await post(client, room) for _ in range(5)]

    assert len(set(said)) == 5
    assert said == sorted(said)
    assert said[0] == "1772443800.000000"


async def test_a_post_answers_with_the_whole_message(client: AsyncWebClient, room: str) -> None:
    """§1.7 postMessage."""
    answer = await client.chat_postMessage(
        channel=room, text="hello", blocks=[actions(button("Join"))]
    )

    message = answer["message"]
    assert answer["channel"] == room
    assert (message["user"], message["bot_id"], message["app_id"]) == (
        "U0BOT",
        "B0BOT",
        "A0PRETEND",
    )
    assert message["blocks"][0]["block_id"]
    assert "subtype" not in message


async def test_a_person_is_written_to_in_the_apps_direct_message(client: AsyncWebClient) -> None:
    """§1.7 "a user ID posts to the app's DM"; update wants the D id."""
    answer = await client.chat_postMessage(channel=ANN, text="hello")

    assert answer["channel"].startswith("D")
    await client.chat_update(channel=answer["channel"], ts=answer["ts"], text="changed")
    by_user = client.chat_update(channel=ANN, ts=answer["ts"], text="x")
    assert await error_of(by_user) == "channel_not_found"
    to_eve = client.chat_postMessage(channel=EVE, text="x")
    assert await error_of(to_eve) == "channel_not_found"


async def test_a_channel_may_be_named(client: AsyncWebClient) -> None:
    """§1.7 `channel` by name; `chat:write.public`."""
    assert (await client.chat_postMessage(channel="#general", text="x"))["channel"] == GENERAL


async def test_without_the_public_scope_the_app_must_be_a_member(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.4 chat:write.public."""
    sim.workspace.app.scopes -= {"chat:write.public"}

    assert await error_of(client.chat_postMessage(channel=GENERAL, text="x")) == "not_in_channel"


async def test_too_long_a_text_is_cut_with_a_warning(client: AsyncWebClient, room: str) -> None:
    """§2.2 text > 40,000."""
    answer = await client.chat_postMessage(channel=room, text="x" * 40_001)

    assert len(answer["message"]["text"]) == 40_000
    assert answer["warning"] == "message_truncated"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_schema"),
        ({"text": "x", "thread_ts": "1.000000"}, "cannot_reply_to_message"),
        ({"text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [section("y" * 2900)] * 4}, "msg_blocks_too_long"),
        (
            {"text": "x", "metadata": {"event_type": "t", "event_payload": {"a": "y" * 17_000}}},
            "metadata_too_large",
        ),
    ],
)
async def test_what_cannot_be_posted(
    client: AsyncWebClient, room: str, content: dict[str, object], error: str
) -> None:
    """§1.7 postMessage errors."""
    given = {"channel": room, **content}

    assert await error_of(client.api_call("chat.postMessage", json=given)) == error


async def test_bad_blocks_are_explained(client: AsyncWebClient, room: str) -> None:
    """§1.1 "Bad blocks"."""
    answer = await refused(
        client.chat_postMessage(
            channel=room, text="x", blocks=[actions(*[button(f"B{n}") for n in range(26)])]
        )
    )

    problem = "no more than 25 items allowed [json-pointer:/blocks/0/elements]"
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [problem]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {problem}"]


async def test_a_text_alone_takes_the_blocks_away_and_marks_the_edit(
    client: AsyncWebClient, room: str
) -> None:
    """§1.7 chat.update rules: text without blocks."""
    ts = await post(client, room, blocks=[section("card")])

    answer = await client.chat_update(channel=room, ts=ts, text="plain")

    [message] = await stored(client, room)
    assert "blocks" not in message
    assert "edited" in message
    assert "ts" not in answer["message"]
    assert answer["text"] == "plain"


async def test_an_update_with_blocks_is_not_marked_and_keeps_what_is_not_given(
    client: AsyncWebClient, room: str
) -> None:
    """§1.7 chat.update rules: blocks, attachments, metadata."""
    metadata = {"event_type": "effect", "event_payload": {"id": "7"}}
    ts = await post(client, room, metadata=metadata, attachments=[{"text": "kept"}])

    await client.chat_update(channel=room, ts=ts, text="x", blocks=[section("new")])

    [message] = await stored(client, room)
    assert "edited" not in message
    assert message["metadata"] == metadata
    assert message["attachments"] == [{"text": "kept", "id": 1}]

    await client.api_call(
        "chat.update", json={"channel": room, "ts": ts, "metadata": {}, "blocks": []}
    )
    [message] = await stored(client, room)
    assert "metadata" not in message
    assert "blocks" not in message


async def test_what_cannot_be_updated(sim: Simulator, client: AsyncWebClient, room: str) -> None:
    """§1.7 update errors."""
    ann = sim.person("ann")
    await client.conversations_invite(channel=room, users=[ANN])
    theirs = await ann.posts("room", "mine")
    ts = await post(client, room)

    async def error(ts: str, text: str = "x") -> str:
        return await error_of(client.chat_update(channel=room, ts=ts, text=text))

    assert await error(theirs.ts) == "cant_update_message"
    assert await error("1.000000") == "message_not_found"
    assert await error(ts, "x" * 4001) == "msg_too_long"
    await client.conversations_archive(channel=room)
    assert await error(ts) == "is_inactive"


async def test_a_message_is_deleted_once(client: AsyncWebClient, room: str) -> None:
    """§1.3 "vanished message"."""
    ts = await post(client, room)
    await client.chat_delete(channel=room, ts=ts)

    assert await stored(client, room) == []
    assert await error_of(client.chat_delete(channel=room, ts=ts)) == "message_not_found"


async def test_an_ephemeral_is_seen_by_one_and_stored_nowhere(
    sim: Simulator, client: AsyncWebClient, room: str
) -> None:
    """§1.7 postEphemeral."""
    await client.conversations_invite(channel=room, users=[ANN])
    answer = await client.chat_postEphemeral(channel=room, user=ANN, text="psst")

    assert "psst" in sim.person("ann").sees("room")
    assert "psst" not in sim.person("bob").sees("room")
    assert "psst" not in repr(await stored(client, room))
    update = client.chat_update(channel=room, ts=answer["message_ts"], text="x")
    assert await error_of(update) == "message_not_found"
    stranger = client.chat_postEphemeral(channel=room, user=FINN, text="x")
    assert await error_of(stranger) == "user_not_in_channel"
    outside = client.chat_postEphemeral(channel=RANDOM, user=ANN, text="x")
    assert await error_of(outside) == "not_in_channel"


async def test_a_permalink_leads_to_this_workspace(
    sim: Simulator, client: AsyncWebClient, room: str
) -> None:
    """§2.4."""
    parent = await post(client, room)
    reply = await post(client, room, thread_ts=parent)

    async def link(ts: str) -> str:
        answer = await client.chat_getPermalink(channel=room, message_ts=ts)
        return str(answer["permalink"])

    assert await link(parent) == f"{sim.url}/archives/{room}/p{parent.replace('.', '')}"
    assert (await link(reply)).endswith(f"?thread_ts={parent}&cid={room}")
    assert await error_of(link("1.000000")) == "message_not_found"


async def test_another_name_needs_its_scope(
    sim: Simulator, client: AsyncWebClient, room: str
) -> None:
    """§1.4 chat:write.customize; §5.2 bot_message."""
    answer = await client.chat_postMessage(channel=room, text="x", username="Pager")
    assert answer["message"]["subtype"] == "bot_message"
    assert "user" not in answer["message"]

    sim.workspace.app.scopes -= {"chat:write.customize"}
    again = client.chat_postMessage(channel=room, text="x", username="Pager")
    assert await error_of(again) == "missing_scope"


async def test_markdown_has_a_limit_of_its_own(client: AsyncWebClient) -> None:
    """§2.5 markdown: 12,000 characters, more than other blocks may hold together."""
    long = {"type": "markdown", "text": "x" * 12_000}

    await client.chat_postMessage(channel=GENERAL, text="long", blocks=[long])
    longer = client.chat_postMessage(
        channel=GENERAL, text="x", blocks=[{**long, "text": "x" * 12_001}]
    )
    assert await error_of(longer) == "invalid_blocks"


# -- §2.2 how the text is taken -------------------------------------------------------------------


async def test_without_mrkdwn_marks_are_shown_as_they_are(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.7 `mrkdwn`: mentions, links and escapes mean what they mean all the same."""
    text = "*no* `code` for <@U0BOB> &amp; <https://x.example|all>"
    await post(client, GENERAL, text, mrkdwn=False)
    assert "*no* `code` for @bob & all" in sim.person("ann").sees("general")
    await post(client, GENERAL, text)
    assert "no code for @bob & all" in sim.person("ann").sees("general")


GIVEN = "@oncall <!here|@oncall> #random https://x.example"
GROUPS = "<!subteam^S0ONCALL> <!here|@oncall> #random https://x.example"
FULL = "<!subteam^S0ONCALL> &lt;!here|<!subteam^S0ONCALL>&gt; <#C0RANDOM> <https://x.example>"


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ({}, GIVEN),
        ({"parse": "none"}, GIVEN),
        ({"link_names": True}, GROUPS),
        ({"parse": "full"}, FULL),
    ],
    ids=["as it is", "none", "groups", "full"],
)
async def test_names_and_links_are_found_where_that_is_asked(
    client: AsyncWebClient, how: dict[str, Any], text: str
) -> None:
    """§2.2 "`parse` none (post default) / full; `link_names` only for usergroups now"."""
    answer = await client.chat_postMessage(channel=GENERAL, text=GIVEN, **how)

    assert answer["message"]["text"] == text
