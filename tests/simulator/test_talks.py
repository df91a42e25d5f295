"""Contract §1.6, §4.1, §4.5, §5.1: people write to each other, and what the app learns of it."""

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import CannotDo, Simulator
from bot.simulator.page import eyes
from bot.simulator.page.unread import Unread
from bot.simulator.people import Person
from bot.simulator.stories.playing import Playing
from bot.simulator.stories.reading import story_of
from tests.simulator.words import ANN, BOB, CAROL, Bot, actions, button, error_of, section


@pytest.fixture
def ann(sim: Simulator) -> Person:
    return sim.person("ann")


@pytest.fixture
def bob(sim: Simulator) -> Person:
    return sim.person("bob")


async def test_two_people_write_to_each_other(sim: Simulator, ann: Person, bob: Person) -> None:
    """§1.6: what the app is not in does not exist for it."""
    said = await ann.posts("@bob", "lunch?")
    await bob.posts("@ann", "in ten", thread=said)
    await bob.reacts("pizza", to=said)
    await bob.pins(said)

    assert bob.sees("@ann") == "ann: lunch?\n:pizza: 1\n↳ bob: in ten"
    assert ann.room("@bob") is bob.room("@ann")
    assert said.ts in ann.room("@bob").pins
    with pytest.raises(CannotDo, match="carol cannot see the direct message with ann, bob"):
        sim.person("carol").sees(said.channel)
    assert ann.room("@ann").members.keys() == {ANN}  # notes to oneself
    await ann.edits(said, "supper?")
    await ann.deletes(said)
    assert "This message was deleted" in bob.sees("@ann")


async def test_a_talk_is_on_the_page_of_others_once_something_is_said(
    sim: Simulator, ann: Person, bob: Person
) -> None:
    """§1.6."""
    unread = Unread(sim.workspace)

    def listed(name: str) -> list[tuple[str, int, int]]:
        """The talks of somebody, each with what waits for them."""
        rows = eyes.rooms(sim.workspace, name, unread)
        return [(row["name"], row["unread"], row["mentions"])
                for row in rows if row["kind"] != "channel"]  # fmt: skip

    ann.room("@bob @carol")
    assert (listed(ANN), listed(BOB)) == ([("bob, carol", 0, 0)], [])
    await ann.posts("@bob @carol", "we three")
    await ann.posts("@bob", "we two")
    await ann.posts("@bob", "again")
    assert listed(ANN) == [("bob", 0, 0), ("bob, carol", 0, 0)]
    assert listed(BOB) == [("ann", 2, 2), ("ann, carol", 1, 1)]
    assert listed(CAROL) == [("ann, bob", 1, 1)]
    await bob.posts("@app", "hello")
    assert ("Incident Bot", 0, 0) in listed(BOB)


async def test_several_people_write_to_each_other(sim: Simulator, ann: Person, bob: Person) -> None:
    """§1.6 open: several users."""
    said = await ann.posts("@bob @carol", "a secret")

    room = sim.workspace.channels[said.channel]
    assert (room.kind, room.name) == ("mpim", "mpdm-ann--bob--carol-1")
    assert bob.room("@carol, @ann") is room
    assert bob.room("@ann") is not room
    assert "a secret" in sim.person("carol").sees("@bob @ann")


async def test_the_app_hears_nothing_of_it(
    bot: Bot, client: AsyncWebClient, session: aiohttp.ClientSession, ann: Person, bob: Person
) -> None:
    """§5.1 "bot must be a member"; §1.6 `channel_not_found`."""
    two, three = await ann.posts("@bob", "hi @incident_bot"), await ann.posts("@bob @carol", "hi")
    await bob.reacts("eyes", to=two)
    await bob.pins(three)
    shared = await bob.posts("@ann", "the graph", files=[("graph.png", b"PNG")])
    await bob.edits(await bob.posts("@ann", "so"), "so?")
    heard = await ann.posts("@app", "hello")

    await bot.hears("message", ts=heard.ts)
    await bot.has_heard_all()
    assert [each for each in bot.heard if heard.channel not in str(each)] == []
    for said in (two, three):
        where = said.channel
        for call in (
            client.conversations_info(channel=where),
            client.conversations_history(channel=where),
            client.conversations_members(channel=where),
            client.conversations_open(channel=where),
            client.conversations_close(channel=where),
            client.conversations_archive(channel=where),
            client.chat_postMessage(channel=where, text="I am here"),
            client.chat_getPermalink(channel=where, message_ts=said.ts),
            client.reactions_add(channel=where, timestamp=said.ts, name="eyes"),
            client.pins_list(channel=where),
        ):
            assert await error_of(call) == "channel_not_found"
    listed = await client.conversations_list(types="im,mpim")
    assert [each["id"] for each in listed["channels"]] == [heard.channel]
    theirs = await client.users_conversations(user=ANN, types="im,mpim")
    assert [each["id"] for each in theirs["channels"]] == [heard.channel]
    assert (await client.files_list())["files"] == []
    graph = f"{bot.simulator.url}/files-pri/T0PRETEND-{shared.files[0]}/graph.png"
    async with session.get(graph, headers={"Authorization": f"Bearer {client.token}"}) as read:
        assert "Sign in" in await read.text()
    plan = (await client.canvases_create(title="Plan"))["canvas_id"]
    for call in (
        client.canvases_access_set(canvas_id=plan, access_level="read", channel_ids=[two.channel]),
        client.usergroups_create(name="Tea", channels=[two.channel]),
    ):
        assert await error_of(call) == "channel_not_found"
    assert (await client.reactions_list(user=BOB))["items"] == []
    notes = [each.text for each in bot.simulator.backstage.record.notes]
    assert sum("the direct message in which somebody named it" in each for each in notes) == 1


async def test_what_the_app_opens_holds_it(
    bot: Bot, client: AsyncWebClient, sim: Simulator, ann: Person, bob: Person
) -> None:
    """§1.6 open: "users (1 → DM, ≤8 → group DM)"."""
    await ann.posts("@bob", "between us")
    one = (await client.conversations_open(users=[BOB]))["channel"]["id"]
    group = (await client.conversations_open(users=[ANN, BOB]))["channel"]["id"]

    assert one != ann.room("@bob").id
    assert one == bob.room("@app").id
    assert group == bob.room("@ann @app").id
    assert sim.workspace.channels[group].members.keys() == {"U0BOT", ANN, BOB}
    await client.chat_postMessage(channel=BOB, text="a word with you")
    assert "a word with you" in bob.sees("@app")
    said = await bob.posts(group, "hello both")
    assert (await bot.hears("message", channel=group, ts=said.ts))["channel_type"] == "mpim"
    mine = await ann.posts("@carol @app", "and you")  # a person may bring the app along
    assert await bot.hears("message", channel=mine.channel)


async def test_a_command_between_two_people(bot: Bot, ann: Person, bob: Person) -> None:
    """§4.1 `directmessage`, `mpdm-…`; §4.5 "works where the bot is not a member"."""
    asked: list[dict[str, str]] = []

    @bot.app.command("/tea")
    async def tea(ack: AsyncAck, body: dict[str, str], respond: AsyncRespond) -> None:
        asked.append(body)
        await ack()
        blocks = [section("Tea for two"), actions(button("Me too"))]
        await respond(text="Tea", blocks=blocks, response_type="in_channel")

    @bot.app.action("me too")
    async def too(ack: AsyncAck, body: dict[str, object], respond: AsyncRespond) -> None:
        asked.append(body["channel"])  # type: ignore[arg-type]
        await ack()
        await respond(text="Tea for three", replace_original=True)

    await ann.types("@bob", "/tea")
    await bob.waits_to_see("Tea for two", in_="@ann")
    await bob.clicks("Me too", in_="@ann")
    await ann.waits_to_see("Tea for three", in_="@bob")
    await ann.types("@bob @carol", "/tea")

    room = ann.room("@bob").id
    assert [each.get("channel_name") or each["name"] for each in asked] == [
        "directmessage", "directmessage", "mpdm-ann--bob--carol-1",
    ]  # fmt: skip
    assert asked[0]["channel_id"] == asked[1]["id"] == room


@pytest.mark.parametrize(
    ("who", "names", "why"),
    [
        ("ann", "@nobody", "nobody here is called '@nobody'"),
        ("ann", "@eve", "eve is deactivated"),
        ("ann", "@bob @eve", "eve is deactivated"),
        ("ann", "@slackbot", "slackbot answers nobody"),
        ("ann", "@finn", "share no channel, and finn is a guest: invite both to one"),
        ("finn", "@ann", "share no channel, and finn is a guest"),
        ("ann", " ".join(f"@u{n}" for n in range(9)), "room for 8 others; make a channel"),
    ],
)
async def test_whom_one_cannot_write_to(sim: Simulator, who: str, names: str, why: str) -> None:
    """§1.6 open: up to eight."""
    for number in range(9):
        sim.hire(f"u{number}", f"User {number}")
    before = set(sim.workspace.channels)

    with pytest.raises(CannotDo, match=why):
        await sim.person(who).posts(names, "hello")
    assert set(sim.workspace.channels) == before
    await sim.person("dan").posts("@ann", "a guest writes to whom he meets in #general")


async def test_a_direct_message_is_for_those_whom_it_began_with(
    sim: Simulator, client: AsyncWebClient, ann: Person
) -> None:
    """No one is added to one, and no one leaves it; §1.6."""
    await ann.posts("@bob @carol", "we three")
    group = (await client.conversations_open(users=[ANN, CAROL]))["channel"]["id"]

    for deed in (
        ann.invites("dan", "@bob @carol"),
        ann.leaves("@bob @carol"),
        ann.removes("bob", "@bob @carol"),
        ann.archives("@bob @carol"),
        ann.renames("@bob @carol", "club"),
    ):
        with pytest.raises(CannotDo, match="the direct message with bob, carol stays with those"):
            await deed
    told = await ann.types("@bob", "/invite @incident_bot")
    assert "`/invite` did not work: the direct message with bob stays" in told
    for call in (
        client.conversations_leave(channel=group),
        client.conversations_kick(channel=group, user=ANN),
        client.conversations_archive(channel=group),
        client.conversations_rename(channel=group, name="club"),
        client.conversations_invite(channel=group, users=[BOB]),
    ):
        assert await error_of(call) == "method_not_supported_for_channel_type"
    sim.deactivate("bob")
    with pytest.raises(CannotDo, match="bob is deactivated and reads nothing any more"):
        await ann.posts("@bob", "still there?")
    assert (await ann.posts("@bob @carol", "bob left us")).channel


async def test_people_of_a_story_write_to_each_other(sim: Simulator) -> None:
    """§1.6."""
    told: list[str] = []

    async def pause(_: float) -> None:
        """Time stands."""

    story = story_of("""
    steps:
      - {who: ann, types: "do you see that?", in: "@bob"}
      - {who: bob, sees: do you see, in: "@ann"}
      - {who: bob, reacts: eyes, in: "@ann", to: do you see}
      - {who: bob, types: "a secret", in: "@ann @carol"}
      - {who: carol, sees: a secret, in: "@bob @ann"}
    """)
    await Playing(simulator=sim, tell=told.append, pause=pause).play(story)

    assert any("the direct message with ann: ann: do you see that?" in line for line in told)
