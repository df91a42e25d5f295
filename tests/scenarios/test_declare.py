"""One declare, end to end: from the slash command to a room that is ready."""

from tests.people import World


async def test_one_line_makes_a_room_with_everything_in_it(world: World) -> None:
    reply = await world.ann.says("/incident declare checkout is down --sev 2")
    assert "INC-1" in reply
    room = await world.room(1)
    assert room.name == "inc-1-checkout-is-down"
    assert room.topic == "SEV2 · triage · ann commands"
    room.shows("checkout is down")
    assert "checkout is down" in world.bob.sees("incidents")
