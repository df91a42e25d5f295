"""The id of its effect, which every post of the bot carries in Slack's message metadata."""

from collections.abc import Mapping
from typing import Any

from bot.slack.shapes import text

_EVENT_TYPE = "muster_effect"


def metadata_of(effect_id: str) -> dict[str, Any]:
    """Return the metadata of a post."""
    return {"event_type": _EVENT_TYPE, "event_payload": {"effect": effect_id}}


def effect_of(message: Mapping[str, Any]) -> str | None:
    """Return the id of the effect that a message of the bot came from, if it carries one.

    Any app may give its messages metadata, of any form.
    """
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != _EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    found = payload.get("effect") if isinstance(payload, Mapping) else None
    return found if found and text(found) else None
