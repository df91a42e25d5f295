"""Who is filling in the form of a declaration right now, so that two do not declare the same.

Known to this process alone and forgotten with it: it is a hint, and what was declared is on the
form itself.
"""

from datetime import datetime, timedelta

_FRESH = timedelta(minutes=5)
"""A form that was left open longer than this is nobody at work."""


class Drafts:
    """The declarations that people have begun and not sent yet."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, str], datetime] = {}

    def begin(self, workspace: str, user: str, now: datetime) -> None:
        """Somebody has opened the form."""
        self._begun = {who: at for who, at in self._begun.items() if now - at < _FRESH}
        self._begun[workspace, user] = now

    def end(self, workspace: str, user: str) -> None:
        """They have declared, or closed the form."""
        self._begun.pop((workspace, user), None)

    def others(self, workspace: str, user: str, now: datetime) -> tuple[str, ...]:
        """Return who else is at it, whoever began first first."""
        return tuple(
            other
            for (place, other), at in sorted(self._begun.items(), key=lambda begun: begun[1])
            if place == workspace and other != user and now - at < _FRESH
        )
