"""What an older replica observes and cannot decide is delivered again, until it is understood."""

from pathlib import Path

import pytest

from bot.domain.values import MessageRef
from tests.engine.test_versions import forget_newer, newer_event
from tests.people import a_world

pytestmark = pytest.mark.faults("an older version is told what it cannot decide")


async def test_a_mark_on_a_stream_that_only_a_newer_version_reads_is_not_lost(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await world.ann.says("/incident declare checkout is down")
        room = (await world.room(1)).channel
        said = await world.ann.hands.posts(room, "it began at noon")
        stream = (await world.incident(1)).stream
        await world.bot.database.write(lambda c: newer_event(c, stream))
        patience, world.sim.ack_deadline = world.sim.ack_deadline, 0.5
        world.sim.sockets.retries = (0.05, 0.05, 0.05)
        await world.ann.hands.reacts("pushpin", to=said)
        observed = [d for d in world.sim.deliveries if d.name == "reaction_added"][-1]
        await world.sim.workspace.wait_for(
            lambda: len(observed.attempts) == 4 and observed.attempts[-1].outcome,
            what="Slack to try again, three times",
        )
        assert observed.acknowledged_after is None
        world.sim.ack_deadline = patience
        await world.bot.database.write(lambda c: forget_newer(c, stream))
        await world.restarts()
        await world.sim.redeliver(observed)
        await world.settles()
        assert MessageRef(channel=room, ts=said.ts) in (await world.incident(1)).marks
