"""What happens in a run of a playbook, as events of the incident it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.values import Text

NO_TEXT = Text("")
"""Nobody wrote anything."""


@dataclass(frozen=True, kw_only=True)
class RunStarted:
    """Somebody started a playbook. `snapshot`: its canonical JSON, which the run keeps to."""

    run: str
    playbook: str
    name: str
    version: str | None
    revision: str
    snapshot: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StepOpened:
    """The step's turn has come."""

    run: str
    path: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ItemDone:
    """A person ticked off an item of a checklist; note and link are their evidence."""

    run: str
    path: str
    by: str
    at: datetime
    note: Text
    link: str


@dataclass(frozen=True, kw_only=True)
class ItemSkipped:
    """A person left an item out."""

    run: str
    path: str
    by: str
    at: datetime
    reason: Text


@dataclass(frozen=True, kw_only=True)
class StepDone:
    """The step is finished; `by` is None when that followed by itself."""

    run: str
    path: str
    by: str | None
    at: datetime
    note: Text
    link: str


@dataclass(frozen=True, kw_only=True)
class StepSkipped:
    """A person left the whole step out."""

    run: str
    path: str
    by: str
    at: datetime
    reason: Text


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """Every step is done or skipped."""

    run: str
    at: datetime


RunEvent = RunStarted | StepOpened | ItemDone | ItemSkipped | StepDone | StepSkipped | RunFinished
