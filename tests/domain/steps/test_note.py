"""Step type `note`."""

from datetime import UTC, datetime

from bot.domain.steps import Note
from bot.domain.steps.common import WriteNote


def test_it_is_written_when_it_opens_and_needs_nobody() -> None:
    step = Note(id="over", text="Over")

    asked = step.opened("r1", datetime(2026, 1, 2, tzinfo=UTC))

    assert asked == WriteNote(run="r1", path="over", text="Over")
    assert step.boxes == ()
