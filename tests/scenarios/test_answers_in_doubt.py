"""Answers at a response_url whose fate nobody knows: they are seen once or not at all, never twice.

What they tell of is recorded and carried all the same.
"""

from datetime import timedelta

import pytest

from bot.engine.verdicts import GiveUp, RetryAt
from bot.simulator.fault_kinds import Kind
from bot.simulator.fault_targets import ANSWER
from bot.slack.replies import insist, respond
from tests.people import World

pytestmark = pytest.mark.faults("the answer to a command or a button is in doubt")

IN_DOUBT = pytest.mark.parametrize(
    ("kind", "effect"),
    [("lose_answer", True), ("refuse", False), ("hang", True), ("hang", False)],
)
HUNG = 1.0
"""Seconds of wall time that the bot waits for a confirmation that never comes."""


def doubted(world: World, kind: Kind, *, effect: bool) -> None:
    """Put the next answer in doubt; later ones would arrive."""
    assert world.bot.desk is not None
    if kind == "hang":
        world.bot.desk.calls.limit = HUNG
    world.sim.faults.add(ANSWER, kind, effect=effect)


@IN_DOUBT
async def test_the_way_into_the_room_is_shown_once_or_not_at_all(
    world: World, kind: Kind, *, effect: bool
) -> None:
    doubted(world, kind, effect=effect)
    await world.ann.says("/incident declare checkout is down --sev 2")
    await world.passes(minutes=30)
    assert len(world.calls(ANSWER)) == 1
    assert world.ann.sees("general").count("Room: #inc-1") == effect
    incident = await world.incident()
    assert incident.failures == {}
    assert incident.card is not None
    assert world.ann.id in incident.members


@pytest.mark.parametrize("effect", [True, False])
async def test_a_crash_in_the_middle_repeats_nothing(world: World, *, effect: bool) -> None:
    """It was marked as begun before it was sent, so whoever takes over knows of the doubt."""
    fault = world.sim.faults.add(ANSWER, "hang", effect=effect)
    await world.ann.hands.types("general", "/incident declare checkout is down --sev 2")
    await world.sim.workspace.wait_for(lambda: fault.struck, what="the answer", within=30)
    await world.crashes()
    world.sim.faults.clear()
    await world.starts()
    await world.passes(minutes=30)
    assert len(world.calls(ANSWER)) == 1
    assert world.ann.sees("general").count("Room: #inc-1") == effect


@IN_DOUBT
async def test_a_button_is_answered_once_or_not_at_all(
    world: World, kind: Kind, *, effect: bool
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = (await world.room(1)).channel
    direct, asked = world.ann.sees("@app"), len(world.calls(ANSWER))
    doubted(world, kind, effect=effect)
    await world.ann.clicks("Timeline", in_=room)
    assert len(world.calls(ANSWER)) == asked + 1
    assert world.ann.sees(room).count("Timeline of INC-1") == effect
    assert world.ann.sees("@app") == direct


async def test_what_could_not_be_sent_at_all_is_no_doubt(world: World) -> None:
    """Nobody listens there: it waits as a throttled one does, and then is said in another way."""
    desk = world.bot.desk
    assert desk is not None
    desk.calls.client.base_url = "http://127.0.0.1:9/api/"
    nowhere = "http://127.0.0.1:9/commands/T1/1/x"
    with pytest.raises(RetryAt) as refused:
        await respond(desk, nowhere, {"text": "hello"})
    assert refused.value.at == world.clock.now() + timedelta(seconds=2)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    desk.errands.pause = pause  # type: ignore[method-assign]  # the test owns the clock
    with pytest.raises(GiveUp):
        await insist(desk, nowhere, {"text": "hello"})
    assert waited == [2] * 15
