"""A run: a playbook being worked on, its state by path, and how its events change it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from bot.domain.playbook.definition import Playbook
from bot.domain.playbook.events import (
    NO_TEXT,
    ItemDone,
    ItemSkipped,
    RunEvent,
    RunFinished,
    RunStarted,
    StepDone,
    StepOpened,
    StepSkipped,
)
from bot.domain.playbook.plain import from_canonical
from bot.domain.shapes import Principal
from bot.domain.steps import Step
from bot.domain.steps.common import Box, Evidence
from bot.domain.values import Text

PathState = Literal["open", "done", "skipped"]
RowState = Literal["waiting", "open", "done", "skipped", "left"]
"""A row waits until its step opens; `left` is an optional item that its step went on without."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is known of a path: a step such as `triage`, or an item such as `triage/disk`."""

    state: PathState
    at: datetime
    by: str | None = None
    note: Text = NO_TEXT
    link: str = ""
    reason: Text = NO_TEXT
    opened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing to tick off as the card shows it, under the number that people may type."""

    number: int
    path: str
    step: str
    text: str
    description: str
    required: bool
    evidence: Evidence
    assignee: Principal | None
    due: datetime | None
    state: RowState
    mark: Mark | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is, in things to tick off."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """A playbook in work, pinned to the words it had at the start."""

    id: str
    playbook: Playbook
    revision: str
    started_by: str
    started_at: datetime
    marks: Mapping[str, Mark]
    finished_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether there is still something to do."""
        return self.finished_at is None

    def state(self, path: str) -> PathState | None:
        """Return the state of a path; None before its turn."""
        mark = self.marks.get(path)
        return mark.state if mark else None

    @property
    def frontier(self) -> Step | None:
        """The first step, in running order, that is neither done nor skipped."""
        step: Step | None = self.playbook.steps[0]
        while step is not None and self.state(step.id) in ("done", "skipped"):
            step = self.playbook.after(step)
        return step

    @property
    def rows(self) -> tuple[Row, ...]:
        """Everything there is to tick off, in order."""
        return tuple(self._row(*numbered) for numbered in self.playbook.numbered())

    @property
    def progress(self) -> Progress:
        """How many rows need no more work, of how many."""
        rows = self.rows
        settled = sum(row.state in ("done", "skipped", "left") for row in rows)
        return Progress(done=settled, total=len(rows))

    @property
    def next_row(self) -> Row | None:
        """What to do now: the first open row that is required, else the first open one."""
        open_rows = [row for row in self.rows if row.state == "open"]
        return next((row for row in open_rows if row.required), next(iter(open_rows), None))

    @property
    def not_done(self) -> tuple[Row, ...]:
        """What is required and neither done nor skipped, its turn come or not."""
        open_rows = (row for row in self.rows if row.state in ("open", "waiting"))
        return tuple(row for row in open_rows if row.required)

    def _row(self, number: int, step: Step, box: Box) -> Row:
        step_mark, mark = self.marks.get(step.id), self.marks.get(box.path)
        opened = step_mark.opened_at if step_mark else None
        return Row(
            number=number,
            path=box.path,
            step=step.label,
            text=box.text,
            description=box.description,
            required=box.required,
            evidence=box.evidence,
            assignee=box.assignee,
            due=opened + box.due if opened and box.due else None,
            state=_row_state(step_mark, mark),
            mark=mark,
        )


def _row_state(step: Mark | None, box: Mark | None) -> RowState:
    if box is not None:
        return box.state
    if step is None:
        return "waiting"
    return "left" if step.state == "done" else step.state


def evolve_run(run: Run | None, event: RunEvent) -> Run:
    """Return the run as it is after the event; None stands before `RunStarted`."""
    if isinstance(event, RunStarted):
        return Run(
            id=event.run,
            playbook=from_canonical(event.snapshot),
            revision=event.revision,
            started_by=event.by,
            started_at=event.at,
            marks={},
        )
    if run is None:
        raise LookupError(event.run)
    match event:
        case RunFinished():
            return replace(run, finished_at=event.at)
        case StepOpened():
            mark = Mark(state="open", at=event.at, opened_at=event.at)
        case ItemDone() | StepDone():
            mark = Mark(state="done", at=event.at, by=event.by, note=event.note, link=event.link)
        case ItemSkipped() | StepSkipped():
            mark = Mark(state="skipped", at=event.at, by=event.by, reason=event.reason)
        case _:
            assert_never(event)
    before = run.marks.get(event.path)
    if before is not None and before.opened_at is not None:
        mark = replace(mark, opened_at=before.opened_at)
    return replace(run, marks={**run.marks, event.path: mark})
