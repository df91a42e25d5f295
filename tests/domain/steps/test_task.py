"""Step type `task`."""

from datetime import UTC, datetime, timedelta

from bot.domain.shapes import Principal
from bot.domain.steps import Task
from bot.domain.steps.common import CloseTask, CreateTask

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OPERATIONS = Principal(kind="role", name="operations")


def test_it_goes_on_the_list_of_tasks_when_it_opens() -> None:
    step = Task(id="call", title="Call", assignee=OPERATIONS, due=timedelta(hours=1))

    assert step.opened("r1", NOW) == CreateTask(
        run="r1", path="call", title="Call", assignee=OPERATIONS, due=NOW + timedelta(hours=1)
    )


def test_the_run_waits_for_it_and_settles_it() -> None:
    step = Task(id="call", title="Call")

    (box,) = step.boxes
    assert (box.path, box.text, box.required) == ("call", "Call", True)
    assert step.closed("r1") == CloseTask(run="r1", path="call")


def test_one_that_nobody_waits_for_lives_on_by_itself() -> None:
    step = Task(id="call", title="Call", wait=False)

    assert step.boxes == ()
    assert step.closed("r1") is None


def test_it_is_called_by_its_title() -> None:
    assert Task(id="call", title="Call the supplier").label == "Call the supplier"
    assert Task(id="call", name="Supplier", title="Call").label == "Supplier"
