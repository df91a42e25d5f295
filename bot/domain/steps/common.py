"""What every type of step shares: its keys, what people tick off, what it asks of the incident."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from bot.domain.shapes import DoneWhen, Id, LongText, Principal, ShortText

Evidence = Literal["none", "note", "link"]


@dataclass(frozen=True, kw_only=True)
class SayMessage:
    """Say this in the incident's room."""

    run: str
    path: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SetStatus:
    """Move the incident to this status."""

    run: str
    path: str
    to: str


@dataclass(frozen=True, kw_only=True)
class CreateTask:
    """Put this on the incident's list of tasks."""

    run: str
    path: str
    title: str
    assignee: Principal | None
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class CloseTask:
    """The task that this step created is settled, if it is still open."""

    run: str
    path: str


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """Put this fact on the incident's timeline."""

    run: str
    path: str
    text: str


Ask = SayMessage | SetStatus | CreateTask | CloseTask | WriteNote


@dataclass(frozen=True, kw_only=True)
class Box:
    """One thing that a person ticks off; `due` counts from the opening of its step."""

    path: str
    text: str
    description: str = ""
    required: bool = True
    evidence: Evidence = "none"
    assignee: Principal | None = None
    due: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class StepKeys:
    """The keys of every step. A type that people finish has boxes; the others finish at once."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        {
            "if",
            "timeout",
            "retry",
            "on_failure",
            "on_timeout",
            "rollback",
            "dry_run",
            "tags",
        }
    )
    """Keys that the language has and this version does not carry out yet."""

    id: Id
    name: ShortText = ""
    description: LongText = ""
    next: Id | None = None

    @property
    def label(self) -> str:
        """What people see: the name, or else the words of the step itself, in one short line."""
        return self.name or self.id.replace("_", " ").capitalize()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What people tick off before the step is done; nothing: it finishes by itself."""
        return ()

    @property
    def done_when(self) -> DoneWhen:
        """How many of the boxes it takes."""
        return "all"

    def opened(self, run: str, at: datetime) -> Ask | None:  # noqa: ARG002 - for types that ask
        """Return what the step asks of the incident when it opens."""
        return None

    def closed(self, run: str) -> Ask | None:  # noqa: ARG002 - as above
        """Return what the step asks of the incident when it is done or skipped."""
        return None
