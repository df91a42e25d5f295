"""The story of the demo plays to its end, on a clock that nobody waits for."""

from datetime import UTC, datetime, timedelta

from bot.cli.demo import SHIPPED, kept_review
from bot.clock import Clock
from bot.demo.running import demo
from bot.simulator.stories.playing import Playing
from bot.simulator.stories.reading import read_story
from tests.cli.terminal import Terminal

ROOM, FEED = "inc-1-checkout-is-down", "incidents"


async def test_the_story_runs_to_its_end_and_leaves_a_review() -> None:
    clock = Clock(stopped_at=datetime(2026, 3, 4, 14, 5, tzinfo=UTC))
    told: list[str] = []
    async with demo(clock) as running:

        async def pause(seconds: float) -> None:
            for _ in range(int(seconds)):
                clock.advance(timedelta(seconds=1))
                await running.app.rested()

        playing = Playing(simulator=running.sim, tell=told.append, pause=pause, patience=30)
        await playing.play(read_story(SHIPPED))
        room = running.sim.person("ann").sees(ROOM)
        refused = [call for call in running.sim.calls if call.error == "missing_scope"]
        assert refused == [], "the manifest's own scopes must be enough for a whole incident"
        assert "is due now" in room, "the missed update was not asked for"
        assert "INC-1 is closed" in room
        assert "closed" in running.sim.person("bob").sees(FEED)
        path = await kept_review(running)
        assert path is not None
        review = path.read_text()
        path.unlink()
    assert "Each request opened a connection of its own" in review
    assert "For five minutes now every payment ends in a time-out" in review
    assert any("the clock is moved" in line for line in told)


async def test_a_story_of_ones_own_is_played_and_what_breaks_it_is_said(
    terminal: Terminal,
) -> None:
    (terminal.folder / "mine.yaml").write_text(
        "steps:\n"
        "  - {who: bob, types: Good morning, in: general}\n"
        "  - {who: ann, clicks: Nowhere, in: general}\n"
    )
    ended = await terminal.runs("demo", "--port", "0", "--story", "mine.yaml")

    assert ended.status == 1
    assert "“Good morning”" in ended.out
    assert "The story cannot go on: mine.yaml:3:5: ann finds no 'Nowhere'" in ended.only_line


async def test_a_story_that_is_wrong_is_not_begun(terminal: Terminal) -> None:
    (terminal.folder / "mine.yaml").write_text("steps:\n  - {who: zoe, says: Hello}\n")
    ended = await terminal.runs("demo", "--port", "0", "--story", "mine.yaml")

    assert ended.status == 1
    lines = ended.err.strip().splitlines()
    assert lines[0].startswith("muster: mine.yaml:2:16: `says` is not known here")
    assert "there is nobody called 'zoe'" in lines[1]
    assert ended.out == ""


async def test_without_a_terminal_it_says_that_it_ends_here(terminal: Terminal) -> None:
    (terminal.folder / "mine.yaml").write_text(
        "steps:\n  - {who: bob, types: Good morning, in: general}\n"
    )
    ended = await terminal.runs("demo", "--port", "0", "--story", "mine.yaml")

    assert ended.status == 0
    assert "The demo ends here: there is no terminal" in ended.out
