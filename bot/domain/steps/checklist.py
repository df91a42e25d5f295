"""Step type `checklist`: things that people do, look at and tick off, with evidence."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from bot.domain.shapes import DoneWhen, Duration, Id, Later, LongText, Principal, ShortText
from bot.domain.steps.common import Box, Evidence, StepKeys


@dataclass(frozen=True, kw_only=True)
class Item:
    """One box of a checklist; what it leaves out holds as its checklist says."""

    LATER: ClassVar[frozenset[str]] = frozenset({"items"})

    id: Id
    text: LongText
    required: bool = True
    evidence: Annotated[Evidence, Later(values=frozenset({"file"}))] = "none"
    assignee: Principal | None = None
    due: Duration | None = None


@dataclass(frozen=True, kw_only=True)
class Checklist(StepKeys):
    """Items to tick off. Without items the step's own name is the one thing to do."""

    LATER: ClassVar[frozenset[str]] = StepKeys.LATER | {"remind", "escalate"}

    type: Literal["checklist"] = "checklist"
    name: ShortText
    items: tuple[Item, ...] = ()
    assignee: Principal | None = None
    due: Duration | None = None
    done_when: DoneWhen = "all"

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The items; without any, the step itself."""
        if not self.items:
            return (
                Box(
                    path=self.id,
                    text=self.label,
                    description=self.description,
                    assignee=self.assignee,
                    due=self.due,
                ),
            )
        return tuple(
            Box(
                path=f"{self.id}/{item.id}",
                text=item.text,
                required=item.required,
                evidence=item.evidence,
                assignee=item.assignee or self.assignee,
                due=item.due or self.due,
            )
            for item in self.items
        )
