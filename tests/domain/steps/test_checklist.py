"""Step type `checklist`."""

from datetime import UTC, datetime, timedelta

from bot.domain.shapes import Principal
from bot.domain.steps import Checklist
from bot.domain.steps.checklist import Item

SCRIBE = Principal(kind="role", name="scribe")


def test_each_item_is_a_box_under_its_step() -> None:
    step = Checklist(
        id="look",
        name="Look",
        assignee=SCRIBE,
        due=timedelta(minutes=5),
        items=(
            Item(id="disk", text="Disk", evidence="note"),
            Item(id="logs", text="Logs", required=False, due=timedelta(minutes=1)),
        ),
    )

    disk, logs = step.boxes
    assert (disk.path, disk.text, disk.evidence, disk.required) == (
        "look/disk",
        "Disk",
        "note",
        True,
    )
    assert (disk.assignee, disk.due) == (SCRIBE, timedelta(minutes=5))
    assert (logs.path, logs.required, logs.due) == ("look/logs", False, timedelta(minutes=1))


def test_without_items_the_step_itself_is_the_box() -> None:
    step = Checklist(id="look", name="Look", assignee=SCRIBE, description="At the graphs")

    (box,) = step.boxes
    assert (box.path, box.text, box.assignee, box.description) == (
        "look",
        "Look",
        SCRIBE,
        "At the graphs",
    )


def test_it_asks_nothing_of_the_incident() -> None:
    step = Checklist(id="look", name="Look")

    assert step.opened("r1", datetime(2026, 1, 2, tzinfo=UTC)) is None
    assert step.closed("r1") is None
