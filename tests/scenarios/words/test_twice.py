"""Everything arrives twice: the second time it changes nothing and says the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import World
from tests.scenarios.words.declared import a_declared_world

pytestmark = pytest.mark.faults("the same is delivered twice")


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """INC-1 is declared, on each database."""
    async with a_declared_world(tmp_path, database_url) as opened:
        yield opened


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("typed", ["note it began", "followup add an alert", "severity 1 worse"])
async def test_a_command_delivered_again(
    world: World, room: str, typed: str, *, restarted: bool
) -> None:
    await world.ann.says(f"/incident {typed}", in_=room)
    before = (await world.incident()).version
    command = [d for d in world.sim.deliveries if d.kind == "slash_commands"][-1]
    if restarted:
        await world.restarts()
    again = await world.sim.redeliver(command)
    await world.settles()
    assert again.body == command.attempts[0].answer
    assert (await world.incident()).version == before


async def test_a_form_of_several_changes_delivered_again(world: World, room: str) -> None:
    await world.ann.says("/incident edit", in_=room)
    done = await world.ann.submits({"summary": "the pool", "started": 1772617000})
    assert done.ok
    before = (await world.incident()).version
    submission = [d for d in world.sim.deliveries if d.kind == "interactive"][-1]
    again = await world.sim.redeliver(submission)
    await world.settles()
    assert again.body == submission.attempts[0].answer
    assert (await world.incident()).version == before


async def test_the_message_menu_delivered_again_does_not_take_it_back(
    world: World, room: str
) -> None:
    message = await world.ann.hands.posts(room, "the pool is empty")
    await world.ann.hands.uses_message_shortcut("add_to_timeline", message, room)
    await world.settles()
    used = [d for d in world.sim.deliveries if d.kind == "interactive"][-1]
    await world.sim.redeliver(used)
    await world.settles()
    assert len((await world.incident()).marks) == 1
