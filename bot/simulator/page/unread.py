"""Counts unread messages and mentions; cached until something changes in the channel."""

from bisect import bisect_right
from collections import Counter

from bot.simulator.workspace import Change, Channel, Message, Workspace

QUIET = frozenset(
    f"{kind}_{what}"
    for kind in ("channel", "group")
    for what in ("join", "leave", "topic", "purpose", "name", "archive", "unarchive")
)
MOST_COUNTED = 200  # messages beyond this are not looked at one by one
EVERYBODY = ("<!channel", "<!here", "<!everyone")

Count = tuple[int, int]  # unread messages, and those among them that mention the person
Mark = tuple[int, int, int, str]  # what a count was made from


class Unread:
    """The counts of all channels and people of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._changes: Counter[str] = Counter()  # by channel; "" for what concerns all of them
        self._counts: dict[tuple[str, str], tuple[Mark, Count]] = {}
        workspace.listen(self._changed)

    def _changed(self, change: Change) -> None:
        if change.channel is not None or change.kind == "usergroup":
            self._changes[change.channel or ""] += 1

    def of(self, room: Channel, user_id: str) -> Count:
        """What waits for this person there."""
        read_to = room.last_read.get(user_id, "")
        mark = (self._changes[room.id], self._changes[""], len(room.top), read_to)
        known = self._counts.get((room.id, user_id))
        if known is not None and known[0] == mark:
            return known[1]
        count = self._count(room, user_id, read_to)
        self._counts[room.id, user_id] = mark, count
        return count

    def _count(self, room: Channel, user_id: str, read_to: str) -> Count:
        start = max(bisect_right(room.top, read_to), len(room.top) - MOST_COUNTED)
        newer = (room.messages[ts] for ts in room.top[start:])
        unread = [each for each in newer if each.user != user_id and each.subtype not in QUIET]
        if room.kind != "channel":
            return len(unread), len(unread)
        return len(unread), self._mentions(unread, user_id)

    def _mentions(self, unread: list[Message], user_id: str) -> int:
        groups = [
            f"<!subteam^{each.id}"
            for each in self._workspace.usergroups.values()
            if user_id in each.users
        ]
        calls = (f"<@{user_id}", *groups, *EVERYBODY)
        return sum(any(call in each.text for call in calls) for each in unread)
