"""Whether each room belongs to the incident whose events opened it.

That decides which incident a room's messages belong to. Up to where a room was read is told by no
event, and not compared with anything.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from bot.storage import tables as t
from bot.storage.chains import Row
from bot.storage.statements import raw

_ALL = raw(t.rooms, "channel", "stream", "workspace")


class RoomCheck:
    """The rooms that events opened, compared with the list that is asked."""

    def __init__(self, connection: Connection, note: Callable[[str, str], None]) -> None:
        self.unopened = 0
        """Rooms that no event opened: Slack gave a channel another id, or somebody added them."""
        self._connection = connection
        self._note = note
        self._opened: dict[str, tuple[str, str]] = {}

    def opened(self, event: Row, content: Mapping[str, Any]) -> None:
        """Note that a channel became an incident's room; only the first incident keeps it."""
        owner = event["stream"], event["workspace"]
        self._opened.setdefault(str(content.get("channel")), owner)

    def end(self) -> None:
        """Compare the list of rooms with what the events opened."""
        missing = dict(self._opened)
        for row in self._connection.execute(_ALL):
            owner = missing.pop(row.channel, None)
            if owner is None:
                self.unopened += 1
            elif owner != (row.stream, row.workspace):
                self._note(owner[0], f"its room {row.channel} counts as another's")
        for channel, (stream, _) in missing.items():
            self._note(stream, f"its room {channel} is not listed among the rooms")
