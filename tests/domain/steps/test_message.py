"""Step type `message`."""

from datetime import UTC, datetime

from bot.domain.steps import Message
from bot.domain.steps.common import SayMessage

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_it_is_said_when_it_opens_and_needs_nobody() -> None:
    step = Message(id="say", text="We are on it")

    assert step.opened("r1", NOW) == SayMessage(run="r1", path="say", text="We are on it")
    assert step.boxes == ()
    assert step.done_when == "all"
    assert step.closed("r1") is None


def test_without_a_name_it_is_called_by_its_id() -> None:
    assert Message(id="say_hello", text="Hi").label == "Say hello"
    assert Message(id="say_hello", name="Greeting", text="Hi").label == "Greeting"
