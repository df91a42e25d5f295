"""The story of the demo plays to its end, on a clock that nobody waits for."""

from datetime import UTC, datetime, timedelta

from bot.cli.demo import kept_review
from bot.clock import Clock
from bot.demo.running import demo
from bot.demo.stage import Stage
from bot.demo.story import FEED, ROOM, play


async def test_the_story_runs_to_its_end_and_leaves_a_review() -> None:
    clock = Clock(stopped_at=datetime(2026, 3, 4, 14, 5, tzinfo=UTC))
    told: list[str] = []
    async with demo(clock) as running:

        async def pause(seconds: float) -> None:
            for _ in range(int(seconds)):
                clock.advance(timedelta(seconds=1))
                await running.app.rested()

        await play(Stage(demo=running, tell=told.append, pause=pause))
        room = running.sim.person("ann").sees(ROOM)
        refused = [call for call in running.sim.calls if call.error == "missing_scope"]
        assert refused == [], "the manifest's own scopes must be enough for a whole incident"
        assert "is due now" in room, "the missed update was not asked for"
        assert "INC-1 is closed" in room
        assert "closed" in running.sim.person("bob").sees(FEED)
        path = await kept_review(running)
        review = path.read_text()
        path.unlink()
    assert "Each request opened a connection of its own" in review
    assert "For five minutes now every payment ends in a time-out" in review
    assert any("the clock is moved" in line for line in told)
