"""What waits for somebody in a channel is counted anew whenever it is different."""

import pytest

from bot.simulator import Simulator
from bot.simulator.page.unread import Unread

GENERAL = "C0GENERAL"


@pytest.fixture
def unread(sim: Simulator) -> Unread:
    return Unread(sim.workspace)


async def test_what_others_write_waits_until_it_was_read(sim: Simulator, unread: Unread) -> None:
    room, ann, bob = sim.workspace.channels[GENERAL], sim.person("ann"), sim.person("bob")
    assert unread.of(room, ann.id) == (0, 0)
    await bob.posts("#general", "Anybody there?")
    said = await bob.posts("#general", "@ann?")
    assert unread.of(room, ann.id) == (2, 1)
    assert unread.of(room, bob.id) == (0, 0)
    await bob.edits(said, "Well", in_=GENERAL)
    assert unread.of(room, ann.id) == (2, 0)
    await bob.deletes(said, in_=GENERAL)
    assert unread.of(room, ann.id) == (1, 0)
    room.last_read[ann.id] = room.top[-1]
    assert unread.of(room, ann.id) == (0, 0)


async def test_a_group_that_somebody_joins_mentions_them_from_then_on(
    sim: Simulator, unread: Unread
) -> None:
    room, workspace = sim.workspace.channels[GENERAL], sim.workspace
    await sim.person("bob").posts("#general", "@oncall, please look")
    assert unread.of(room, "U0ANN") == (1, 0)
    workspace.usergroups["S0ONCALL"].users.append("U0ANN")
    workspace.changed("usergroup")
    assert unread.of(room, "U0ANN") == (1, 1)


async def test_in_a_direct_message_everything_is_meant_for_one(
    sim: Simulator, unread: Unread
) -> None:
    ann = sim.person("ann")
    room = ann.room("@app")
    await ann.posts("@app", "Hello")
    assert unread.of(room, ann.id) == (0, 0)
    assert unread.of(room, sim.workspace.bot.user_id) == (1, 1)
