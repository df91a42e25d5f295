"""Contract §1.6, §2.1: channels, who is in them, and what was said there."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import ANN, BOB, CAROL, DAN, EVE, FINN, GENERAL, error_of, refused


async def make(client: AsyncWebClient, name: str = "inc-1", *, is_private: bool = False) -> str:
    answer = await client.conversations_create(name=name, is_private=is_private)
    return str(answer["channel"]["id"])


async def test_the_app_is_creator_and_member_of_what_it_makes(client: AsyncWebClient) -> None:
    """§1.6 create."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]

    assert channel["creator"] == "U0BOT"
    assert channel["is_member"]
    assert (await client.conversations_members(channel=channel["id"]))["members"] == ["U0BOT"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("-_-", "invalid_name_punctuation"),
        ("Capital", "invalid_name_specials"),
        ("a b", "invalid_name_specials"),
        ("a.b", "invalid_name_specials"),
        ("a" * 81, "invalid_name_maxlength"),
        ("general", "name_taken"),
    ],
)
async def test_a_name_that_is_not_legal_is_refused(
    client: AsyncWebClient, name: str, error: str
) -> None:
    """§2.1."""
    assert await error_of(client.conversations_create(name=name)) == error


async def test_eighty_characters_and_other_alphabets_are_legal(client: AsyncWebClient) -> None:
    """§2.1."""
    await make(client, "a" * 80)
    await make(client, "störung-支払い_1")


async def test_an_archived_channel_keeps_its_name(client: AsyncWebClient) -> None:
    """§1.3 "Archived channels keep their name"."""
    await client.conversations_archive(channel=await make(client))

    answer = await refused(client.conversations_create(name="inc-1"))
    assert answer["error"] == "name_taken"
    assert "channel" not in answer.data


async def test_archiving_ejects_the_app_which_cannot_undo_it(client: AsyncWebClient) -> None:
    """§1.6 archive, unarchive."""
    channel = await make(client)
    await client.conversations_archive(channel=channel)

    assert await error_of(client.conversations_archive(channel=channel)) == "already_archived"
    assert await error_of(client.conversations_unarchive(channel=channel)) == "not_in_channel"
    assert await error_of(client.conversations_history(channel=channel)) == "not_in_channel"
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == "is_archived"
    assert await error_of(client.conversations_unarchive(channel=GENERAL)) == "not_archived"
    assert await error_of(client.conversations_archive(channel=GENERAL)) == "cant_archive_general"


async def test_a_private_channel_does_not_exist_for_who_is_not_in_it(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.6 `channel_not_found` also means "private and you are not in it"."""
    secret = (await sim.person("ann").makes("secret", is_private=True)).id

    for call in (
        client.conversations_info(channel=secret),
        client.conversations_history(channel=secret),
        client.conversations_invite(channel=secret, users=[BOB]),
        client.chat_postMessage(channel=secret, text="x"),
        client.chat_postMessage(channel="secret", text="x"),
    ):
        assert await error_of(call) == "channel_not_found"
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [each["name"] for each in listed["channels"]] == ["general", "random"]


# -- invitations -------------------------------------------------------------------------------


async def test_one_bad_id_means_that_nobody_is_invited(client: AsyncWebClient) -> None:
    """§1.6 invite, without `force`."""
    channel = await make(client)

    answer = await refused(client.conversations_invite(channel=channel, users=[ANN, "U0NOBODY"]))

    assert answer["error"] == "user_not_found"
    assert answer["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert (await client.conversations_members(channel=channel))["members"] == ["U0BOT"]


async def test_with_force_the_others_are_invited(client: AsyncWebClient) -> None:
    """§1.6 invite, `force`."""
    channel = await make(client)

    answer = await refused(
        client.conversations_invite(channel=channel, users=[ANN, EVE, FINN, DAN], force=True)
    )

    assert [(each["user"], each["error"]) for each in answer["errors"]] == [
        (EVE, "cant_invite"),
        (FINN, "no_external_invite_permission"),
    ]
    members = (await client.conversations_members(channel=channel))["members"]
    assert members == ["U0BOT", ANN, DAN]


@pytest.mark.parametrize(
    ("users", "error"),
    [([], "no_user"), (["U0BOT"], "cant_invite_self"), (["U9"] * 2, "user_not_found")],
)
async def test_who_cannot_be_invited(client: AsyncWebClient, users: list[str], error: str) -> None:
    """§1.6 invite errors."""
    channel = await make(client)

    assert await error_of(client.conversations_invite(channel=channel, users=users)) == error


async def test_a_second_invitation_tells_that_they_are_there(client: AsyncWebClient) -> None:
    """§1.3 `already_in_channel`."""
    channel = await make(client)
    await client.conversations_invite(channel=channel, users=[ANN])

    again = client.conversations_invite(channel=channel, users=[ANN])
    assert await error_of(again) == "already_in_channel"
    outside = client.conversations_invite(channel=GENERAL, users=[FINN])
    assert await error_of(outside) == "not_in_channel"


async def test_joining_twice_is_a_warning(client: AsyncWebClient) -> None:
    """§1.6 join."""
    assert "warning" not in (await client.conversations_join(channel=GENERAL)).data

    assert (await client.conversations_join(channel=GENERAL))["warning"] == "already_in_channel"


async def test_leaving_and_removing(client: AsyncWebClient) -> None:
    """§1.6 leave, kick."""
    channel = await make(client)
    await client.conversations_invite(channel=channel, users=[ANN, BOB])

    await client.conversations_kick(channel=channel, user=ANN)
    assert await error_of(client.conversations_kick(channel=channel, user=ANN)) == "not_in_channel"
    assert (
        await error_of(client.conversations_kick(channel=channel, user="U0BOT")) == "cant_kick_self"
    )
    await client.conversations_leave(channel=channel)
    assert (await client.conversations_leave(channel=channel))["not_in_channel"]


# -- topic and name ----------------------------------------------------------------------------


async def test_a_topic_has_at_most_250_characters(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.6 setTopic."""
    channel = await make(client)

    answer = await client.conversations_setTopic(channel=channel, topic="t" * 250)
    assert answer["channel"]["topic"]["value"] == "t" * 250
    too_long = client.conversations_setTopic(channel=channel, topic="t" * 251)
    assert await error_of(too_long) == "too_long"
    elsewhere = client.conversations_setTopic(channel=GENERAL, topic="t")
    assert await error_of(elsewhere) == "not_in_channel"
    assert (
        "set the channel topic: ttt"
        in sim.workspace.channels[channel].messages[sim.workspace.channels[channel].top[-1]].text
    )


async def test_the_app_renames_only_what_it_made(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.6 rename; §2.1: rename may mend a name."""
    channel = await make(client)
    theirs = await sim.person("ann").makes("theirs")
    await sim.person("ann").invites("@app", "theirs")

    answer = await client.conversations_rename(channel=channel, name="Inc 1 Checkout")
    assert answer["channel"]["name"] == "inc-1-checkout"
    assert answer["channel"]["previous_names"] == ["inc-1"]
    assert (
        await error_of(client.conversations_rename(channel=theirs.id, name="mine"))
        == "not_authorized"
    )
    taken = client.conversations_rename(channel=channel, name="general")
    assert await error_of(taken) == "name_taken"


# -- history -----------------------------------------------------------------------------------


async def say(
    client: AsyncWebClient, channel: str, *texts: str, thread_ts: str | None = None
) -> list[str]:
    answers = [
        await client.chat_postMessage(channel=channel, text=each, thread_ts=thread_ts)
        for each in texts
    ]
    return [str(answer["ts"]) for answer in answers]


async def test_history_is_for_members_and_newest_first(client: AsyncWebClient) -> None:
    """§1.6 history."""
    await say(client, GENERAL, "outside")
    assert await error_of(client.conversations_history(channel=GENERAL)) == "not_in_channel"

    channel = await make(client)
    await say(client, channel, "one", "two", "three")

    messages = (await client.conversations_history(channel=channel))["messages"]
    assert [each["text"] for each in messages] == ["three", "two", "one"]


async def test_history_pages_hold_everything_once(client: AsyncWebClient) -> None:
    """§1.6 history, paging."""
    channel = await make(client)
    said = await say(client, channel, *(str(number) for number in range(7)))

    pages = [
        [each["ts"] for each in page["messages"]]
        async for page in await client.conversations_history(channel=channel, limit=3)
    ]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [ts for page in pages for ts in page] == said[::-1]


async def test_bounds_are_left_out_unless_inclusive(client: AsyncWebClient) -> None:
    """§1.6 "exclusive bounds by default"; the way to fetch one message."""
    channel = await make(client)
    one, two, three = await say(client, channel, "one", "two", "three")

    between = await client.conversations_history(channel=channel, oldest=one, latest=three)
    single = await client.conversations_history(
        channel=channel, oldest=two, latest=two, inclusive=True, limit=1
    )
    late = client.conversations_history(channel=channel, oldest="yesterday")

    assert [each["ts"] for each in between["messages"]] == [two]
    assert [each["ts"] for each in single["messages"]] == [two]
    assert await error_of(late) == "invalid_ts_oldest"


async def test_a_thread_stays_out_of_history_and_is_read_oldest_first(
    client: AsyncWebClient,
) -> None:
    """§1.6 replies; thread fields of the parent."""
    channel = await make(client)
    [parent] = await say(client, channel, "parent")
    first, second = await say(client, channel, "first", "second", thread_ts=parent)

    [shown] = (await client.conversations_history(channel=channel))["messages"]
    thread = (await client.conversations_replies(channel=channel, ts=first))["messages"]

    assert (shown["ts"], shown["reply_count"], shown["latest_reply"]) == (parent, 2, second)
    assert [each["ts"] for each in thread] == [parent, first, second]
    assert thread[1]["parent_user_id"] == "U0BOT"
    gone = client.conversations_replies(channel=channel, ts="1.000000")
    assert await error_of(gone) == "thread_not_found"


async def test_each_page_of_a_thread_begins_with_its_parent(client: AsyncWebClient) -> None:
    """§1.6 replies, paging."""
    channel = await make(client)
    [parent] = await say(client, channel, "parent")
    said = await say(client, channel, *"abcde", thread_ts=parent)

    pages = [
        [each["ts"] for each in page["messages"]]
        async for page in await client.conversations_replies(channel=channel, ts=parent, limit=3)
    ]

    assert [page[0] for page in pages] == [parent] * 3
    assert [ts for page in pages for ts in page[1:]] == said


async def test_metadata_comes_whole_only_on_request(client: AsyncWebClient) -> None:
    """§1.6 "Metadata"; §2.3."""
    channel = await make(client)
    metadata = {"event_type": "effect", "event_payload": {"id": "7"}}
    await client.chat_postMessage(channel=channel, text="x", metadata=metadata)

    [brief] = (await client.conversations_history(channel=channel))["messages"]
    [whole] = (await client.conversations_history(channel=channel, include_all_metadata=True))[
        "messages"
    ]

    assert brief["metadata"] == {"event_type": "effect"}
    assert whole["metadata"] == metadata


# -- lists and direct messages -----------------------------------------------------------------


async def test_own_channels_are_listed_by_kind(client: AsyncWebClient) -> None:
    """§1.6 list; §1.10 users.conversations."""
    await make(client, "open")
    closed = await make(client, "closed", is_private=True)
    await client.conversations_archive(channel=await make(client, "old"))

    own = await client.users_conversations(types="public_channel,private_channel")
    assert {each["name"] for each in own["channels"]} == {"open", "closed"}
    private = await client.conversations_list(types="private_channel")
    assert [each["id"] for each in private["channels"]] == [closed]
    everything = await client.conversations_list()
    assert {each["name"] for each in everything["channels"]} == {"general", "random", "open", "old"}
    still_open = await client.conversations_list(exclude_archived=True)
    assert "old" not in {each["name"] for each in still_open["channels"]}
    assert await error_of(client.conversations_list(types="parrots")) == "invalid_types"


async def test_a_direct_message_is_opened_once(client: AsyncWebClient) -> None:
    """§1.6 open."""
    opened = await client.conversations_open(users=ANN)
    again = await client.conversations_open(users=ANN, return_im=True)
    group = await client.conversations_open(users=[ANN, CAROL])

    assert opened["channel"]["id"].startswith("D")
    assert again["already_open"]
    assert again["channel"]["user"] == ANN
    assert group["channel"]["id"] != opened["channel"]["id"]
    assert await error_of(client.conversations_open(channel=GENERAL)) == "channel_not_found"
    assert await error_of(client.conversations_open(users=EVE)) == "user_disabled"
    assert await error_of(client.conversations_open(users="U0NOBODY")) == "user_not_found"


WAYS_TO_USE_A_CHANNEL: dict[str, dict[str, str]] = {
    "archive": {},
    "unarchive": {},
    "rename": {"name": "ours"},
    "setTopic": {"topic": "tea"},
    "setPurpose": {"purpose": "tea"},
    "invite": {"users": BOB},
    "kick": {"user": ANN},
    "join": {},
    "leave": {},
}


@pytest.mark.parametrize("people", [[ANN], [ANN, CAROL]])
async def test_a_direct_message_is_no_channel(
    sim: Simulator, client: AsyncWebClient, people: list[str]
) -> None:
    """§1.6 `method_not_supported_for_channel_type`: it is not archived, renamed, left."""
    talk = str((await client.conversations_open(users=people))["channel"]["id"])

    for method, more in WAYS_TO_USE_A_CHANNEL.items():
        call = client.api_call(f"conversations.{method}", params={"channel": talk, **more})
        assert await error_of(call) == "method_not_supported_for_channel_type", method

    await client.chat_postMessage(channel=talk, text="still here")
    assert (await client.conversations_open(users=people))["channel"]["id"] == talk
    assert sim.workspace.channels[talk].members.keys() == {"U0BOT", *people}
    assert await error_of(client.chat_postMessage(channel="directmessage", text="x")) == (
        "channel_not_found"
    )


async def test_two_creations_of_one_name_may_both_succeed(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.3 "not atomic on name"; only the third is refused."""
    sim.habits.twins = True

    assert await make(client) != await make(client)
    assert await error_of(client.conversations_create(name="inc-1")) == "name_taken"
