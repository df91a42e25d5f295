"""Finds messages by their words in an index: the cost does not grow with the workspace."""

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator

from bot.simulator.model import Channel, Message
from bot.simulator.workspace import Change, Workspace

WORD = re.compile(r"[^\W_]+", re.UNICODE)
MOST_UNREAD = 500
Stamp = tuple[str, str]  # ts and channel: in order of time


def words_in(text: str) -> frozenset[str]:
    """The distinct words of a text, in lower case."""
    return frozenset(WORD.findall(text.lower()))


class Finder:
    """Indexes the words of messages; new messages are added when it is queried."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._holding: dict[str, list[Stamp]] = {}  # word → messages, the oldest first
        self._words: dict[Stamp, frozenset[str]] = {}
        self._unread: dict[Stamp, None] = {}
        for room in workspace.channels.values():
            self._unread.update(((ts, room.id), None) for ts in room.messages)
        workspace.listen(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.kind == "message" and change.ts is not None and change.channel is not None:
            self._unread[change.ts, change.channel] = None
            if len(self._unread) >= MOST_UNREAD:  # so that no search has to wait for long
                self._read_in()

    def find(
        self,
        query: str,
        sees: Callable[[Channel], bool],
        *,
        after: Stamp | None = None,
        oldest_first: bool = False,
    ) -> Iterator[Message]:
        """The messages with all the words, in channels that are seen; the newest first.

        `after` goes on behind that message.
        """
        self._read_in()
        wanted = words_in(query)
        lists = [self._holding.get(word, []) for word in wanted]
        shortest = min(lists, key=len, default=[])
        seen: dict[str, bool] = {}
        for ts, channel in _from(shortest, after, oldest_first=oldest_first):
            if not wanted <= self._words[ts, channel]:
                continue
            room = self._workspace.channels[channel]
            if channel not in seen:
                seen[channel] = sees(room)
            if seen[channel]:
                yield room.messages[ts]

    def _read_in(self) -> None:
        unread, self._unread = self._unread, {}
        for key in unread:
            ts, channel = key
            said = self._workspace.channels[channel].messages.get(ts)
            now = frozenset[str]() if said is None else words_in(said.text)
            before = self._words.pop(key, frozenset())
            for word in before - now:
                self._forget(word, key)
            for word in now - before:
                insort(self._holding.setdefault(word, []), key)
            if said is not None:
                self._words[key] = now

    def _forget(self, word: str, key: Stamp) -> None:
        holding = self._holding[word]
        del holding[bisect_left(holding, key)]
        if not holding:
            del self._holding[word]


def _from(keys: list[Stamp], after: Stamp | None, *, oldest_first: bool) -> Iterator[Stamp]:
    if oldest_first:
        start = 0 if after is None else bisect_left(keys, (after[0], f"{after[1]}\0"))
        return (keys[place] for place in range(start, len(keys)))
    end = len(keys) if after is None else bisect_left(keys, after)
    return (keys[place] for place in range(end - 1, -1, -1))
