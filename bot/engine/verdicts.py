"""What came of carrying an effect, when it is not simply done; performers raise, the courier obeys.

Verdict
├── RetryAt   it certainly did not happen; try again then
│   └── NoAccess  Slack does not take the token, whatever is asked of it
├── NotYet    something it builds on is missing; no attempt was made
├── ForNewer  only a newer version can do it; no attempt was made
├── Doubt     it may have happened; look it up before trying again
│   └── Misread   Slack answered, and not as its documents say
└── GiveUp    it will never happen; people are told why
"""

from datetime import datetime


class Verdict(Exception):
    """What came of it."""


class RetryAt(Verdict):
    """It certainly did not happen. `brake` names the method that is held back until then."""

    __match_args__ = ("at", "brake")

    def __init__(self, at: datetime, brake: str | None = None) -> None:
        super().__init__(at, brake)
        self.at = at
        self.brake = brake


class NoAccess(RetryAt):
    """Slack does not take the token: nothing can be done until it does. `error` is its word."""

    def __init__(self, at: datetime, error: str) -> None:
        super().__init__(at)
        self.error = error


class NotYet(Verdict):
    """What it builds on is not there yet."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class ForNewer(Verdict):
    """It tells of what only a newer version understands; nothing was tried."""


class Doubt(Verdict):
    """It may have happened."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class Misread(Doubt):
    """Slack has answered, and not as its documents say; asked again at once, it would again."""

    def __init__(self, at: datetime, why: str) -> None:
        super().__init__(at)
        self.why = why

    def __str__(self) -> str:
        """Return what is wrong with the answer."""
        return self.why


class GiveUp(Verdict):
    """It will never happen. `why` is a sentence for people; `quiet` failures concern nobody."""

    def __init__(self, why: str, *, quiet: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.quiet = quiet
