"""A small playbook for a service outage, and runs of it."""

from datetime import UTC, datetime, timedelta

from bot.domain.playbook import Playbook, Run
from bot.domain.playbook.decide import complete, start
from bot.domain.steps import Checklist, Message, Note, Status, Step, Task
from bot.domain.steps.checklist import Item
from bot.domain.values import Text

NOW = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
TRIAGE = Checklist(
    id="triage",
    name="Triage",
    due=timedelta(minutes=10),
    items=(
        Item(id="disk", text="Check the disk"),
        Item(id="graph", text="Link the graph", evidence="link"),
        Item(id="cause", text="Name a suspect", evidence="note", required=False),
    ),
)
OUTAGE = Playbook(
    id="service-outage",
    name="Service outage",
    version="1.0.0",
    steps=(
        TRIAGE,
        Status(id="contained", to="mitigated"),
        Message(id="say", text="Contained"),
        Task(id="call", title="Call the supplier", due=timedelta(hours=1)),
        Note(id="over", text="Over"),
    ),
)


def playbook(*steps: Step, name: str = "small") -> Playbook:
    return Playbook(id=name, name=name.capitalize(), steps=steps)


def begun(book: Playbook = OUTAGE) -> Run:
    return start(book, run="r1", by="ann", at=NOW).run


def done(run: Run, *paths: str) -> Run:
    for path in paths:
        run = complete(
            run, path, by="ann", at=LATER, note=Text("seen"), link="https://graphs.example/1"
        ).run
    return run


def in_work(run: Run) -> list[str]:
    """Return the ids of the steps that are open."""
    return [step.id for step in run.playbook.steps if run.state(step.id) == "open"]
