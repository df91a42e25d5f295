"""Step type `status`: the incident moves to another status."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from bot.domain.shapes import Known
from bot.domain.steps.common import Ask, SetStatus, StepKeys


@dataclass(frozen=True, kw_only=True)
class Status(StepKeys):
    """Set when the step opens, so it stands behind the work that justifies it."""

    LATER: ClassVar[frozenset[str]] = StepKeys.LATER

    type: Literal["status"] = "status"
    to: Annotated[str, Known(kind="status")]

    def opened(self, run: str, at: datetime) -> Ask:  # noqa: ARG002 - set whenever it opens
        """Ask for the status."""
        return SetStatus(run=run, path=self.id, to=self.to)
