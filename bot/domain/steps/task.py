"""Step type `task`: work that goes on the incident's list of tasks."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from bot.domain.shapes import Duration, Principal, ShortText
from bot.domain.steps.common import Ask, Box, CloseTask, CreateTask, StepKeys


@dataclass(frozen=True, kw_only=True)
class Task(StepKeys):
    """Created when the step opens. The run waits until it is done, unless `wait` is false."""

    LATER: ClassVar[frozenset[str]] = StepKeys.LATER | {"remind", "escalate", "followup"}

    type: Literal["task"] = "task"
    title: ShortText
    assignee: Principal | None = None
    due: Duration | None = None
    wait: bool = True

    @property
    def label(self) -> str:
        """The name, or else the title."""
        return self.name or self.title

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The task itself, if the run waits for it."""
        if not self.wait:
            return ()
        return (
            Box(
                path=self.id,
                text=self.title,
                description=self.description,
                assignee=self.assignee,
                due=self.due,
            ),
        )

    def opened(self, run: str, at: datetime) -> Ask:
        """Ask for the task."""
        return CreateTask(
            run=run,
            path=self.id,
            title=self.title,
            assignee=self.assignee,
            due=at + self.due if self.due else None,
        )

    def closed(self, run: str) -> Ask | None:
        """Settle the task with its step; one that nobody waits for lives on by itself."""
        return CloseTask(run=run, path=self.id) if self.wait else None
