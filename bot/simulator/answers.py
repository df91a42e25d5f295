"""An app's answer to an interaction, validated before anybody sees it (contract §3.2, §4.5)."""

from typing import Any

from bot.simulator import blocks as block_kit
from bot.simulator import choices
from bot.simulator.check import Checker
from bot.simulator.deeds.messages import LONGEST_TEXT, Content
from bot.simulator.errors import SlackError
from bot.simulator.model import Channel, Json

MOST_ATTACHMENTS = 100


def content(body: Json) -> Content | None:
    """The message in an answer; None when it holds nothing to show.

    Raises:
        SlackError: blocks or attachments that Slack does not take; too long a text is cut.
    """
    blocks, attachments = body.get("blocks") or None, body.get("attachments") or None
    if blocks is not None and block_kit.problems_in_message(blocks):
        raise SlackError("invalid_blocks")
    if blocks is not None and block_kit.are_too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    if attachments is not None and not _are_attachments(attachments):
        raise SlackError("invalid_attachments")
    found = Content(
        text=_text(body.get("text"))[:LONGEST_TEXT], blocks=blocks, attachments=attachments
    )
    return found if found.text or found.blocks or found.attachments else None


def _are_attachments(given: Any) -> bool:  # noqa: ANN401 - unchecked
    return (
        isinstance(given, list)
        and len(given) <= MOST_ATTACHMENTS
        and all(isinstance(each, dict) for each in given)
        and not any(block_kit.problems_in_attachment(each, "") for each in given)
    )


def _text(given: object) -> str:
    if isinstance(given, str):
        return given
    return str(given) if isinstance(given, (int, float)) and not isinstance(given, bool) else ""


def thread(body: Json, room: Channel) -> str | None:
    """The thread that an answer belongs to, if it exists."""
    ts = body.get("thread_ts")
    return ts if isinstance(ts, str) and ts in room.messages else None


def errors(body: Json) -> dict[str, str]:
    """What is wrong with a form, by block id."""
    given = body.get("errors")
    if not isinstance(given, dict):
        return {}
    return {str(key): str(words) for key, words in given.items()}


def options(body: Json) -> Json:
    """The options for a select; none if Slack would not accept them."""
    found = {key: body[key] for key in ("options", "option_groups") if body.get(key)}
    check = Checker()
    choices.static_select(check, {"type": "static_select", "action_id": "a", **found}, "")
    return {} if check.problems else found
