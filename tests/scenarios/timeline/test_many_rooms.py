"""More rooms than Slack lets a method read at once: all of them are read, the gravest first."""

import asyncio

import pytest

from bot.storage import messages
from tests.people import World
from tests.scenarios.obedient import Wire, watched
from tests.scenarios.timeline.test_away import comes_back, loses_events

pytestmark = pytest.mark.faults("the bot is away while people talk")

ROOMS = 26
"""Six more than the methods that read a room take at once."""


async def test_many_rooms_are_read_within_slacks_limits_and_the_gravest_first(
    world: World,
) -> None:
    severity = {number: number % 4 + 1 for number in range(1, ROOMS + 1)}
    for number, level in severity.items():
        await world.ann.hands.types("general", f"/incident declare trouble {number} --sev {level}")
    await world.settles()
    rooms = {number: (await world.room(number)).channel for number in severity}
    await world.stops()
    loses_events(world)
    await asyncio.gather(*(world.ann.hands.posts(room, "meanwhile") for room in rooms.values()))
    wire = Wire()
    world.build = watched(wire)
    world.sim.limits.wall = lambda: world.clock.now().timestamp()
    world.sim.limits.tiers = True
    world.sim.clear_calls()
    await comes_back(world)
    history = [call for call in world.calls("conversations.history") if call.status == 200]
    read = list(dict.fromkeys(str(call.args["channel"]) for call in history))
    assert read == [rooms[n] for n in sorted(severity, key=lambda n: (severity[n], n))]
    for room in rooms.values():
        kept = await world.bot.database.read(lambda c, room=room: messages.of_room(c, room))  # type: ignore[misc]
        assert [said.text for said in kept] == ["meanwhile"]
        assert "1 message read" in world.ann.sees(room)
    assert len(wire.told) > 1, "it was held back"
    assert wire.too_early() == []
