"""A playbook as its author wrote it: the header, what offers it, and its steps in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from bot.domain.shapes import (
    Day,
    Known,
    Later,
    Link,
    LongText,
    ShortText,
    Slug,
    Version,
)
from bot.domain.steps import Step
from bot.domain.steps.common import Box

TriggerEvent = Literal["incident.declared", "severity_changed", "manual"]


@dataclass(frozen=True, kw_only=True)
class Match:
    """Which incidents: every key that is given must fit, any of its values will do."""

    LATER: ClassVar[frozenset[str]] = frozenset()

    severity: tuple[Annotated[str, Known(kind="severity")], ...] = ()
    category: tuple[Annotated[str, Known(kind="category")], ...] = ()
    service: tuple[Annotated[str, Known(kind="service")], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """When the playbook is offered. It is never started by itself."""

    LATER: ClassVar[frozenset[str]] = frozenset({"when", "once_per", "incident_kinds"})

    event: Annotated[
        TriggerEvent,
        Later(
            values=frozenset(
                {
                    "status_changed",
                    "category_set",
                    "service_added",
                    "field_changed",
                    "role_assigned",
                    "resolved",
                    "closed",
                    "alert.received",
                    "clock.warning",
                }
            )
        ),
    ]
    match: Match = Match()
    mode: Annotated[Literal["suggest"], Later(values=frozenset({"ask", "run"}))] = "suggest"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A page worth having open beside the playbook."""

    LATER: ClassVar[frozenset[str]] = frozenset()

    title: ShortText
    url: Link


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """One file of the library. Its id is unique in the library, step ids are unique in it."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        {"inputs", "vars", "allow", "run_by", "defaults", "finally"}
    )

    schema: Literal[1] = 1
    id: Slug
    name: ShortText
    version: Version | None = None
    owner: ShortText | None = None
    last_verified: Day | None = None
    description: LongText = ""
    labels: tuple[ShortText, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    references: tuple[Reference, ...] = ()
    source: LongText = ""
    steps: tuple[Step, ...]

    def step(self, path: str) -> Step | None:
        """Return the step that a path leads to, or through."""
        wanted = path.partition("/")[0]
        return next((step for step in self.steps if step.id == wanted), None)

    def after(self, step: Step) -> Step | None:
        """Return the step that follows: the one it names, else the next in the file."""
        if step.next is not None:
            return self.step(step.next)
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def numbered(self) -> Iterator[tuple[int, Step, Box]]:
        """Yield everything that people tick off, numbered from 1 through the whole playbook.

        The numbers never shift while a run proceeds: two people who type `done 3` mean the same.
        """
        number = 0
        for step in self.steps:
            for box in step.boxes:
                number += 1
                yield number, step, box

    def stale(self, today: date, after: timedelta = timedelta(days=180)) -> bool:
        """Tell whether it was verified so long ago that it may not be right any more."""
        return self.last_verified is not None and today - self.last_verified > after
