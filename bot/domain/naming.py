"""What people, roles and levels are called in a text, and how its times are written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.process import Process
from bot.domain.values import MUSTER

NameOf = Callable[[str], str]
"""From a person's id to what they are called in the text: a name, a mention, or a role."""

TimeOf = Callable[[datetime], str]
"""From a time to how it is written, in the zone of whoever reads it."""


LinkOf = Callable[[str, str], str]
"""From an address and the words that lead there to how the reader's form writes them."""


def unlinked(address: str, words: str) -> str:  # noqa: ARG001 - plain text leads nowhere
    """Write the words alone."""
    return words


def in_utc(at: datetime) -> str:
    """Write a time for readers whose zone is not known."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, kw_only=True)
class Names:
    """What is called how for one reader."""

    process: Process
    name_of: NameOf
    time_of: TimeOf
    link_of: LinkOf = unlinked

    def person(self, user: str) -> str:
        """Return what a person is called; the bot has its own name."""
        return "Muster" if user == MUSTER.user else self.name_of(user)

    def severity(self, key: str) -> str:
        """Return what a level is called, also one that the organisation no longer has."""
        labels = {severity.key: severity.label for severity in self.process.severities}
        return labels.get(key, key)

    def status(self, key: str) -> str:
        """Return what a status is called."""
        return self.process.status(key).label

    def role(self, key: str) -> str:
        """Return what a role is called in the middle of a sentence."""
        role = self.process.role(key)
        return (role.label if role else key).lower()
