"""What the rules refuse, in sentences for the person who asked: each says what to do next.

Refused
├── NotFound            there is no such thing, or not for this person
├── NotAllowed          the person may not do this
├── NeedsConfirmation   they may, once they have said that they mean it
└── …                   one class per rule, beside the rule where it is only used there
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.commands import Command


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A button offered with a refusal: what it says and what it asks for."""

    label: str
    command: "Command"


class Refused(Exception):
    """That cannot be done."""

    def __init__(self, message: str | None = None, *, way_out: WayOut | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.way_out = way_out
        super().__init__(self.message)


class NotFound(Refused):
    """There is no such incident."""


class NotAllowed(Refused):
    """Guests may look, join and add notes; ask a member of this workspace to do this."""


class Deactivated(NotAllowed):
    """This account is deactivated in Slack, so nothing is done in its name."""


class NeedsConfirmation(Refused):
    """Please confirm that you mean this."""


class InvalidInput(Refused):
    """That value is not accepted.

    `field` names the input of the form that it came from, so that a modal can show the sentence
    where it belongs.
    """

    def __init__(self, message: str, *, field: str = "title") -> None:
        super().__init__(message)
        self.field = field


class NotNow(Refused):
    """That does not fit the state of the incident."""


class NotUnderstood(NotNow):
    """A newer version of Muster has changed this incident; try again in a moment."""


def quoted(text: str, limit: int = 80) -> str:
    """Return what a person typed, fit to stand inside a refusal: on one line, short, and harmless.

    Refusals name people and rooms the way Slack writes them (`<@U…>`, `<#C…>`); what was typed
    must not be able to do the same.
    """
    line = " ".join(text.split()).replace("<", "\u2039").replace(">", "\u203a")
    return f"“{line[:limit]}…”" if len(line) > limit else f"“{line}”"
