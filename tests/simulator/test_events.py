"""Contract §5: the events that people and the app itself cause."""

from collections.abc import Awaitable, Callable

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.simulator import Simulator
from bot.simulator.fault_kinds import DeliveryFault
from bot.simulator.people import Person
from tests.simulator.words import ANN, BOB, Bot, section

Next = Callable[[], Awaitable[None]]


@pytest.fixture
def ann(sim: Simulator) -> Person:
    return sim.person("ann")


@pytest.fixture
async def room(bot: Bot) -> str:
    """A channel with Ann and the app in it."""
    channel = str((await bot.client.conversations_create(name="room"))["channel"]["id"])
    await bot.client.conversations_invite(channel=channel, users=[ANN])
    await bot.hears("message", subtype="channel_join")
    return channel


async def test_the_outer_body_is_complete(bot: Bot, ann: Person) -> None:
    """§4.3 outer body."""
    await ann.makes("new")
    event = await bot.hears("channel_created")

    body = bot.bodies[0]
    assert body["event"] == event
    assert body["type"] == "event_callback"
    assert body["event_id"].startswith("Ev")
    assert body["event_time"] == 1772443800
    assert body["team_id"] == "T0PRETEND"
    assert body["authorizations"][0]["user_id"] == "U0BOT"


@pytest.mark.usefixtures("room")
async def test_a_message_arrives_as_people_write_it(bot: Bot, ann: Person) -> None:
    """§5.2 user message; §2.2 escaping, mentions, links."""
    said = await ann.posts("room", "@bob look at #random & https://x.example/<y> :eyes: @oncall")
    event = await bot.hears("message", ts=said.ts)

    assert event["text"] == (
        "<@U0BOB> look at <#C0RANDOM> &amp; <https://x.example/>&lt;y&gt; :eyes: "
        "<!subteam^S0ONCALL>"
    )
    assert event["channel_type"] == "channel"
    assert event["client_msg_id"]
    assert event["blocks"][0]["type"] == "rich_text"


@pytest.mark.usefixtures("room")
async def test_a_mention_fires_two_events(bot: Bot, ann: Person) -> None:
    """§4.3 "fires both"."""
    said = await ann.posts("room", "@incident_bot help")

    message = await bot.hears("message", ts=said.ts)
    mention = await bot.hears("app_mention", ts=said.ts)

    assert "channel_type" not in mention
    assert message["client_msg_id"] == mention["client_msg_id"]
    ids = [body["event_id"] for body in bot.bodies]
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("bot")
async def test_where_the_app_is_no_member_it_hears_nothing(sim: Simulator, ann: Person) -> None:
    """§5.1 "bot must be a member"."""
    said = await ann.posts("general", "hello @incident_bot")
    await ann.reacts("eyes", to=said)

    assert sim.deliveries == []


async def test_own_messages_come_back(bot: Bot, room: str) -> None:
    """§5.1 "delivers the bot's own messages too"."""
    answer = await bot.client.chat_postMessage(channel=room, text="card", blocks=[section("card")])
    event = await bot.hears("message", ts=answer["ts"])
    assert (event["bot_id"], event["app_id"]) == ("B0BOT", "A0PRETEND")
    assert "subtype" not in event

    await bot.client.chat_update(channel=room, ts=answer["ts"], text="new")
    changed = await bot.hears("message", subtype="message_changed")
    assert changed["message"]["text"] == "new"
    assert changed["previous_message"]["blocks"]
    assert changed["ts"] != answer["ts"]


@pytest.mark.usefixtures("room")
async def test_an_edit_and_a_deletion(bot: Bot, ann: Person) -> None:
    """§5.2 message_changed, message_deleted."""
    said = await ann.posts("room", "first")
    await ann.edits(said, "second")
    changed = await bot.hears("message", subtype="message_changed")
    await ann.deletes(said)
    deleted = await bot.hears("message", subtype="message_deleted")

    assert changed["hidden"]
    assert changed["message"]["text"] == "second"
    assert changed["message"]["edited"]["user"] == ANN
    assert changed["previous_message"]["text"] == "first"
    assert deleted["deleted_ts"] == said.ts
    assert deleted["previous_message"]["text"] == "second"


@pytest.mark.usefixtures("room")
async def test_a_deleted_parent_leaves_a_tombstone(bot: Bot, ann: Person) -> None:
    """§5.2 tombstone."""
    parent = await ann.posts("room", "parent")
    reply = await ann.posts("room", "reply", thread=parent)
    await ann.deletes(parent)

    changed = await bot.hears("message", subtype="message_changed")
    assert changed["message"]["subtype"] == "tombstone"
    assert changed["message"]["user"] == "USLACKBOT"
    assert changed["previous_message"]["text"] == "parent"
    event = await bot.hears("message", ts=reply.ts)
    assert (event["thread_ts"], event["parent_user_id"]) == (parent.ts, ANN)


@pytest.mark.usefixtures("room")
async def test_a_reply_sent_to_the_channel_as_well(bot: Bot, ann: Person) -> None:
    """§5.2 thread_broadcast."""
    parent = await ann.posts("room", "parent")
    await ann.posts("room", "reply", thread=parent, broadcast=True)

    event = await bot.hears("message", subtype="thread_broadcast")
    assert event["root"]["text"] == "parent"


async def test_reactions_and_pins(bot: Bot, ann: Person, room: str) -> None:
    """§5.3 reaction_added, pin_added (with `channel_id`)."""
    said = await ann.posts("room", "important")
    await ann.reacts("pushpin", to=said)
    await ann.unreacts("pushpin", to=said)
    await ann.pins(said)
    await ann.unpins(said)

    added = await bot.hears("reaction_added")
    assert (added["reaction"], added["item"]["ts"], added["item_user"]) == (
        "pushpin",
        said.ts,
        ANN,
    )
    await bot.hears("reaction_removed")
    pinned = await bot.hears("pin_added")
    assert pinned["channel_id"] == room
    assert pinned["item"]["message"]["pinned_to"] == [room]
    assert not (await bot.hears("pin_removed"))["has_pins"]


async def test_coming_and_going(sim: Simulator, bot: Bot, ann: Person, room: str) -> None:
    """§5.2 channel_join; §5.3 member_joined_channel, member_left_channel."""
    await ann.invites("bob", "room")
    joined = await bot.hears("member_joined_channel", user=BOB)
    await sim.person("bob").leaves("room")
    await bot.hears("member_left_channel", user=BOB)
    line = await bot.hears("message", subtype="channel_join", user=BOB)

    assert (joined["inviter"], joined["channel_type"]) == (ANN, "C")
    assert line["inviter"] == ANN
    own = await bot.hears("member_joined_channel", user="U0BOT")
    assert own["channel"] == room


@pytest.mark.usefixtures("room")
async def test_topic_and_name(bot: Bot, ann: Person) -> None:
    """§5.2 channel_topic, channel_name; §5.3 channel_rename is an object."""
    await ann.sets_topic("room", "SEV1")
    await ann.renames("room", "room-2")

    assert (await bot.hears("message", subtype="channel_topic"))["topic"] == "SEV1"
    named = await bot.hears("message", subtype="channel_name")
    assert (named["old_name"], named["name"]) == ("room", "room-2")
    assert (await bot.hears("channel_rename"))["channel"]["name"] == "room-2"


async def test_archiving_by_hand(sim: Simulator, bot: Bot, ann: Person, room: str) -> None:
    """§5.3 channel_archive; §1.6: the app is ejected, and not brought back."""
    await ann.archives("room")
    assert (await bot.hears("channel_archive"))["channel"] == room
    await bot.hears("message", subtype="channel_archive")
    assert not sim.workspace.channels[room].is_member("U0BOT")

    await ann.unarchives("room")
    await bot.hears("channel_unarchive")
    assert not sim.workspace.channels[room].is_member("U0BOT")


async def test_private_channels_have_events_of_their_own(bot: Bot, ann: Person) -> None:
    """§5.1 group_*; `channel_type` group."""
    answer = await bot.client.conversations_create(name="closed", is_private=True)
    channel = answer["channel"]["id"]
    await bot.client.conversations_invite(channel=channel, users=[ANN])
    said = await ann.posts("closed", "hello")

    assert (await bot.hears("message", ts=said.ts))["channel_type"] == "group"
    await ann.archives("closed")
    assert (await bot.hears("group_archive"))["channel"] == channel
    assert not any(event["type"] == "channel_created" for event in bot.heard)


async def test_a_direct_message_to_the_app(bot: Bot, ann: Person) -> None:
    """§5.1 message.im."""
    await ann.posts("@app", "hello @incident_bot")

    event = await bot.hears("message", channel_type="im")
    assert event["channel"].startswith("D")
    assert not any(each["type"] == "app_mention" for each in bot.heard)


async def test_files_that_people_share(bot: Bot, ann: Person, room: str) -> None:
    """§5.2 file_share; §5.3 file_shared."""
    await ann.posts("room", "the graph", files=[("graph.png", b"PNG")])

    event = await bot.hears("message", subtype="file_share")
    assert event["files"][0]["mimetype"] == "image/png"
    assert event["files"][0]["shares"] == {}
    shared = await bot.hears("file_shared", channel_id=room)
    info = await bot.client.files_info(file=shared["file_id"])
    assert room in info["file"]["shares"]["public"]


async def test_people_change_and_leave(sim: Simulator, bot: Bot) -> None:
    """§5.3 user_change: the full user."""
    sim.deactivate("bob")

    event = await bot.hears("user_change")
    assert (event["user"]["id"], event["user"]["deleted"]) == (BOB, True)


@pytest.mark.usefixtures("room")
async def test_only_events_subscribed_to_and_in_scope_arrive(
    sim: Simulator, bot: Bot, ann: Person
) -> None:
    """§5.1 scopes; §7.1 bot_events."""
    await bot.has_heard_all()
    sim.workspace.app.events = frozenset({"message.channels", "pin_added"})
    sim.workspace.app.scopes -= {"pins:read"}
    before = len(sim.deliveries)

    said = await ann.posts("room", "hello")
    await ann.reacts("eyes", to=said)
    await ann.pins(said)

    assert [each.name for each in sim.deliveries[before:]] == ["message"]


@pytest.mark.parametrize(("kind", "times"), [("twice", 2), ("lost", 0), ("late", 1)])
async def test_deliveries_go_wrong_on_order(
    sim: Simulator, bot: Bot, ann: Person, kind: DeliveryFault, times: int
) -> None:
    """§10.4 redelivery, duplicates."""
    sim.faults.add("channel_created", kind, seconds=0.01)
    await ann.makes("first")
    await ann.makes("second")

    def heard(name: str) -> int:
        return sum(event["channel"]["name"] == name for event in bot.heard)

    await sim.workspace.wait_for(lambda: heard("second") == 1 and heard("first") == times)


async def test_an_event_comes_behind_the_next_one(sim: Simulator, bot: Bot, ann: Person) -> None:
    """§3.2 "No ordering across connections or between envelopes"."""
    sim.faults.add("channel_created", "out_of_order", seconds=60)
    await ann.makes("first")
    await ann.makes("second")

    await bot.hears("channel_created")
    await bot.has_heard_all()

    assert [event["channel"]["name"] for event in bot.heard] == ["second", "first"]


async def test_an_event_with_none_behind_it_comes_all_the_same(
    sim: Simulator, bot: Bot, ann: Person
) -> None:
    """§5.3."""
    sim.faults.add("channel_created", "out_of_order", seconds=0.01)
    await ann.makes("first")

    await bot.hears("channel_created")


@pytest.mark.parametrize(("effect", "attempts"), [(True, [0, 1]), (False, [1])])
async def test_a_socket_breaks_with_an_event_on_it(
    sim: Simulator, bot: Bot, ann: Person, attempts: list[int], *, effect: bool
) -> None:
    """§3.2: what is not acknowledged comes again on the next connection, in a new attempt."""
    heard: list[int] = []

    @bot.app.middleware
    async def note(body: dict[str, object], req: AsyncBoltRequest, next_: Next) -> None:
        if body.get("event"):
            heard.append(int(req.headers["x-slack-retry-num"][0]))
        await next_()

    sim.sockets.retries = (30.0,)  # or as soon as there is a socket
    sim.faults.add("channel_created", "cut", effect=effect)
    await ann.makes("first")
    await sim.workspace.wait_for(lambda: sim.deliveries[0].acknowledged_after is not None)

    assert sim.sockets.opened == 2
    assert sorted(heard) == attempts


async def test_a_preview_changes_a_message_that_nobody_edited(
    sim: Simulator, bot: Bot, ann: Person, room: str
) -> None:
    """§5.2 "not a user edit"."""
    assert room
    said = await ann.posts("room", "https://x.example")
    await sim.unfurls(said, "The page")

    changed = await bot.hears("message", subtype="message_changed")
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]
    assert "The page" in ann.sees("room")


@pytest.mark.usefixtures("room")
async def test_the_counters_of_a_thread_change_its_first_message(
    sim: Simulator, bot: Bot, ann: Person
) -> None:
    """§5.2 "also fires when … thread counters change: `text` equal, no new `edited`"."""
    said = await ann.posts("room", "first")
    await ann.posts("room", "not told of", thread=said)
    sim.habits.tells_counters = True
    reply = await ann.posts("room", "second", thread=said)
    await ann.deletes(reply)
    after = await ann.posts("room", "after")
    await bot.hears("message", ts=after.ts)
    await bot.has_heard_all()

    told = sorted(
        (each for each in bot.heard if each.get("subtype") == "message_changed"),
        key=lambda each: each["ts"],
    )
    shapes = [(each["previous_message"], each["message"]) for each in told]
    assert [(was["reply_count"], now["reply_count"]) for was, now in shapes] == [(1, 2), (2, 1)]
    for was, now in shapes:
        assert was["ts"] == now["ts"] == said.ts
        assert was["text"] == now["text"]
        assert "edited" not in now


@pytest.mark.usefixtures("room")
async def test_a_file_with_a_mention_fires_two_events(bot: Bot, ann: Person) -> None:
    """§4.3 "fires both": words beside a file, and a reply that is shown in the channel too."""
    said = await ann.posts("room", "@incident_bot look", files=[("a.txt", b"a")])
    reply = await ann.posts("room", "@incident_bot and this", thread=said, broadcast=True)

    assert (await bot.hears("app_mention", ts=said.ts))["subtype"] == "file_share"
    assert await bot.hears("app_mention", ts=reply.ts)
