"""The id of its effect, which every post of the bot carries in Slack's message metadata."""

from collections.abc import Mapping
from typing import Any

_EVENT_TYPE = "muster_effect"


def metadata_of(effect_id: str) -> dict[str, Any]:
    """Return the metadata of a post."""
    return {"event_type": _EVENT_TYPE, "event_payload": {"effect": effect_id}}


def effect_of(message: Mapping[str, Any]) -> str | None:
    """Return the id of the effect that a message of the bot came from, if it carries one."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != _EVENT_TYPE:
        return None
    found = (metadata.get("event_payload") or {}).get("effect")
    return str(found) if found else None
