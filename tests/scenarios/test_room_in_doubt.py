"""What becomes of a room when answers are lost, and how often its topic is set."""

import pytest

from tests.people import World

pytestmark = pytest.mark.faults("it is not known whether the room was made")


async def test_a_room_in_doubt_is_found_though_its_title_was_edited_meanwhile(world: World) -> None:
    world.sim.faults.add("conversations.create", "lose_answer")
    await world.ann.hands.types("general", "/incident declare checkuot is down")
    await world.bot.rested()
    await world.ann.hands.types("general", "/incident edit inc-1 title checkout is down")
    await world.settles()
    assert world.channels("inc-1") == ["inc-1-checkuot-is-down"]
    assert (await world.room(1)).name == "inc-1-checkuot-is-down"


async def test_the_topic_is_set_once_until_something_in_it_changes(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    room = (await world.room(1)).channel
    await world.ann.says("/incident role scribe @bob", in_=room)
    await world.ann.says("/incident update we look into it", in_=room)
    assert len(world.calls("conversations.setTopic")) == 1
    await world.ann.says("/incident severity 2", in_=room)
    assert len(world.calls("conversations.setTopic")) == 2


async def test_a_topic_in_doubt_is_not_set_twice(world: World) -> None:
    world.sim.faults.add("conversations.setTopic", "lose_answer")
    await world.ann.says("/incident declare checkout is down")
    assert "ann commands" in (await world.room(1)).topic
    assert len(world.calls("conversations.setTopic")) == 1


async def test_an_update_that_was_faster_than_the_room_is_told_there(world: World) -> None:
    world.sim.faults.add("conversations.create", "rate_limited", retry_after=70)
    await world.ann.says("/incident declare checkout is down --sev 2")
    await world.ann.says("/incident update inc-1 the pool is full")
    assert (await world.incident()).room is None
    await world.restarts()
    await world.passes(seconds=70)
    room = await world.room(1)
    card = (await world.incident()).card
    posts = world.sim.workspace.channels[room.channel].messages.values()
    said = [world.ann.hands.words_of(each) for each in posts if card and each.ts != card.ts]
    assert sum("the pool is full" in words for words in said) == 1, said
