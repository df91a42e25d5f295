"""Whether an exported incident is as it was written; it takes no database."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.storage import batches
from bot.storage.chains import EVENT, Chain, content_of, hash_of
from bot.storage.exporting import FORM
from bot.storage.verifying_messages import Word, word_of, word_of_row

Json = Mapping[str, Any]
KEYS = {
    "form",
    "incident",
    "stream",
    "workspace",
    "rooms",
    "events",
    "texts",
    "anchor",
    "messages",
    "batches",
}


class NoExport(Exception):
    """The file is no export of an incident."""


def faults_of(export: object) -> list[str]:
    """Return what is wrong with an export, in words.

    Raises:
        NoExport: it is none, or one that this version does not know.
    """
    if not isinstance(export, dict) or export.get("form") != FORM:
        raise NoExport
    if set(export) != KEYS:
        return [f"it has not the parts of an export: {', '.join(sorted(set(export) ^ KEYS))}"]
    try:
        return list(_faults(export))
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        return [f"it is not in the form of an export: {type(fault).__name__} {fault}"]


def _faults(export: Json) -> Iterator[str]:
    texts: dict[int, dict[str, Json]] = {}
    for text in export["texts"]:
        texts.setdefault(text["version"], {})[text["field"]] = text
    chain = Chain()
    hashes: dict[int, str] = {}
    for each in export["events"]:
        row = _row(each)
        yield from chain.follow(row, texts.pop(row["version"], {}))
        hashes[row["version"]] = row["hash"]
        if (row["stream"], row["workspace"]) != (export["stream"], export["workspace"]):
            yield f"event {row['version']} is of another incident"
    yield from chain.end()
    for version in texts:
        yield f"there is a text of event {version}, and no such event"
    first = content_of(_row(export["events"][0])) if export["events"] else {}
    if first.get("number") != export["incident"]:
        yield f"it is not INC-{export['incident']}"
    yield from _anchor_faults(export["anchor"], export["stream"], hashes)
    yield from _message_faults(export)


def _row(event: Json) -> dict[str, Any]:
    """An event as the database has it."""
    if set(event) != set(EVENT):
        raise KeyError("an event")
    return {**event, "body": event["body"].encode()}


def _anchor_faults(anchor: Json | None, stream: str, hashes: Mapping[int, str]) -> Iterator[str]:
    if anchor is None:
        return
    row = _row(anchor)
    if hash_of(row) != row["hash"]:
        yield "the anchor was changed"
        return
    for head in content_of(row)["heads"]:
        if head["stream"] == stream and hashes.get(head["version"]) != head["hash"]:
            yield f"event {head['version']} is missing or not the one that was anchored"


def anchored_to(export: Json) -> int:
    """Return up to which event the export is anchored."""
    if export["anchor"] is None:
        return 0
    heads = content_of(_row(export["anchor"])).get("heads", ())
    return max((head["version"] for head in heads if head["stream"] == export["stream"]), default=0)


# ── Messages ────────────────────────────────────────────────────────────────────────────────────


def _message_faults(export: Json) -> Iterator[str]:
    newest: dict[tuple[str, str], Word] = {}
    told: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for batch in export["batches"]:
        row = _row(batch["event"])
        if not _is_whole(row, batch["words"]):
            yield f"the words of event {row['version']} of {row['stream']} were changed"
            continue
        for part in batch["words"]:
            word = word_of(part["line"]) if "line" in part else None
            if word is None:
                continue
            who = told.setdefault(word.place, set())
            who.update({("user", word.user), ("thread_ts", word.thread_ts)})
            known = newest.get(word.place)
            if known is None or known.age <= word.age:
                newest[word.place] = word
    for message in export["messages"]:
        place = message["channel"], message["ts"]
        salt = message["salt"]
        now = word_of_row({**message, "salt": None if salt is None else bytes.fromhex(salt)})
        if not _is_newest(now, newest.pop(place, None), told.get(place, set())):
            yield f"the message {place[1]} in {place[0]} was changed, added, or is held by no batch"
        if message["workspace"] != export["workspace"] or message["channel"] not in export["rooms"]:
            yield f"the message {place[1]} in {place[0]} is from elsewhere"
    for channel, ts in newest:
        yield f"the message {ts} in {channel} was removed"


def _is_whole(event: Json, words: Sequence[Json]) -> bool:
    """Whether a batch is what its event says: lines that are not shown count by their digests."""
    content = content_of(event)
    digests = [
        sha256(part["line"].encode(errors="surrogateescape")).digest()
        if "line" in part
        else bytes.fromhex(part["digest"])
        for part in words
    ]
    return (
        hash_of(event) == event["hash"]
        and content.get("words") == len(words)
        and content.get("digest") == batches.digest_over(digests)
    )


def _is_newest(now: Word | None, newest: Word | None, told: set[tuple[str, str]]) -> bool:
    if now is None or newest is None or (now.age, now.digest) != (newest.age, newest.digest):
        return False
    return all(
        getattr(now, name) == (getattr(newest, name) or getattr(now, name))
        and (name, getattr(now, name)) in told
        for name in ("user", "thread_ts")
    )
