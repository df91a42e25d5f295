"""A message belongs on the timeline while any person's reaction or pin stands."""

import pytest

from tests.people import World
from tests.scenarios.timeline.room import Room


async def test_a_reaction_puts_a_message_on_the_timeline_as_said_by_its_author(room: Room) -> None:
    said = await room.hears("The deploy of 9:50 broke it")
    await room.after(room.ann.reacts("pushpin", to=said))
    mark = await room.mark_on(said)
    assert mark is not None
    assert mark.said_by == room.bob.id
    assert f"{mark.said_at.timestamp():.6f}" == said.ts
    assert mark.permalink == room.world.sim.workspace.permalink(said)
    assert mark.by == {(room.ann.id, "reaction")}
    assert room.confirmed(said)


async def test_un_reacting_takes_it_back(room: Room) -> None:
    said = await room.hears("The deploy of 9:50 broke it")
    await room.after(room.ann.reacts("pushpin", to=said))
    await room.after(room.ann.unreacts("pushpin", to=said))
    assert await room.mark_on(said) is None
    assert not room.confirmed(said)


async def test_it_stays_while_anybodys_mark_stands(room: Room) -> None:
    said = await room.hears("The deploy of 9:50 broke it")
    await room.after(
        room.ann.reacts("pushpin", to=said),
        room.bob.reacts("pushpin", to=said),
        room.bob.pins(said),
        room.ann.unreacts("pushpin", to=said),
        room.bob.unreacts("pushpin", to=said),
    )
    mark = await room.mark_on(said)
    assert mark is not None
    assert mark.by == {(room.bob.id, "pin")}
    await room.after(room.ann.unpins(said))
    assert await room.mark_on(said) is None


async def test_marking_again_after_taking_back_counts(room: Room) -> None:
    said = await room.hears("The deploy of 9:50 broke it")
    for deed in (room.ann.reacts, room.ann.unreacts, room.ann.reacts):
        await room.after(deed("pushpin", to=said))
    assert await room.mark_on(said) is not None


async def test_a_reply_can_be_marked(room: Room) -> None:
    asked = await room.hears("What changed?")
    reply = await room.hears("the cache", thread=asked)
    await room.after(room.ann.reacts("pushpin::skin-tone-3", to=reply))
    mark = await room.mark_on(reply)
    assert mark is not None
    assert mark.permalink == room.world.sim.workspace.permalink(reply)


async def test_the_bots_own_pin_does_not_count(room: Room) -> None:
    assert room.channel.pins
    assert (await room.incident()).marks == {}


@pytest.mark.faults("events come late, twice, or out of order")
async def test_a_late_reaction_behind_its_own_taking_back_is_not_obeyed(room: Room) -> None:
    said = await room.hears("The deploy of 9:50 broke it")
    room.world.sim.faults.add("reaction_added", "lost")
    await room.after(room.ann.reacts("pushpin", to=said), room.ann.unreacts("pushpin", to=said))
    [late] = [each for each in room.world.sim.deliveries if each.name == "reaction_added"
              and each.payload["event"]["user"] == room.ann.id]  # fmt: skip
    await room.world.sim.redeliver(late)
    await room.world.settles()
    assert await room.mark_on(said) is None


@pytest.mark.faults("events are lost")
async def test_what_is_not_in_the_log_is_fetched_when_it_is_marked(room: Room) -> None:
    room.world.sim.faults.add("message", "lost", times=None)
    asked = await room.hears("before")
    reply = await room.hears("the cause", thread=asked)
    await room.after(room.ann.reacts("pushpin", to=asked), room.ann.reacts("pushpin", to=reply))
    assert await room.texts() == ["before", "the cause"]


@pytest.mark.faults("events are lost")
async def test_slack_not_answering_does_not_lose_a_mark(room: Room) -> None:
    room.world.sim.faults.add("message", "lost", times=None)
    said = await room.hears("the cause")
    for method in ("conversations.history", "conversations.replies", "chat.getPermalink"):
        room.world.sim.faults.add(method, "rate_limited", times=None)
    await room.after(room.ann.reacts("pushpin", to=said))
    mark = await room.mark_on(said)
    assert mark is not None
    assert mark.said_by == room.bob.id
    assert mark.permalink == room.world.sim.workspace.permalink(said)


async def test_reactions_elsewhere_and_other_reactions_say_nothing(room: Room) -> None:
    said = await room.hears("nice")
    await room.after(room.ann.reacts("tada", to=said), room.ann.invites("@app", "random"))
    elsewhere = await room.ann.posts("random", "lunch?")
    await room.after(room.bob.reacts("pushpin", to=elsewhere), room.bob.pins(elsewhere))
    assert (await room.incident()).marks == {}


async def test_a_guest_cannot_mark(world: World, room: Room) -> None:
    await room.after(room.ann.invites("dan", room.id))
    said = await room.hears("the cause")
    await room.after(world.dan.hands.reacts("pushpin", to=said))
    assert await room.mark_on(said) is None


async def test_a_dart_makes_one_follow_up_however_many_react(room: Room) -> None:
    said = await room.hears("@ann should add an alert & a graph https://x.example")
    await room.after(room.ann.reacts("dart", to=said))
    await room.after(room.bob.reacts("dart", to=said))
    [followup] = (await room.incident()).followups
    assert followup.text == "@ann should add an alert & a graph https://x.example"
    assert followup.added_by == room.ann.id


async def test_taking_the_dart_back_takes_the_follow_up_back(room: Room) -> None:
    said = await room.hears("add an alert")
    for deed in (room.ann.reacts, room.ann.unreacts, room.ann.reacts):
        await room.after(deed("dart", to=said))
    [followup] = (await room.incident()).followups
    assert followup.number == 2
    await room.after(room.ann.unreacts("dart", to=said))
    assert not (await room.incident()).followups
    listed = await room.world.bot.database.read(
        lambda c: c.exec_driver_sql("SELECT number FROM followups").scalars().all()
    )
    assert listed == []


async def test_marks_stand_at_the_time_of_what_was_said_not_of_the_mark(room: Room) -> None:
    said = await room.hears("The deploy of 9:50 broke it")
    await room.world.passes(minutes=20)
    await room.after(room.ann.reacts("pushpin", to=said))
    mark = await room.mark_on(said)
    assert mark is not None
    assert f"{mark.said_at.timestamp():.6f}" == said.ts
