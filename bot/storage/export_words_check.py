"""Whether the messages of an export are those that the workspace's chain holds; without a database.

Each message is the newest line that a batch has of it, each batch is what its event says, and from
that event others lead, hash by hash, to one that the workspace's chain has anchored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.storage import batches
from bot.storage import tables as t
from bot.storage.chains import Row, content_of, hash_of
from bot.storage.keys import EventKey, MessageKey
from bot.storage.verifying_messages import Line, line_of_row, read_line

Json = Mapping[str, Any]


@dataclass
class Lines:
    """What the batches of an export have of its messages."""

    newest: dict[MessageKey, list[tuple[Line, EventKey]]] = field(default_factory=dict)
    """The newest line of each message, as often as it was told, and which batches have it."""
    told: dict[MessageKey, set[tuple[str, str]]] = field(default_factory=dict)
    """Who said it and in which thread, as any line of the message has it."""

    def take_all(self, batch: Json) -> None:
        """Take the lines of a batch that are shown."""
        for part in batch["words"]:
            if "line" in part:
                self.take(part["line"], (batch["stream"], batch["version"]))

    def take(self, text: str, batch: EventKey) -> None:
        """Take a line."""
        line = read_line(text)
        if line is None:
            return
        who = self.told.setdefault(line.message, set())
        who.update({("user", line.user), ("thread_ts", line.thread_ts)})
        known = self.newest.setdefault(line.message, [])
        if known and known[0][0].age < line.age:
            known.clear()
        if not known or known[0][0].age == line.age:
            known.append((line, batch))

    def batch_of(self, message: Json) -> EventKey | None:
        """Return the batch that has a message as it is, None where none has."""
        key = message["channel"], message["ts"]
        salt = message["salt"]
        now = line_of_row({**message, "salt": None if salt is None else bytes.fromhex(salt)})
        for line, batch in self.newest.get(key, []):
            if _is(now, line, self.told[key]):
                return batch
        return None

    def awaits(self, message: Json) -> bool:
        """Whether a message waits for its batch, and is not older than what batches have."""
        now = line_of_row(message) if message["salt"] is None else None
        key = message["channel"], message["ts"]
        return now is not None and all(line.age <= now.age for line, _ in self.newest.get(key, []))


KeptEvents = Mapping[EventKey, Row]
"""The events that name the batches, with their digests."""


def kept_faults(kept: KeptEvents, anchors: Mapping[EventKey, str], workspace: str) -> Iterator[str]:
    """Say what is wrong with the events that name the batches."""
    for (stream, version), row in sorted(kept.items(), reverse=True):
        name = f"event {version} of {stream}"
        following = kept.get((stream, version + 1))
        if hash_of(row) != row["hash"] or row["workspace"] != workspace:
            yield f"{name} was changed"
        elif anchors.get((stream, version), row["hash"]) != row["hash"]:
            yield f"{name} is not the one that was anchored"
        elif following is not None and following["previous"] != row["hash"]:
            yield f"event {version + 1} of {stream} does not follow event {version}"


def anchored_of(kept: KeptEvents, anchors: Mapping[EventKey, str]) -> set[EventKey]:
    """Return which of them, in an export without faults, lead to one that is anchored."""
    anchored: set[EventKey] = set()
    for stream, version in sorted(kept, reverse=True):
        if (stream, version) in anchors or (stream, version + 1) in anchored:
            anchored.add((stream, version))
    return anchored


def message_faults(export: Json, kept: KeptEvents) -> Iterator[str]:
    """Compare each batch with its event, and each message with its newest line."""
    lines = Lines()
    for batch in export["batches"]:
        key = batch["stream"], batch["version"]
        if key not in kept or not _is_whole(kept[key], batch["words"]):
            yield f"the words of event {key[1]} of {key[0]} were changed"
            continue
        lines.take_all(batch)
    left = set(lines.newest)
    for message in export["messages"]:
        key = message["channel"], message["ts"]
        if not _is_message(message):
            raise TypeError(f"the message {key[1]}")
        left.discard(key)
        if lines.batch_of(message) is None and not lines.awaits(message):
            yield f"the message {key[1]} in {key[0]} was changed or added"
        if message["workspace"] != export["workspace"] or message["channel"] not in export["rooms"]:
            yield f"the message {key[1]} in {key[0]} is from elsewhere"
    for channel, ts in sorted(left):
        yield f"the message {ts} in {channel} was removed"


def _is_message(message: Json) -> bool:
    """Whether it has what a message has, each of its kind: an empty list is no empty text."""
    return set(message) == set(_KINDS) and all(
        isinstance(message[name], kind) for name, kind in _KINDS.items()
    )


_KINDS = {
    column.name: {"deleted": bool}.get(column.name, str | None if column.nullable else str)
    for column in t.messages.columns
}


def messages_sealed(export: Json, anchored: set[EventKey]) -> int:
    """Return how many messages are in a batch of these events, in an export without faults."""
    lines = Lines()
    for batch in export["batches"]:
        lines.take_all(batch)
    return sum(lines.batch_of(message) in anchored for message in export["messages"])


def _is_whole(event: Row, words: Sequence[Json]) -> bool:
    """Whether a batch is what its event says: lines that are not shown count by their digests."""
    content = content_of(event)
    digests = [
        sha256(part["line"].encode(errors="surrogateescape")).digest()
        if "line" in part
        else bytes.fromhex(part["digest"])
        for part in words
    ]
    return bool(
        content.get("words") == len(words) and content.get("digest") == batches.digest_over(digests)
    )


def _is(now: Line | None, newest: Line, told: set[tuple[str, str]]) -> bool:
    """Whether a message equals this line; who said it, and where, may stand in an older one."""
    if now is None or (now.age, now.digest) != (newest.age, newest.digest):
        return False
    return all(
        getattr(now, name) in ({getattr(newest, name)} - {""} or _told(told, name))
        for name in ("user", "thread_ts")
    )


def _told(told: set[tuple[str, str]], name: str) -> set[str]:
    """Return what lines tell of it: nothing only where none of them tells anything."""
    return {value for of, value in told if of == name and value} or {""}
