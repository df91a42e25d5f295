"""Whether the record can be written at present: said by the database, heard by all others."""

from dataclasses import dataclass


@dataclass
class Presence:
    """What the last attempts told; a database that nobody has tried counts as there.

    A lock, a full disk or a stand-by server leaves reading possible: only a commit proves that the
    record can be written again.
    """

    trouble: str | None = None
    """Why the last attempt failed, None while the database is there."""
    absences: int = 0
    """How many have begun since the start."""
    commits: int = 0
    """How often something was committed since the start: who waits can tell busy from away."""

    def away(self, why: str) -> None:
        """Note that an attempt failed."""
        if self.trouble is None:
            self.absences += 1
        self.trouble = why

    def back(self) -> None:
        """Note that something was committed."""
        self.commits += 1
        self.trouble = None
