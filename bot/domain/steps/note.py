"""Step type `note`: a fact that goes on the timeline when the run comes by."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from bot.domain.shapes import LongText
from bot.domain.steps.common import Ask, StepKeys, WriteNote


@dataclass(frozen=True, kw_only=True)
class Note(StepKeys):
    """Written when the step opens; the run goes on at once."""

    LATER: ClassVar[frozenset[str]] = StepKeys.LATER

    type: Literal["note"] = "note"
    text: LongText

    def opened(self, run: str, at: datetime) -> Ask:  # noqa: ARG002 - written whenever it opens
        """Ask for the note."""
        return WriteNote(run=run, path=self.id, text=self.text)
