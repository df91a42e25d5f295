"""`access` and `private`: who is let into a private incident, and how one becomes private."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import RoomView, World, a_world

ASK = "/incident access inc-1 I am on call for the vault"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace in which ann has declared a private incident."""
    async with a_world(tmp_path) as opened:
        await opened.ann.says("/incident declare keys leaked --private")
        yield opened


async def test_whoever_asks_learns_nothing_of_what_there_is(world: World) -> None:
    asked = await world.bob.says(ASK)
    assert "If there is a private INC-1, those in its room have been asked" in asked
    guessed = await world.bob.says(ASK.replace("inc-1", "inc-7"))
    assert str(guessed.text).replace("INC-7", "INC-1") == asked.text
    assert "There is no INC-1" in await world.bob.says("/incident show inc-1")


async def test_those_inside_let_somebody_in(world: World) -> None:
    await world.bob.says(ASK)
    room = await world.room(1)
    room.shows("@bob asks to be let in")
    room.shows("I am on call for the vault")
    await world.ann.clicks("Let in", in_=room.channel)
    assert world.bob.id in (await world.incident()).members
    assert "keys leaked" in await world.bob.says("/incident show inc-1")


async def test_or_do_not(world: World) -> None:
    await world.bob.says(ASK)
    room = await world.room(1)
    before = world.bob.sees("@app")
    await world.ann.clicks("No", in_=room.channel)
    assert world.bob.sees("@app") == before
    assert "There is no INC-1" in await world.bob.says("/incident show inc-1")


async def test_the_same_by_words(world: World) -> None:
    room = (await world.room(1)).channel
    await world.bob.says(ASK)
    assert "is not let in" in await world.ann.says("/incident access @bob no", in_=room)
    assert "is being brought into" in await world.ann.says("/incident access @bob", in_=room)
    assert world.bob.id in (await world.incident()).members
    assert "is in the room already" in await world.ann.says("/incident access @bob", in_=room)


async def test_wrong_arguments_get_a_sentence(world: World) -> None:
    assert "Say which incident" in await world.bob.says("/incident access")
    assert "You can see INC-1 already" in await world.ann.says("/incident access inc-1")
    assert "Guests may" in await world.dan.says("/incident access inc-1")


async def test_private_asks_whether_it_is_meant(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    room = (await world.room(2)).channel
    reply = await world.ann.says("/incident private", in_=room)
    assert "can still be found in Slack" in reply
    assert "the room's name, which holds the title" in str(reply.text).replace("’", "'")
    assert "Guests who are in this room come along" in reply
    assert not (await world.incident(2)).private
    await world.ann.clicks("Make it private", in_=room)
    await world.settles()
    assert (await world.incident(2)).private
    assert "is private already" in await world.ann.says("/incident private inc-2")


async def test_private_at_once(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    answer = await world.ann.says("/incident private inc-2 --yes")
    assert "it appears among your channels in a moment" in answer
    room = await world.room(2)
    assert world.sim.workspace.channels[room.channel].is_private
    RoomView(world, room.channel).shows("Private.")
