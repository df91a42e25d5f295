"""What an examination finds: one plain line each, and what to do where something is wrong."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "problem", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The outcome of one check."""

    state: State
    what: str
    """What was looked at and what it is like, in one sentence."""
    to_do: str = ""
    """What helps; empty where nothing needs to be done."""
    no_slack: bool = False
    """Whether nothing at all can be done in Slack while this is so."""

    def __str__(self) -> str:
        return f"{self.state:8} {self.what}{f' → {self.to_do}' if self.to_do else ''}"


def ok(what: str, to_do: str = "") -> Finding:
    """All is well."""
    return Finding(state="ok", what=what, to_do=to_do)


def problem(what: str, to_do: str, *, no_slack: bool = False) -> Finding:
    """Something keeps Muster from working, wholly or in part."""
    return Finding(state="problem", what=what, to_do=to_do, no_slack=no_slack)


def unknown(what: str, to_do: str = "") -> Finding:
    """It cannot be told from here."""
    return Finding(state="unknown", what=what, to_do=to_do)
