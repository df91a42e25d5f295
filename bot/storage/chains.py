"""Whether one stream is as it was written: each event, its texts, their order.

Rows come as the database has them, unread: what somebody has changed need not be readable. The
same check serves a database and an exported file.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.storage.codec import digest
from bot.storage.streams import HEADING, NOTHING, event_hash

Row = Mapping[str, Any]
Texts = Mapping[str, Row]
"""The texts of one event, by field."""

EVENT = (*HEADING, "body", "previous", "hash")
"""What an event consists of. Its `position` is the database's own and means nothing."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEAR = 50
"""How many events away the right place of a misplaced one is looked for."""


def hash_of(row: Row) -> str | None:
    """Return the hash that an event should have, None where its row cannot be one."""
    try:
        times = {
            name: _EPOCH + timedelta(microseconds=row[name])
            for name in ("happened_at", "recorded_at")
        }
        return event_hash({**row, **times})
    except (AssertionError, OverflowError, TypeError, UnicodeError, ValueError):
        return None


def time_of(instant: object) -> datetime | None:
    """Return a time as the database has it, None where it is none any more."""
    try:
        return _EPOCH + timedelta(microseconds=instant) if isinstance(instant, int) else None
    except OverflowError:
        return None


def content_of(row: Row) -> dict[str, Any]:
    """Return what an event says as plain values, nothing where it cannot be read."""
    try:
        content = json.loads(row["body"])
    except (TypeError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


Head = tuple[str, int, str]
"""A stream, how many events it has, and the hash of the last."""


def heads_of(content: Mapping[str, Any]) -> list[Head]:
    """Return the heads that an event anchors; what is no head any more was changed, and is told."""
    heads = content.get("heads")
    found = [each for each in heads if isinstance(each, dict)] if isinstance(heads, list) else []
    read = [(each.get("stream"), each.get("version"), each.get("hash")) for each in found]
    return [
        (stream, version, last)
        for stream, version, last in read
        if isinstance(stream, str) and isinstance(last, str)
        if isinstance(version, int) and 0 < version < _MOST
    ]


def places_of(content: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return the texts that an event empties; what names none any more was changed, and is told."""
    texts = content.get("texts")
    found = [each for each in texts if isinstance(each, dict)] if isinstance(texts, list) else []
    read = [(each.get("version"), each.get("field")) for each in found]
    return [
        (version, name)
        for version, name in read
        if isinstance(version, int) and isinstance(name, str)
    ]


_MOST = 2**31
"""A version that no stream reaches, and more than the database can be asked for."""


@dataclass
class Chain:
    """One stream, fed event by event; what is wrong comes back in words."""

    version: int = 0
    hash: str = NOTHING
    emptied: dict[tuple[int, str], bool] = field(default_factory=dict)
    """Texts that are empty and of which no event has said so yet, by version and field."""
    texts: int = 0
    covered: int = 0
    """Texts that are empty as an event has it."""
    _also: str | None = NOTHING
    """The hash that the last event should have: who changed it left what follows as it was."""

    def follow(self, row: Row, texts: Texts) -> list[str]:
        """Return what is wrong with the next event."""
        faults = [*self._place(row), *self._text_faults(row, texts)]
        self._cover(row)
        self.version, self.hash = row["version"], row["hash"]
        return faults

    def _place(self, row: Row) -> list[str]:
        version, wanted = row["version"], self.version + 1
        right = hash_of(row)
        follows = row["previous"] in {self.hash, self._also}
        self._also = right
        if version != wanted:
            gap = (
                f"event {wanted} is"
                if version == wanted + 1
                else f"events {wanted} to {version - 1} are"
            )
            missing = [f"{gap} missing: removed from the middle"]
            return missing if right == row["hash"] else [*missing, *self._changed(row)]
        if right != row["hash"]:
            return self._changed(row)
        if not follows:
            before = f"event {self.version}" if self.version else "the beginning"
            return [f"event {version} does not follow {before}: one of them was replaced"]
        return []

    def _changed(self, row: Row) -> list[str]:
        version = row["version"]
        for other in range(max(1, version - _NEAR), version + _NEAR):
            if hash_of({**row, "version": other}) == row["hash"]:
                return [f"event {version} was reordered: it was written as event {other}"]
        return [f"event {version} was changed"]

    # Texts

    def _text_faults(self, row: Row, texts: Texts) -> Iterable[str]:
        version = row["version"]
        wanted = {
            name: value["digest"]
            for name, value in content_of(row).items()
            if isinstance(value, dict) and set(value) == {"digest"}
        }
        for name in wanted.keys() - texts.keys():
            yield f"the text “{name}” of event {version} is missing"
        for name in texts.keys() - wanted.keys():
            yield f"event {version} has a text “{name}” that it was written without"
        for name in sorted(wanted.keys() & texts.keys()):
            self.texts += 1
            text = texts[name]
            if text["workspace"] != row["workspace"]:
                yield f"the text “{name}” of event {version} was moved to another workspace"
            elif text["body"] is None and text["salt"] == "":
                self.emptied[version, name] = True
            elif _digest_of(text) != wanted[name]:
                yield f"the text “{name}” of event {version} was changed"

    def _cover(self, row: Row) -> None:
        if row["name"] == "WordsEmptied":
            for place in places_of(content_of(row)):
                self.covered += self.emptied.pop(place, False)

    def end(self) -> list[str]:
        """Return what is wrong with the stream as a whole."""
        return [
            f"the text “{name}” of event {version} was emptied without an erasure on record"
            for version, name in self.emptied
        ]


def _digest_of(text: Row) -> str | None:
    try:
        return digest(text["salt"], text["body"])
    except (TypeError, UnicodeError):
        return None


def short(hashed: str) -> str:
    """Return the beginning of a hash, as people compare it."""
    return hashed[:16]
