"""A message as Slack writes it in JSON, read into the log's value: the one place that knows how."""

from collections.abc import Mapping
from typing import Any

from bot.slack.answers import is_odd
from bot.storage.messages import Said, SharedFile
from bot.storage.selves import Self

Raw = Mapping[str, Any]

NOTICES = frozenset(
    {
        "bot_add",
        "bot_remove",
        "channel_archive",
        "channel_canvas_updated",
        "channel_convert_to_private",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "ekm_access_denied",
        "group_archive",
        "group_join",
        "group_leave",
        "group_name",
        "group_purpose",
        "group_topic",
        "group_unarchive",
        "message_replied",
        "pinned_item",
        "reminder_add",
        "unpinned_item",
    }
)
"""Slack's own remarks on the channel: nobody said them, and the events themselves are recorded."""


def said(raw: Raw, workspace: str, channel: str, *, as_of: str | None = None) -> Said | None:
    """Return what was said; None for what nobody said, and for what cannot be read.

    `as_of` is the ts of the event that told of it; without one, the message speaks for itself.
    """
    ts = str(raw.get("ts") or "")
    if not ts or raw.get("subtype") in NOTICES or is_odd(raw):
        return None
    edited = (raw.get("edited") or {}).get("ts")
    last_word = as_of or (_end_of_second(str(edited)) if edited else ts)
    thread_ts = raw.get("thread_ts")
    thread = str(thread_ts) if thread_ts and thread_ts != ts else None
    if is_tombstone(raw):
        return Said(
            workspace=workspace,
            channel=channel,
            ts=ts,
            as_of=last_word,
            thread_ts=thread,
            deleted=True,
        )
    return Said(
        workspace=workspace,
        channel=channel,
        ts=ts,
        as_of=last_word,
        user=str(raw.get("user") or raw.get("bot_id") or ""),
        text=_text(raw),
        thread_ts=thread,
        files=tuple(_file(one) for one in raw.get("files") or ()),
        edited_ts=str(edited) if edited else None,
    )


def _end_of_second(edited_ts: str) -> str:
    """Return the end of the second by which Slack names an edit: it contains all that happened."""
    return f"{edited_ts.partition('.')[0]}.999999"


def is_tombstone(raw: Raw) -> bool:
    """Whether this stands where a message with replies was deleted."""
    return raw.get("subtype") == "tombstone"


def is_own(raw: Raw, me: Self) -> bool:
    """Whether the bot said this."""
    return raw.get("bot_id") == me.bot or raw.get("user") == me.user


def _text(raw: Raw) -> str:
    """Return the text; of a monitoring tool's message, mostly what its attachments say."""
    text = storable(raw.get("text") or "")
    if text:
        return text
    parts = (
        storable(one.get("fallback") or one.get("text") or one.get("title") or "")
        for one in raw.get("attachments") or ()
    )
    return "\n".join(part for part in parts if part)


def storable(text: object) -> str:
    """Return a text that every database takes: some apps cut an emoji in half, or send zeros."""
    return str(text).replace("\0", "").encode("utf-8", "replace").decode()


def _file(raw: Raw) -> SharedFile:
    return SharedFile(
        name=storable(raw.get("title") or raw.get("name") or raw.get("id") or "a file"),
        link=storable(raw.get("permalink") or ""),
        kind=storable(raw.get("mimetype") or ""),
    )
