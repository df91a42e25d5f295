"""The buttons of App Home: the same words, and the home shows what came of them."""

from tests.people import World


async def test_a_followup_done_in_the_home_disappears_from_it(world: World, room: str) -> None:
    await world.ann.says("/incident followup add write it down @ann", in_=room)
    await world.ann.hands.opens_home()
    await world.ann.hands.waits_for_home("write it down")
    await world.ann.clicks("Done", in_="home")
    assert (await world.incident()).followups[0].done_at is not None
    await world.ann.hands.waits_for_home("Nothing is waiting for you")
    assert "Follow-up" not in world.ann.sees("@app")


async def test_declaring_starts_in_the_home_too(world: World) -> None:
    await world.bob.hands.opens_home()
    await world.bob.hands.waits_for_home("Declare an incident")
    await world.bob.clicks("Declare an incident", in_="home")
    assert (await world.bob.submits({"title": "search is slow"})).ok
    assert (await world.incident(2)).title == "search is slow"


async def test_what_is_asked_for_in_the_home_is_answered_in_a_message(world: World) -> None:
    await world.ann.hands.opens_home()
    await world.ann.hands.waits_for_home("INC-1")
    await world.ann.clicks("Show", in_="home")
    assert "INC-1 · checkout is down" in world.ann.sees("@app")
