"""Step type `message`: something the bot says in the incident's room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from bot.domain.shapes import Later, LongText
from bot.domain.steps.common import Ask, SayMessage, StepKeys

NOT_YET = frozenset({"broadcast", "thread", "role:", "group:", "user:", "oncall:", "field:"})


@dataclass(frozen=True, kw_only=True)
class Message(StepKeys):
    """Said when the step opens; the run goes on at once."""

    LATER: ClassVar[frozenset[str]] = StepKeys.LATER | {"pin", "update"}

    type: Literal["message"] = "message"
    text: LongText
    to: Annotated[Literal["incident"], Later(values=NOT_YET)] = "incident"

    def opened(self, run: str, at: datetime) -> Ask:  # noqa: ARG002 - said whenever it opens
        """Ask for the message."""
        return SayMessage(run=run, path=self.id, text=self.text)
