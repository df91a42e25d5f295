"""Exports that somebody has changed: carelessly, or with all that depends on it."""

import copy
import json
from hashlib import sha256
from typing import Any, Literal

from bot.storage import batches, tables
from bot.storage.chains import hash_of

Place = tuple[Any, ...]


def leaves(value: Any, place: Place = ()) -> list[Place]:
    """The places of all values in an export that are no list or object."""
    if isinstance(value, dict):
        return [each for key in value for each in leaves(value[key], (*place, key))]
    if isinstance(value, list):
        return [each for n in range(len(value)) for each in leaves(value[n], (*place, n))]
    return [place]


def changed(export: Any, place: Place) -> Any:
    """The export with another value at a place."""
    other = copy.deepcopy(export)
    at = other
    for key in place[:-1]:
        at = at[key]
    was = at[place[-1]]
    match was:
        case bool():
            at[place[-1]] = not was
        case int():
            at[place[-1]] = was + 1
        case str():
            at[place[-1]] = f"{was[:-1]}{'x' if was[-1:] != 'x' else 'y'}"
        case _:
            at[place[-1]] = "1.1"
    return other


def forges(export: Any, was: str, now: str, *, upto: Literal["batches", "kept", "anchors"]) -> None:
    """Have somebody have said something else, in each part of an export up to this one."""
    (message,) = [each for each in export["messages"] if each["text"] == was]
    before = _line_of(message)
    message["text"] = now
    for batch in export["batches"]:
        for word in batch["words"]:
            if word.get("line") == before:
                word["line"] = _line_of(message)
    if upto != "batches":
        hashes = _forges_kept(export)
        if upto == "anchors":
            _forges_anchors(export, hashes)


def _line_of(message: dict[str, Any]) -> str:
    row = {**message, "salt": bytes.fromhex(message["salt"])}
    return batches.line([row[column.name] for column in tables.messages.columns])


def _forges_kept(export: Any) -> dict[tuple[str, int], str]:
    """Have each event of the message log follow from its words; return the new hashes."""
    digests = {
        (batch["stream"], batch["version"]): batches.digest_over(map(_digest, batch["words"]))
        for batch in export["batches"]
    }
    hashes: dict[tuple[str, int], str] = {}
    for event in export["kept"]:
        key = event["stream"], event["version"]
        body = json.loads(event["body"])
        if digests.get(key, body["digest"]) != body["digest"]:
            event["body"] = json.dumps({**body, "digest": digests[key]})
        event["previous"] = hashes.get((key[0], key[1] - 1), event["previous"])
        hashes[key] = _signs(event)
    return hashes


def _forges_anchors(export: Any, hashes: dict[tuple[str, int], str]) -> None:
    for event in export["anchors"]:
        body = json.loads(event["body"])
        for head in body["heads"]:
            head["hash"] = hashes.get((head["stream"], head["version"]), head["hash"])
        if body != json.loads(event["body"]):
            event["body"] = json.dumps(body)
            _signs(event)


def _digest(word: dict[str, str]) -> bytes:
    return (
        sha256(word["line"].encode()).digest() if "line" in word else bytes.fromhex(word["digest"])
    )


def _signs(event: dict[str, Any]) -> str:
    event["hash"] = hash_of({**event, "body": event["body"].encode()})
    return str(event["hash"])
