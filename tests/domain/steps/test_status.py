"""Step type `status`."""

from datetime import UTC, datetime

from bot.domain.steps import Status
from bot.domain.steps.common import SetStatus


def test_it_is_set_when_it_opens_and_needs_nobody() -> None:
    step = Status(id="contained", to="mitigated")

    asked = step.opened("r1", datetime(2026, 1, 2, tzinfo=UTC))

    assert asked == SetStatus(run="r1", path="contained", to="mitigated")
    assert step.boxes == ()
