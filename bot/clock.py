"""The one clock: everybody who needs the time is handed it, and a demo or a test may move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Time as Muster sees it: the machine's clock plus what has been added by hand.

    A clock made with `stopped_at` stands still until somebody advances it, so that a test owns the
    time. Signatures, Slack's triggers, leases and sockets do not use this clock: they are promises
    between machines and stay on wall time.
    """

    def __init__(self, *, stopped_at: datetime | None = None) -> None:
        self._stopped_at = stopped_at
        self._ahead = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        base = datetime.now(UTC) if self._stopped_at is None else self._stopped_at
        return base + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move the clock forward and tell everybody who waits for a time.

        Raises:
            ValueError: `by` is negative; time in an incident's record never runs backwards.
        """
        if by < timedelta():
            raise ValueError(by)
        self._ahead += by
        for listener in tuple(self._listeners):
            listener()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each move; the returned function stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
