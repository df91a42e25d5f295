"""Which part of a long list of messages a page holds: a stretch that moves and never grows."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

AT_FIRST = 40
MORE = 20
MOST = 120  # messages that a page holds at once
BEGINNING = "0"

Step = Literal["earlier", "later", "newest", "oldest"]


@dataclass(kw_only=True)
class Window:
    """A stretch between two timestamps of a sorted list; it follows the list's end while it can.

    Between two looks the list may grow, and lose what was deleted: the edges are timestamps.
    """

    first: str = ""  # empty: as many as fit before the last
    last: str = ""  # empty: to the end, however far it moves
    held: bool = False  # somebody reads further up: what they see stays, the end waits

    def of(self, all_ts: Sequence[str]) -> tuple[int, int]:
        """The stretch's place in the list; what has become too long is cut off."""
        end = bisect_right(all_ts, self.last) if self.last else len(all_ts)
        start = bisect_left(all_ts, self.first) if self.first else max(end - AT_FIRST, 0)
        if start >= end:  # all that was shown was deleted
            start = max(end - AT_FIRST, 0)
        if end - start > MOST:
            if self.held:
                end = start + MOST
            else:
                start = end - MOST
        return self._set(all_ts, start, end)

    def step(self, all_ts: Sequence[str], way: Step) -> None:
        """Go back, forward, or to an end."""
        start, end = self.of(all_ts)
        match way:
            case "earlier":
                start = max(start - MORE, 0)
                end = min(end, start + MOST)
            case "later":
                end = min(end + MORE, len(all_ts))
                start = max(start, end - MOST)
            case "newest":
                start, end = max(len(all_ts) - AT_FIRST, 0), len(all_ts)
                self.held = False
            case "oldest":
                start, end = 0, min(AT_FIRST, len(all_ts))
        self._set(all_ts, start, end)

    def show(self, all_ts: Sequence[str], ts: str) -> None:
        """Go to where one of them stands, with what is around it."""
        place = bisect_left(all_ts, ts)
        start = max(place - AT_FIRST // 2, 0)
        self.held = True
        self._set(all_ts, start, min(start + AT_FIRST, len(all_ts)))

    def _set(self, all_ts: Sequence[str], start: int, end: int) -> tuple[int, int]:
        if all_ts:
            self.first = all_ts[start] if start else BEGINNING
            self.last = "" if end >= len(all_ts) else all_ts[end - 1]
        return start, end
