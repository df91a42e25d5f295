"""Whether an exported incident is as it was written; it takes no database."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.anchoring import of_record
from bot.storage.chains import EVENT, Chain, content_of, hash_of
from bot.storage.codec import MISREAD
from bot.storage.export_words_check import (
    KeptEvents,
    anchored_of,
    kept_faults,
    message_faults,
    messages_sealed,
)
from bot.storage.exporting import FORM
from bot.storage.keys import EventKey

Json = Mapping[str, Any]
Export = Mapping[str, Any]
"""What `exporting.exported` returns, or is to be proved to be."""
LISTS = ("rooms", "events", "texts", "anchors", "messages", "batches", "kept")
KEYS = {"form", "incident", "stream", "workspace", *LISTS}


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
    except MISREAD as fault:
        return [f"it is not in the form of an export: {type(fault).__name__} {fault}"]


def _faults(export: Json) -> Iterator[str]:
    if not all(isinstance(export[part], list) for part in LISTS):
        raise TypeError("a part is no list")
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
    anchors = _heads(export)
    yield from _anchor_faults(export, hashes)
    kept = _kept(export)
    if len(kept) != len(export["kept"]):
        yield "an event of the message log is there twice"
    yield from kept_faults(kept, anchors, export["workspace"])
    yield from message_faults(export, kept)


def _row(event: Json) -> dict[str, Any]:
    """An event as the database has it."""
    if set(event) != set(EVENT):
        raise KeyError("an event")
    return {**event, "body": event["body"].encode()}


def _heads(export: Json) -> dict[EventKey, str]:
    """Return what the workspace's chain has of other streams, as far as the export shows it."""
    return {
        (head["stream"], head["version"]): head["hash"]
        for anchor in export["anchors"]
        for head in content_of(_row(anchor)).get("heads", ())
    }


def _kept(export: Json) -> KeptEvents:
    return {(each["stream"], each["version"]): _row(each) for each in export["kept"]}


def _anchor_faults(export: Json, hashes: Mapping[int, str]) -> Iterator[str]:
    workspace, last = export["workspace"], 0
    for anchor in export["anchors"]:
        row = _row(anchor)
        name = f"event {row['version']} of the workspace's chain"
        if hash_of(row) != row["hash"]:
            yield f"{name} was changed"
        if (row["stream"], row["workspace"]) != (of_record(workspace), workspace):
            yield f"{name} is of another workspace"
        if row["version"] <= last:
            yield f"{name} is out of order"
        last = row["version"]
        for head in content_of(row).get("heads", ()):
            if head["stream"] == export["stream"] and hashes.get(head["version"]) != head["hash"]:
                yield f"event {head['version']} is missing or not the one that was anchored"


# ── What a sound export amounts to ──────────────────────────────────────────────────────────────


def anchored_to(export: Json) -> int:
    """Return up to which event the export is anchored."""
    versions = (version for stream, version in _heads(export) if stream == export["stream"])
    return max(versions, default=0)


def anchored_messages(export: Json) -> int:
    """Return how many of its messages the workspace's chain holds."""
    return messages_sealed(export, anchored_of(_kept(export), _heads(export)))


def anchors_of(export: Json) -> list[str]:
    """Return the hashes by which the record is asked whether it still holds all this."""
    return [str(anchor["hash"]) for anchor in export["anchors"]]
