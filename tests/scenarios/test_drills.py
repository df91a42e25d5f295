"""Drills are marked, and kept out of the feed of what is real."""

from pathlib import Path

from bot.domain.process import Process
from tests.people import World, a_world

LINE = "/incident declare a fire in the hall --sev 1 --drill"


async def test_a_drill_goes_to_the_feed_of_drills(tmp_path: Path) -> None:
    async with a_world(tmp_path, process=Process(drill_feed="drills")) as world:
        await world.ann.says(LINE)
        await world.bob.says("/incident declare checkout is down")
        assert "🔔 DRILL" in world.carol.sees("drills")
        assert "a fire in the hall" in world.carol.sees("drills")
        assert "a fire in the hall" not in world.carol.sees("incidents")
        assert "checkout is down" not in world.carol.sees("drills")
        await world.ann.says("/incident update inc-1 the hose is found")
        assert "the hose is found" in world.carol.sees("drills")
        assert "the hose is found" not in world.carol.sees("incidents")


async def test_without_such_a_feed_a_drill_is_announced_nowhere(world: World) -> None:
    await world.ann.says(LINE)
    (await world.room(1)).shows("Drill. This is practice")
    assert world.channels("incidents") == []


async def test_a_drill_is_marked_wherever_it_is_shown(world: World) -> None:
    await world.ann.says(LINE)
    await world.ann.says("/incident role inc-1 scribe @bob")
    for shown in (
        await world.ann.says("/incident list"),
        await world.ann.says("/incident show inc-1"),
        world.bob.sees("@app"),
    ):
        assert "drill" in str(shown).lower()
