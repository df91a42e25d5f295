"""The provisional rooms that this process knows of: a hint; the truth is in Slack."""

from dataclasses import dataclass, field

from bot.slack.messages.naming import PROVISIONAL


@dataclass(eq=False)
class KnownRooms:
    """Provisional rooms by channel, and those that are being made just now by their key.

    `written` are the rooms, by channel with their workspace, whose opener has changed the pinned
    message: it may have been an incident's card by then.
    """

    rooms: dict[str, str] = field(default_factory=dict)
    opening: set[str] = field(default_factory=set)
    written: dict[str, str] = field(default_factory=dict)

    def note(self, channel: str, name: str) -> None:
        """Remember a channel by its name, if that is a provisional one."""
        if name.startswith(PROVISIONAL):
            self.rooms[channel] = name

    def forget(self, channel: str) -> None:
        """It is an incident's room now, or is over."""
        self.rooms.pop(channel, None)
