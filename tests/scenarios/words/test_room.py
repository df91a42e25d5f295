"""`room` and `retry`: the room was archived, or something could not be done."""

import pytest

from tests.people import World


async def test_room_says_where_it_is(world: World) -> None:
    assert "Room of INC-1: #inc-1-checkout-is-down" in await world.bob.says("/incident room inc-1")
    assert "has its room" in await world.ann.says("/incident room inc-1 new")
    assert "Usage: /incident room [new]" in await world.ann.says("/incident room inc-1 old")


async def test_an_archived_room_gets_a_successor(world: World, room: str) -> None:
    await world.ann.hands.archives(room)
    await world.settles()
    reply = await world.ann.says("/incident room inc-1")
    assert "(archived)" in reply
    assert "[New room]" in reply
    assert "gets a new room" in await world.ann.says("/incident room inc-1 new")
    assert (await world.room(1)).name == "inc-1-checkout-is-down-2"


async def test_nothing_to_retry_is_said(world: World, room: str) -> None:
    assert "Nothing of INC-1 has failed" in await world.ann.says("/incident retry", in_=room)


@pytest.mark.faults("Slack refuses for good, and it is said")
async def test_what_failed_is_tried_again(world: World) -> None:
    world.sim.faults.add("bookmarks.add", kind="error", error="too_many_bookmarks", times=1)
    await world.ann.says("/incident declare search is slow")
    await world.settles()
    assert (await world.incident(2)).failures
    reply = await world.ann.says("/incident retry inc-2")
    assert "Being tried again for INC-2: the bookmark." in reply
    assert not (await world.incident(2)).failures
