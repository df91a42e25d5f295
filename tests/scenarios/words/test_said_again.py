"""Whoever got no answer asks again; what was recorded already does not stand there twice."""

import pytest

from tests.people import World

ADDING = (
    "update the pool is full",
    "update --no-change",
    "note it began at noon",
    "decision roll it back",
    "followup add an alert",
)


async def _events(world: World) -> int:
    return (await world.incident()).version


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("typed", ADDING)
async def test_the_same_words_of_the_same_person_are_recorded_once(
    world: World, room: str, typed: str, *, restarted: bool
) -> None:
    await world.ann.says(f"/incident {typed}", in_=room)
    before = await _events(world)
    if restarted:
        await world.restarts()
    reply = await world.ann.says(f"/incident {typed}", in_=room)
    assert "You said the same a moment ago, and it is recorded once." in reply
    assert await _events(world) == before


@pytest.mark.parametrize("typed", ADDING)
async def test_after_a_while_the_same_words_are_news(world: World, room: str, typed: str) -> None:
    await world.ann.says(f"/incident {typed}", in_=room)
    before = await _events(world)
    await world.passes(minutes=2, seconds=1)
    assert "moment ago" not in await world.ann.says(f"/incident {typed}", in_=room)
    assert await _events(world) > before


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_call_that_is_asked_for_twice_is_one_call(
    world: World, room: str, *, restarted: bool
) -> None:
    """Others who are named beside who was called already are called all the same."""
    told = "@bob is being paged for INC-1, until they answer."
    assert told in await world.ann.says("/incident page @bob wake up", in_=room)
    if restarted:
        await world.restarts()
    assert told in await world.ann.says("/incident page @bob wake up", in_=room)
    assert world.bob.sees("@app").count("calls you") == 1
    await world.ann.says("/incident page @bob @carol wake up", in_=room)
    assert world.bob.sees("@app").count("calls you") == 1
    assert world.carol.sees("@app").count("calls you") == 1
    await world.passes(minutes=2)
    await world.ann.says("/incident page @bob", in_=room)
    assert world.bob.sees("@app").count("calls you") == 2


async def test_two_people_may_say_the_same(world: World, room: str) -> None:
    await world.bob.says("/incident join inc-1")
    await world.ann.says("/incident note it began", in_=room)
    before = await _events(world)
    assert "moment ago" not in await world.bob.says("/incident note it began", in_=room)
    assert await _events(world) == before + 1


async def test_the_same_words_may_be_said_of_two_incidents(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    await world.ann.says("/incident declare search is slow")
    await world.ann.says("/incident note inc-1 it began")
    assert "moment ago" not in await world.ann.says("/incident note inc-2 it began")


async def test_a_state_may_be_set_there_and_back(world: World, room: str) -> None:
    for severity in ("1", "2", "1"):
        reply = await world.ann.says(f"/incident severity {severity} so it is", in_=room)
        assert "moment ago" not in reply
    assert (await world.incident()).severity == "sev1"


async def test_what_was_refused_was_not_said(world: World, room: str) -> None:
    await world.ann.says("/incident cancel a test --yes", in_=room)
    assert "Reopen it first" in await world.ann.says("/incident update it is back", in_=room)
    await world.ann.says("/incident reopen", in_=room)
    assert "moment ago" not in await world.ann.says("/incident update it is back", in_=room)
