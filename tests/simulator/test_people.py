"""What a person can do, and what Slack's client would not let them do."""

import pytest

from bot.clock import Clock
from bot.simulator import CannotDo, Simulator
from tests.simulator.words import BOB, Bot, actions, button, entry, plain, section


async def test_a_newcomer_is_in_general(sim: Simulator, bot: Bot) -> None:
    """§5.3 team_join."""
    gwen = sim.hire("gwen", "Gwen Gray", tz="Asia/Tokyo", title="Engineer")
    await gwen.posts("general", "hello")

    event = await bot.hears("team_join")
    assert (event["user"]["name"], event["user"]["tz"]) == ("gwen", "Asia/Tokyo")
    assert "gwen: hello" in sim.person("ann").sees("general")


async def test_who_is_not_in_a_room_only_looks(sim: Simulator) -> None:
    ann, bob, dan = (sim.person(name) for name in ("ann", "bob", "dan"))
    await ann.makes("room")
    said = await ann.posts("room", "hello")

    assert "hello" in bob.sees("room")
    for deed in (
        bob.posts("room", "x"),
        bob.types("room", "/go"),
        bob.reacts("eyes", to=said),
        bob.leaves("room"),
    ):
        with pytest.raises(CannotDo, match="bob is not in #room"):
            await deed
    with pytest.raises(CannotDo, match="dan cannot see #room"):
        dan.sees("room")
    with pytest.raises(CannotDo, match="there is no channel 'attic'"):
        bob.sees("attic")


async def test_only_ones_own_words_can_be_changed(sim: Simulator) -> None:
    ann, bob, carol = (sim.person(name) for name in ("ann", "bob", "carol"))
    said = await bob.posts("general", "mine")

    with pytest.raises(CannotDo, match="not a message of carol"):
        await carol.edits(said, "yours")
    with pytest.raises(CannotDo, match="cannot delete what others said"):
        await carol.deletes(said)
    await ann.deletes(said)
    with pytest.raises(CannotDo, match="not there any more"):
        await bob.edits(said, "again")


async def test_slack_refuses_in_the_same_words(sim: Simulator) -> None:
    ann = sim.person("ann")
    said = await ann.posts("general", "hello")
    await ann.pins(said)

    with pytest.raises(CannotDo, match="already_pinned"):
        await ann.pins(said)
    with pytest.raises(CannotDo, match="no_reaction"):
        await ann.unreacts("eyes", to=said)
    with pytest.raises(CannotDo, match="name_taken"):
        await ann.makes("random")
    with pytest.raises(CannotDo, match="too_long"):
        await ann.sets_topic("general", "x" * 251)


async def test_guests_and_strangers_make_no_rooms(sim: Simulator) -> None:
    with pytest.raises(CannotDo, match="dan is a guest"):
        await sim.person("dan").makes("mine")
    with pytest.raises(CannotDo, match="finn cannot be invited"):
        await sim.person("ann").invites("finn", "general")


async def test_rooms_are_joined_left_and_closed(sim: Simulator) -> None:
    ann, bob = sim.person("ann"), sim.person("bob")
    room = await ann.makes("room")
    await bob.joins("room")
    await ann.removes("bob", "room")
    assert not room.is_member(BOB)

    await ann.archives("room")
    with pytest.raises(CannotDo, match="cannot be joined"):
        await bob.joins("room")
    with pytest.raises(CannotDo, match="is archived"):
        await ann.posts("room", "late")
    await ann.unarchives("room")
    await ann.posts("room", "again")
    for deed in (ann.archives("general"), ann.leaves("general"), ann.unarchives("room")):
        with pytest.raises(CannotDo):
            await deed


async def test_a_message_is_meant_by_its_ts_where_that_is_clear(sim: Simulator) -> None:
    ann = sim.person("ann")
    first = await ann.posts("general", "one")
    await ann.reacts("eyes", to=first.ts)
    await ann.posts("random", "two")

    with pytest.raises(CannotDo, match="2 channels have a message"):
        await ann.reacts("tada", to=first.ts)
    await ann.reacts("tada", to=first.ts, in_="general")
    assert list(first.reactions) == ["eyes", "tada"]


async def test_a_home_is_read_and_pressed(sim: Simulator, bot: Bot) -> None:
    sim.ack_deadline = 0.01  # nobody answers buttons here
    ann = sim.person("ann")
    home = {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("My incidents")},
            section("*INC-1* checkout", accessory=button("Open")),
            {"type": "divider"},
            {"type": "context", "elements": [plain("nothing overdue")]},
            actions(button("Declare")),
        ],
    }
    await bot.client.views_publish(user_id="U0ANN", view=home)

    await ann.waits_for_home("INC-1")
    assert ann.sees_home() == (
        "My incidents\nINC-1 checkout\n[Open]\n———\nnothing overdue\n[Declare]"
    )
    await ann.clicks("Declare", in_="home")
    assert sim.deliveries[-1].payload["container"]["type"] == "view"


async def test_inputs_in_a_message_are_told_with_its_buttons(sim: Simulator, bot: Bot) -> None:
    """§2.5 input "accepted in messages too"."""
    sim.ack_deadline = 0.01  # nobody answers buttons here
    await bot.client.conversations_join(channel="C0GENERAL")
    blocks = [entry("note"), actions(button("Save"))]
    await bot.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    ann = sim.person("ann")

    await ann.types_in("note", "all clear", in_="general")
    await ann.clicks("Save", in_="general")

    [press] = [each for each in sim.deliveries if each.kind == "interactive"]
    assert press.payload["state"]["values"]["note"]["note"]["value"] == "all clear"


def test_two_runs_name_things_alike(clock: Clock) -> None:
    """Ids come from counters, so that a run repeats exactly."""
    one, other = Simulator(clock=clock), Simulator(clock=clock)

    assert one.workspace.mint_id("C") == other.workspace.mint_id("C") == "C000000001"


async def test_slacks_own_commands_are_slacks(sim: Simulator) -> None:
    """An app with commands of its own never hears of them."""
    sim.workspace.app.commands = {"/tea": False}
    ann, bot = sim.person("ann"), sim.workspace.users[sim.workspace.bot.user_id]
    room = await ann.makes("kitchen")

    assert not (await ann.types("kitchen", f"/invite @{bot.name} <@{sim.person('bob').id}>")).error
    assert room.is_member(bot.id)
    assert room.is_member(sim.person("bob").id)
    await ann.types("kitchen", "/topic Tea at four")
    assert room.topic["value"] == "Tea at four"
    assert "did not work" in (await ann.types("kitchen", "/invite @nobody")).text
    assert "say whom" in (await ann.types("kitchen", "/invite")).text
    await ann.types("kitchen", "/leave")
    assert not room.is_member(ann.id)
    assert not sim.deliveries or all(each.kind == "events_api" for each in sim.deliveries)
