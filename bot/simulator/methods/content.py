"""Reads a message's content and destination from the arguments of a call (§1.7, §2)."""

import json
from typing import Any

from bot.simulator import blocks as block_kit
from bot.simulator import composer
from bot.simulator.api import ApiCall
from bot.simulator.deeds import dms, messages
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import SlackError
from bot.simulator.model import Blocks, Channel, Json

LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000
NO_REPLIES = frozenset({"channel_join", "channel_leave"})


# -- reading the content -----------------------------------------------------------------------


def blocks_of(call: ApiCall) -> Blocks | None:
    """The blocks, checked; None when there are none given."""
    given = call.json("blocks", "invalid_blocks_format")
    if given is None:
        return None
    problems = block_kit.problems_in_message(given)
    if problems:
        raise refused_for("invalid_blocks", problems)
    if block_kit.are_too_long(given):
        raise SlackError("msg_blocks_too_long")
    if any(each["type"] == "video" for each in given):
        call.need("links.embed:write")
    checked: Blocks = given
    return checked


def attachments_of(call: ApiCall) -> Blocks | None:
    """The attachments, checked with the blocks in them."""
    given = call.json("attachments", "invalid_attachments")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise SlackError("invalid_attachments")
    if len(given) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    problems = [
        problem
        for place, each in enumerate(given)
        for problem in block_kit.problems_in_attachment(each, f"/attachments/{place}")
    ]
    if problems:
        raise refused_for("invalid_attachments", problems)
    return given


def refused_for(error: str, problems: list[str]) -> SlackError:
    """A refusal that points at what is wrong (contract §1.1)."""
    return SlackError(
        error,
        errors=problems,
        response_metadata={"messages": [f"[ERROR] {each}" for each in problems]},
    )


def metadata_of(call: ApiCall) -> Json | None:
    """The metadata, checked; an empty object means that it is to go."""
    given = call.json("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    if not given:
        return {}
    payload: Any = given.get("event_payload")
    if not isinstance(given.get("event_type"), str) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(payload)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return given


def words_of(call: ApiCall) -> tuple[str, Blocks | None]:
    """Text and blocks; markdown stands for both."""
    text, blocks, markdown = _linked(call), blocks_of(call), call.text("markdown_text")
    if not markdown:
        return text, blocks
    if text or blocks:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return markdown, [{"type": "markdown", "text": markdown}]


def _linked(call: ApiCall) -> str:
    """The text, with the links that Slack is asked to find in it (contract §2.2)."""
    text = call.text("text")
    if call.text("parse") == "full":  # as if a person had typed it: nothing in it is markup
        return composer.flat(call.workspace, list(composer.pieces(call.workspace, text)))
    return composer.with_groups(call.workspace, text) if call.flag("link_names") else text


def content_of(call: ApiCall) -> Content:
    """The content of a message."""
    text, blocks = words_of(call)
    attachments = attachments_of(call)
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > messages.LONGEST_TEXT:
        call.warnings.append("message_truncated")
    if not text:  # nothing for notifications and screen readers to say
        call.warnings.append("missing_text_in_message")
    icons: Json = {
        key: call.text(f"icon_{key}") for key in ("emoji", "url") if call.text(f"icon_{key}")
    }
    username = call.text("username") or (
        call.workspace.users[call.bot.user_id].name if icons else ""
    )
    if username:
        call.need("chat:write.customize")
    return Content(
        text=text,
        mrkdwn=call.flag("mrkdwn", default=True),
        blocks=blocks,
        attachments=attachments,
        metadata=metadata_of(call) or None,
        username=username or None,
        icons=icons or None,
    )


# -- where it goes -----------------------------------------------------------------------------


def destination(call: ApiCall) -> Channel:
    """The channel by id or name; a person's id means the DM with them (contract §1.7)."""
    workspace, wanted = call.workspace, call.text("channel")
    person = workspace.users.get(wanted)
    if person is not None:
        if person.deleted or person.id == call.bot.user_id:
            raise SlackError("channel_not_found")
        return dms.with_app(workspace, wanted)
    room = workspace.channels.get(wanted)
    if room is None:
        try:
            room = workspace.channel_named(wanted)
        except LookupError:
            raise SlackError("channel_not_found") from None
    if not room.is_there_for(call.bot.user_id):
        raise SlackError("channel_not_found")
    return room


def may_post(call: ApiCall, room: Channel) -> None:
    """Refuse where the app may not write."""
    if call.flag("as_user"):
        raise SlackError("as_user_not_supported")
    if room.kind == "im" and not call.app.messages_tab:
        raise SlackError("messages_tab_disabled")
    if room.is_archived:
        raise SlackError("is_archived")
    if not room.is_member(call.bot.user_id) and "chat:write.public" not in call.workspace.scopes:
        raise SlackError("not_in_channel")


def thread_of(call: ApiCall, room: Channel) -> str | None:
    """The message that is answered."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    parent = room.messages.get(ts)
    if parent is None or parent.subtype in NO_REPLIES:
        raise SlackError("cannot_reply_to_message")
    return ts
