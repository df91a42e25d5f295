"""A week after its end an incident's room is archived, and reopening makes a fresh one."""

from pathlib import Path

import pytest

from bot.storage import messages
from tests.people import World, a_world


async def ended(world: World) -> str:
    """The room of an incident that ann has declared and declined."""
    await world.ann.says("/incident declare checkout is down --category availability")
    room = (await world.room(1)).channel
    await world.ann.says("/incident decline inc-1 a false alarm")
    return room


async def test_the_room_is_archived_and_says_so(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        room = await ended(world)
        await world.passes(days=6, hours=23)
        assert not world.sim.workspace.channels[room].is_archived
        await world.restarts()
        await world.passes(hours=1)
        assert world.sim.workspace.channels[room].is_archived
        (await world.room(1)).shows("has been over for 7 days, so this room is archived now")
        assert (await world.incident()).room.archived  # type: ignore[union-attr]


async def test_what_was_said_unheard_is_read_before(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        room = await ended(world)
        await world.stops()
        await world.ann.hands.posts(room, "one last word")
        await world.starts()
        await world.passes(days=7)
        assert world.sim.workspace.channels[room].is_archived
        said = await world.bot.database.read(lambda c: messages.of_room(c, room))
        assert "one last word" in [one.text for one in said]


async def test_reopening_makes_a_fresh_room(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        room = await ended(world)
        await world.passes(days=7)
        await world.ann.says("/incident reopen inc-1")
        fresh = await world.room(1)
        assert fresh.channel != room
        assert world.ann.id in (await world.incident()).members


@pytest.mark.faults("Slack refuses for good, and it is said")
async def test_slack_refuses_and_retry_archives_it(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        room = await ended(world)
        world.sim.faults.add("conversations.archive", "error", error="restricted_action")
        await world.passes(days=7)
        assert "ArchiveRoom" in (await world.incident()).failures
        world.sim.faults.clear()
        await world.ann.says("/incident retry inc-1")
        assert world.sim.workspace.channels[room].is_archived
