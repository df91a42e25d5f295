"""Which updates were promised for when, and what became of each promise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain import events as e
from bot.domain.review.case import Case

Fate = Literal["kept", "late", "missed", "overdue", "pending"]

GRACE = timedelta(minutes=1)
"""How long after the promised time an update still counts as in time: it is asked for at that time,
and somebody has to write it."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """An update that people were told to expect.

    `answered` is the update that came, `ended` what put an end to the waiting instead; neither
    means that people wait still.
    """

    due: datetime
    seen_at: datetime
    """When its fate was last looked at: at its answer, its end, or the compiling."""
    answered: e.Recorded | None = None
    ended: e.Recorded | None = None

    @property
    def fate(self) -> Fate:
        """What became of it."""
        if self.answered is not None:
            return "late" if self.behind else "kept"
        if self.ended is not None:
            return "missed"
        return "overdue" if self.behind else "pending"

    @property
    def behind(self) -> bool:
        """Whether people had to wait for longer than anybody needs to write it."""
        return self.seen_at > self.due + GRACE

    @property
    def lateness(self) -> timedelta:
        """How long people waited beyond the promised time."""
        return max(timedelta(0), self.seen_at - self.due)


def promises(case: Case) -> Iterator[Promise]:
    """Yield every promise that was due or answered, in order.

    One that was replaced before it was missed (the severity changed, the incident was resolved) was
    neither kept nor missed, and is left out.
    """
    due: datetime | None = None
    for recorded in case.record.events:
        at = recorded.happened_at
        match recorded.event:
            case e.IncidentDeclared(update_due_at=following):
                due = following
            case e.UpdatePosted(promised_at=promised, update_due_at=following):
                if promised is not None:
                    yield Promise(due=promised, seen_at=at, answered=recorded)
                due = following
            case (
                e.SeverityChanged(update_due_at=following)
                | e.StatusChanged(update_due_at=following)
            ):
                if due is not None and following != due and due + GRACE < at:
                    yield Promise(due=due, seen_at=at, ended=recorded)
                due = following
            case _:
                pass
    if due is not None:
        yield Promise(due=due, seen_at=case.record.compiled_at)
