"""The entries of the record as JSON, for the inspector and other programs."""

import json
from datetime import UTC, datetime

from bot.simulator.model import Json
from bot.simulator.record import Attempt, Call, Delivery, Line, Note

LONGEST_BODY = 32_000
"""Characters of one body in a list; asking for the entry by its id gives all of it."""
PLACES = ("channel", "channel_id", "item", "container", "event", "message")


def channel_of(entry: Line) -> str:
    """The channel that an entry is about, or empty if its bodies do not say."""
    match entry:
        case Call():
            return entry.place or _channel_in(entry.args) or _channel_in(entry.answer)
        case Delivery():
            return _channel_in(entry.payload)
        case Note():
            return ""


def team_of(entry: Line) -> str:
    """The workspace that an entry is about; empty for what belongs to all or none."""
    if isinstance(entry, Call) and not entry.team:
        given = entry.answer.get("team")  # oauth.v2.access needs no token, and gives one
        return str(given.get("id", "")) if isinstance(given, dict) else ""
    return entry.team


def _channel_in(body: object, depth: int = 3) -> str:
    if not isinstance(body, dict) or not depth:
        return ""
    for key in PLACES:
        value = body.get(key)
        if isinstance(value, str) and key.startswith("channel"):
            return value
        if isinstance(value, dict):
            found = value.get("id") if key == "channel" else _channel_in(value, depth - 1)
            if found:
                return str(found)
    return ""


def name_of(entry: Line) -> str:
    """The method, the event or the command; for a note, its subject."""
    match entry:
        case Call():
            return entry.method
        case Delivery():
            return entry.name
        case Note():
            return entry.about


def kind_of(entry: Line) -> str:
    """The kind of entry: call, delivery or note."""
    match entry:
        case Call():
            return "call"
        case Delivery():
            return "delivery"
        case Note():
            return "note"


def line(entry: Line, *, whole: bool = False) -> Json:
    """One entry; long bodies are cut unless `whole` is set."""
    most = None if whole else LONGEST_BODY
    head: Json = {
        "id": entry.id,
        "kind": kind_of(entry),
        "number": entry.number,
        "changed": entry.changed,
        "at": entry.at.isoformat(),
        "machine": _machine(entry.wall),
        "name": name_of(entry),
        "workspace": team_of(entry),
        "channel": channel_of(entry),
    }
    match entry:
        case Call():
            return {**head, **_call(entry, most)}
        case Delivery():
            return {**head, **_delivery(entry, most)}
        case Note():
            return {**head, "text": entry.text}


def _call(call: Call, most: int | None) -> Json:
    return {
        "status": call.status,
        "error": call.error,
        "ms": _ms(call.took),
        "fault": call.fault,
        "request": _body(call.args, most),
        "response": _body(call.answer, most),
    }


def _delivery(delivery: Delivery, most: int | None) -> Json:
    last = delivery.attempts[-1] if delivery.attempts else None
    acknowledged = next(
        (each for each in delivery.attempts if each.outcome == "acknowledged"), None
    )
    decisive = acknowledged or last
    return {
        "type": delivery.kind,
        "status": decisive.outcome or "under way" if decisive else "waiting",
        "ms": _ms(delivery.acknowledged_after),
        "fault": delivery.fault,
        "request": _body(delivery.payload, most),
        "response": _body(acknowledged.answer if acknowledged else None, most),
        "attempts": [_attempt(each) for each in delivery.attempts],
    }


def _attempt(attempt: Attempt) -> Json:
    return {
        "at": attempt.at.isoformat(),
        "machine": _machine(attempt.wall),
        "number": attempt.number,
        "reason": attempt.reason,
        "outcome": attempt.outcome or "under way",
        "http": attempt.status,
        "said": attempt.said,
        "ms": _ms(attempt.acknowledged_after),
    }


def _machine(wall: float) -> str:
    """The machine's time, which moves while the workspace's clock stands."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _body(body: object, most: int | None) -> object:
    """The body; of a long one, its beginning and its length."""
    text = json.dumps(body, default=_named)  # an uploaded part is no JSON: its name stands for it
    if most is None or len(text) <= most:
        return json.loads(text)
    return {"cut": True, "characters": len(text), "begins": text[:most]}


def _named(part: object) -> str:
    return f"<file {getattr(part, 'filename', '')}>"
