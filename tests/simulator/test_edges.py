"""Contract §1.4–§1.11: the rules that a bot meets seldom, and then on its worst night."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.manifest import read
from bot.simulator.methods import METHODS
from tests.simulator.words import (
    ANN,
    BOB,
    GENERAL,
    RANDOM,
    Bot,
    error_of,
    modal,
    plain,
    refused,
    section,
)


@pytest.fixture
async def room(client: AsyncWebClient) -> str:
    return str((await client.conversations_create(name="room"))["channel"]["id"])


async def post(client: AsyncWebClient, channel: str, **more: Any) -> str:
    return str((await client.chat_postMessage(channel=channel, text="hello", **more))["ts"])


# -- §1.1, §1.4 ------------------------------------------------------------------------------------


async def test_without_its_scope_no_method_works(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.4: `missing_scope` goes before everything but the token."""
    sim.workspace.app.scopes = frozenset({"commands"})
    for name, method in METHODS.items():
        if method.scopes:
            answer = await refused(client.api_call(name, json={}))
            assert answer["error"] == "missing_scope", name
            assert answer["needed"] == ",".join(method.scopes)
            assert answer["provided"] == "commands"


@pytest.mark.parametrize(
    ("kind", "method", "scope"),
    [
        (kind, method, f"{prefix}:{action}")
        for kind, prefix in (("open", "channels"), ("closed", "groups"), (ANN, "im"))
        for method, action in (
            ("info", "read"),
            ("members", "read"),
            ("history", "history"),
            ("replies", "history"),
        )
    ],
)
async def test_each_kind_of_channel_has_scopes_of_its_own(
    sim: Simulator, client: AsyncWebClient, kind: str, method: str, scope: str
) -> None:
    """§1.4 info, members, history, replies."""
    if kind == ANN:
        channel = (await client.conversations_open(users=ANN))["channel"]["id"]
    else:
        made = await client.conversations_create(name=kind, is_private=kind == "closed")
        channel = made["channel"]["id"]
    ts = await post(client, channel)
    args = {"channel": channel, "ts": ts}
    await client.api_call(f"conversations.{method}", json=args)

    sim.workspace.app.scopes -= {scope}

    answer = await refused(client.api_call(f"conversations.{method}", json=args))
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


async def test_a_get_with_a_query_does_what_a_post_does(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§1.1 "GET or POST"; response headers."""
    headers = {"Authorization": f"Bearer {sim.bot_token}"}
    query = {"channel": GENERAL, "text": "by GET", "blocks": '[{"type":"divider"}]'}
    address = sim.api_url + "chat.postMessage"
    async with session.get(address, params=query, headers=headers) as answer:
        assert (await answer.json())["message"]["text"] == "by GET"
        assert answer.headers["x-accepted-oauth-scopes"] == "chat:write"
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert answer.headers["x-slack-req-id"]


# -- §1.6 ------------------------------------------------------------------------------------------


async def test_a_limit_beyond_a_thousand_is_refused(client: AsyncWebClient, room: str) -> None:
    """§1.6 `invalid_limit`."""
    assert await error_of(client.conversations_list(limit=1001)) == "invalid_limit"
    assert await error_of(client.conversations_list(limit=-1)) == "invalid_limit"
    assert await error_of(client.conversations_history(channel=room, limit=9999)) == "invalid_limit"
    wrong = client.api_call("conversations.list", params={"limit": "many"})
    assert await error_of(wrong) == "invalid_limit"


async def test_bounds_are_times(client: AsyncWebClient, room: str) -> None:
    """§1.6 history errors."""
    oldest = client.conversations_history(channel=room, oldest="yesterday")
    assert await error_of(oldest) == "invalid_ts_oldest"
    latest = client.conversations_history(channel=room, latest="1.x")
    assert await error_of(latest) == "invalid_ts_latest"


async def test_the_last_one_cannot_leave(client: AsyncWebClient, room: str) -> None:
    """§1.6 leave."""
    assert await error_of(client.conversations_leave(channel=room)) == "last_member"
    await client.conversations_invite(channel=room, users=ANN)
    await client.conversations_leave(channel=room)
    assert (await client.conversations_leave(channel=room))["not_in_channel"] is True


async def test_a_direct_message_is_closed_and_opened_again(client: AsyncWebClient) -> None:
    """§1.6 open, close."""
    creation = client.conversations_open(users=ANN, prevent_creation=True)
    assert await error_of(creation) == "channel_not_found"
    opened = await client.conversations_open(users=ANN)
    talk = opened["channel"]["id"]
    assert "already_open" not in opened.data

    assert "no_op" not in (await client.conversations_close(channel=talk)).data
    assert (await client.conversations_close(channel=talk))["already_closed"] is True
    assert "already_open" not in (await client.conversations_open(channel=talk)).data
    assert (await client.conversations_open(users=ANN))["already_open"] is True
    public = client.conversations_close(channel=GENERAL)
    assert await error_of(public) == "method_not_supported_for_channel_type"


async def test_a_read_mark_stands_at_a_message(client: AsyncWebClient, room: str) -> None:
    """§1.6 mark."""
    await client.conversations_mark(channel=room, ts=await post(client, room))
    assert await error_of(client.conversations_mark(channel=room, ts="1.0")) == "invalid_timestamp"


async def test_taken_out_of_a_channel_the_app_hears_of_it(sim: Simulator, bot: Bot) -> None:
    """§5.3 channel_left, group_left, `actor_id`."""
    ann = sim.person("ann")
    for name, private, kind in (("a", False, "channel_left"), ("b", True, "group_left")):
        made = await bot.client.conversations_create(name=name, is_private=private)
        await bot.client.conversations_invite(channel=made["channel"]["id"], users=ANN)
        await ann.removes("incident_bot", name)
        event = await bot.hears(kind)
        assert (event["channel"], event["actor_id"]) == (made["channel"]["id"], ANN)


# -- §1.7 ------------------------------------------------------------------------------------------


async def test_a_whisper_in_a_thread_needs_a_thread(
    sim: Simulator, client: AsyncWebClient, room: str
) -> None:
    """§1.7 postEphemeral "only shows in an already active thread"."""
    await client.conversations_invite(channel=room, users=ANN)
    parent = await post(client, room)

    async def whisper(text: str) -> None:
        await client.chat_postEphemeral(channel=room, user=ANN, text=text, thread_ts=parent)

    await whisper("too early")
    await post(client, room, thread_ts=parent)
    await whisper("in time")

    assert [each.text for each in sim.workspace.ephemerals] == ["in time"]
    with_blocks = client.chat_postEphemeral(
        channel=room, user=ANN, text="x", attachments=[{"blocks": [section("x")]}]
    )
    assert await error_of(with_blocks) == "invalid_attachments"


async def test_words_in_the_third_person_are_the_apps_own(
    client: AsyncWebClient, room: str
) -> None:
    """§1.7 meMessage; §5.2 me_message."""
    said = await client.chat_meMessage(channel=room, text="waves")
    [message] = (await client.conversations_history(channel=room))["messages"]
    assert (message["subtype"], message["text"]) == ("me_message", "waves")
    await client.chat_delete(channel=room, ts=said["ts"])


async def test_a_reply_may_be_shown_to_all_later(client: AsyncWebClient, room: str) -> None:
    """§1.7 update `reply_broadcast`."""
    parent = await post(client, room)
    reply = await post(client, room, thread_ts=parent)
    await client.chat_update(channel=room, ts=reply, text="look", reply_broadcast=True)

    shown = (await client.conversations_history(channel=room))["messages"]
    assert [each["ts"] for each in shown] == [reply, parent]
    assert shown[0]["subtype"] == "thread_broadcast"
    above = client.chat_update(channel=room, ts=parent, text="x", reply_broadcast=True)
    assert await error_of(above) == "cant_broadcast_message"


async def test_an_update_must_leave_something(client: AsyncWebClient, room: str) -> None:
    """§1.7 update `no_text`."""
    ts = await post(client, room)
    for change in ({}, {"text": ""}, {"text": "", "attachments": []}):
        call = client.api_call("chat.update", json={"channel": room, "ts": ts, **change})
        assert await error_of(call) == "no_text", change
    await client.api_call("chat.update", json={"channel": room, "ts": ts, "blocks": []})
    kept = client.chat_update(channel=room, ts=ts, markdown_text="# Title")
    assert (await kept)["message"]["blocks"][0]["type"] == "markdown"


async def test_what_a_post_may_not_ask_for(
    sim: Simulator, client: AsyncWebClient, room: str
) -> None:
    """§1.7 `as_user_not_supported`, `messages_tab_disabled`."""
    as_user = client.chat_postMessage(channel=room, text="x", as_user=True)
    assert await error_of(as_user) == "as_user_not_supported"
    sim.workspace.app.messages_tab = False
    assert await error_of(client.chat_postMessage(channel=ANN, text="x")) == "messages_tab_disabled"


async def test_blocks_without_a_text_are_warned_of(client: AsyncWebClient, room: str) -> None:
    """§1.1 `missing_text_in_message`."""
    given = {"channel": room, "blocks": [section("x")]}
    answer = await client.api_call("chat.postMessage", json=given)
    assert answer["warning"] == "missing_text_in_message"


# -- §1.8 ------------------------------------------------------------------------------------------


async def test_a_view_is_named_in_one_way(client: AsyncWebClient) -> None:
    """§1.8 update: `view_id` or `external_id`."""
    named = {"view_id": "V1", "external_id": "x", "view": modal()}
    both = client.api_call("views.update", json=named)
    messages = (await refused(both))["response_metadata"]["messages"]
    assert messages == ["[ERROR] Cannot provide both `view_id` and `external_id`"]
    neither = client.api_call("views.update", json={"view": modal()})
    assert await error_of(neither) == "invalid_arguments"


async def test_an_external_id_is_taken_once(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.8 `duplicate_external_id`; update finds a view by it."""
    home = {"type": "home", "external_id": "x", "blocks": [section("a")]}
    await client.views_publish(user_id=ANN, view=home)
    twice = client.views_publish(user_id=BOB, view=home)
    assert await error_of(twice) == "duplicate_external_id"
    await client.views_update(external_id="x", view={**home, "blocks": [section("b")]})
    assert "b" in sim.person("ann").sees_home()


async def test_a_view_that_changed_meanwhile_is_not_overwritten(client: AsyncWebClient) -> None:
    """§1.8 `hash_conflict`; without a hash the last one wins."""
    home = {"type": "home", "blocks": []}
    first = (await client.views_publish(user_id=ANN, view=home))["view"]
    second = (await client.views_publish(user_id=ANN, view=home, hash=first["hash"]))["view"]
    assert second["hash"] != first["hash"]
    late = client.views_publish(user_id=ANN, view=home, hash=first["hash"])
    assert await error_of(late) == "hash_conflict"
    await client.views_publish(user_id=ANN, view=home)


async def test_no_home_without_its_tab(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.8 `not_enabled`."""
    sim.workspace.app.home_tab = False
    home = client.views_publish(user_id=ANN, view={"type": "home", "blocks": []})
    assert await error_of(home) == "not_enabled"


# -- §1.9 ------------------------------------------------------------------------------------------


async def test_there_is_an_end_to_marks(sim: Simulator, client: AsyncWebClient, room: str) -> None:
    """§1.9 `too_many_emoji`, `too_many_pins`, `too_many_bookmarks`."""
    card = await post(client, room)
    said = sim.workspace.channels[room].messages[card]
    said.reactions = {f"e{number}": [ANN] for number in range(50)}
    more = client.reactions_add(channel=room, timestamp=card, name="tada")
    assert await error_of(more) == "too_many_emoji"
    await client.reactions_add(channel=room, timestamp=card, name="e1")
    for _ in range(100):
        await client.pins_add(channel=room, timestamp=await post(client, room))
    assert await error_of(client.pins_add(channel=room, timestamp=card)) == "too_many_pins"
    page = {"channel_id": room, "title": "P", "type": "link", "link": "https://x.example"}
    for _ in range(100):
        await client.bookmarks_add(**page)
    assert await error_of(client.bookmarks_add(**page)) == "too_many_bookmarks"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"link": "ftp://x.example"}, "invalid_link"),
        ({"emoji": ":not an emoji:"}, "invalid_emoji"),
        ({"type": "folder"}, "invalid_bookmark_type"),
        ({"channel_id": RANDOM}, "not_in_channel"),
        ({"channel_id": "C0"}, "channel_not_found"),
    ],
)
async def test_what_is_no_bookmark(
    client: AsyncWebClient, room: str, given: dict[str, str], error: str
) -> None:
    """§1.9 bookmarks errors."""
    page = {"channel_id": room, "title": "P", "type": "link", "link": "https://x.example"}
    assert await error_of(client.bookmarks_add(**{**page, **given})) == error


# -- §1.10, §1.11 ----------------------------------------------------------------------------------


async def test_a_group_has_a_name_and_a_handle_of_its_own(client: AsyncWebClient) -> None:
    """§1.10 usergroups errors; `include_disabled`."""
    assert await error_of(client.usergroups_create(name="On call")) == "name_already_exists"
    same = client.usergroups_create(name="Other", handle="oncall")
    assert await error_of(same) == "handle_already_exists"
    made = (await client.usergroups_create(name="Pay Desk", channels=[GENERAL]))["usergroup"]
    assert (made["handle"], made["prefs"]["channels"]) == ("pay-desk", [GENERAL])
    group = made["id"]
    taken = client.usergroups_update(usergroup=group, name="On call")
    assert await error_of(taken) == "name_already_exists"
    nobody = client.usergroups_users_update(usergroup=group, users=[])
    assert await error_of(nobody) in ("no_users_provided", "invalid_arguments")
    unknown = client.usergroups_users_update(usergroup=group, users=["U0"])
    assert await error_of(unknown) == "invalid_users"

    await client.usergroups_disable(usergroup=group)
    listed = (await client.usergroups_list())["usergroups"]
    assert group not in [each["id"] for each in listed]
    everything = (await client.usergroups_list(include_disabled=True))["usergroups"]
    assert group in [each["id"] for each in everything]
    gone = client.usergroups_users_list(usergroup=group)
    assert await error_of(gone) == "no_such_subteam"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"length": 0}, "missing_argument"),
        ({"length": "five"}, "invalid_arguments"),
        ({"alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"snippet_type": "text", "length": 2**20 + 1}, "snippet_too_large"),
    ],
)
async def test_what_cannot_be_uploaded(
    client: AsyncWebClient, given: dict[str, Any], error: str
) -> None:
    """§1.11 step 1."""
    args = {"filename": "a.txt", "length": 5, **given}
    assert await error_of(client.api_call("files.getUploadURLExternal", params=args)) == error


async def test_where_a_file_cannot_be_shared(
    sim: Simulator, client: AsyncWebClient, session: aiohttp.ClientSession, room: str
) -> None:
    """§1.11 step 3 errors; a refusal uses nothing up."""
    begun = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    async with session.post(begun["upload_url"], data=b"x"):
        pass
    files = [{"id": begun["file_id"]}]

    async def error(**given: Any) -> str:
        return await error_of(client.api_call(
            "files.completeUploadExternal", json={"files": files, **given}))  # fmt: skip

    assert await error(channels=",".join([room] * 101)) == "channels_limit_exceeded"
    assert await error(channel_id=GENERAL) == "not_in_channel"
    assert await error(channel_id="C0") == "channel_not_found"
    assert await error(channel_id=room, blocks=[{"type": "x"}]) == "invalid_blocks"
    assert await error(channel_id=room, thread_ts="1.0") == "cannot_reply_to_message"
    await client.files_completeUploadExternal(files=files, channel_id=room)
    kept = sim.workspace.files[begun["file_id"]]
    await sim.workspace.wait_for(lambda: kept.shares)
    assert await error(channel_id=room) == "file_not_found"

    await client.files_delete(file=kept.id)
    assert await error_of(client.files_info(file=kept.id)) == "file_deleted"
    [message] = (await client.conversations_history(channel=room))["messages"]
    assert message["files"] == [{"id": kept.id, "mode": "tombstone"}]


async def test_files_come_in_numbered_pages(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.1 list of what the SDK sends: files.list."""
    ann = sim.person("ann")
    for number in range(3):
        await ann.posts("general", "", files=[(f"{number}.txt", b"x")])
    second = await client.files_list(count=2, page=2, channel=GENERAL)
    assert [each["name"] for each in second["files"]] == ["0.txt"]
    assert second["paging"] == {"count": 2, "total": 3, "page": 2, "pages": 2}


async def test_a_modals_words_are_short(client: AsyncWebClient) -> None:
    """§1.8 limits, through the API: every problem is listed, the trigger is not looked at."""
    view = modal(title=plain("x" * 25), callback_id="x" * 256)
    answer = await refused(client.views_open(trigger_id="1.2.x", view=view))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
        "[ERROR] must be less than 256 characters [json-pointer:/view/callback_id]",
    ]


async def test_a_video_needs_a_scope_of_its_own(
    sim: Simulator, client: AsyncWebClient, room: str
) -> None:
    """§2.5 video: needs `links.embed:write`."""
    film = {"type": "video", "title": {"type": "plain_text", "text": "V"}, "alt_text": "V"}
    film |= {"thumbnail_url": "https://x.example/t", "video_url": "https://x.example/v"}
    assert (await client.chat_postMessage(channel=room, text="v", blocks=[film]))["ok"]
    sim.workspace.app.scopes -= {"links.embed:write"}
    said = client.chat_postMessage(channel=room, text="v", blocks=[film])
    assert await error_of(said) == "missing_scope"


async def test_a_scope_goes_by_its_older_name_too(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.4: `channels:write` is what `channels:manage` was called."""
    sim.workspace.app.scopes = frozenset({"channels:write"})
    assert (await client.conversations_create(name="older"))["ok"]
    assert not read({"oauth_config": {"scopes": {"bot": ["channels:write"]}}}).notes
