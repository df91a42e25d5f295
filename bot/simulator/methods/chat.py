"""chat.*: what the app says, changes and takes back (contract §1.7)."""

import json
from typing import Any

from bot.simulator import blocks as block_kit
from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import messages, rooms
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import SlackError
from bot.simulator.model import Blocks, Channel, Json, Message

LONGEST_UPDATE = 4000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
LONGEST_BLOCKS = 11_000  # undocumented: 11,341 were refused, 10,000 are safe
LARGEST_METADATA = 16_000
NO_REPLIES = frozenset({"channel_join", "channel_leave"})


# -- reading the content -----------------------------------------------------------------------


def _blocks(call: ApiCall) -> Blocks | None:
    given = call.json("blocks", "invalid_blocks_format")
    if given is None:
        return None
    problems = block_kit.problems_in_message(given)
    if problems:
        raise SlackError(
            "invalid_blocks",
            errors=problems,
            response_metadata={"messages": [f"[ERROR] {each}" for each in problems]},
        )
    if block_kit.text_length(given) > LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    checked: Blocks = given
    return checked


def _attachments(call: ApiCall) -> Blocks | None:
    given = call.json("attachments", "invalid_attachments")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise SlackError("invalid_attachments")
    if len(given) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for place, each in enumerate(given):
        if each.get("blocks"):
            at = f"/attachments/{place}/blocks"
            problems = block_kit.problems_in_message(each["blocks"], at)
            if problems:
                raise SlackError("invalid_attachments", errors=problems)
    return given


def _metadata(call: ApiCall) -> Json | None:
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


def _content(call: ApiCall) -> Content:
    text, blocks = call.text("text"), _blocks(call)
    attachments = _attachments(call)
    markdown = call.text("markdown_text")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > LONGEST_MARKDOWN:
            raise SlackError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > messages.LONGEST_TEXT:
        call.warnings.append("message_truncated")
    icons: Json = {
        key: call.text(f"icon_{key}") for key in ("emoji", "url") if call.text(f"icon_{key}")
    }
    username = call.text("username") or (
        call.workspace.users[call.app.user_id].name if icons else ""
    )
    if username:
        call.need("chat:write.customize")
    return Content(
        text=text,
        blocks=blocks,
        attachments=attachments,
        metadata=_metadata(call) or None,
        username=username or None,
        icons=icons or None,
    )


# -- where it goes -----------------------------------------------------------------------------


def _destination(call: ApiCall) -> Channel:
    """The channel by id or name; a person's id means the DM with them (contract §1.7)."""
    workspace, wanted = call.workspace, call.text("channel")
    person = workspace.users.get(wanted)
    if person is not None:
        if person.deleted or person.id == call.app.user_id:
            raise SlackError("channel_not_found")
        return rooms.direct_message(workspace, wanted)
    room = workspace.channels.get(wanted)
    if room is None:
        try:
            room = workspace.channel_named(wanted)
        except LookupError:
            raise SlackError("channel_not_found") from None
    if room.is_private and not room.is_member(call.app.user_id):
        raise SlackError("channel_not_found")
    return room


def _may_post(call: ApiCall, room: Channel) -> None:
    if room.is_archived:
        raise SlackError("is_archived")
    if not room.is_member(call.app.user_id) and "chat:write.public" not in call.app.scopes:
        raise SlackError("not_in_channel")


def _thread(call: ApiCall, room: Channel) -> str | None:
    ts = call.text("thread_ts")
    if not ts:
        return None
    parent = room.messages.get(ts)
    if parent is None or parent.subtype in NO_REPLIES:
        raise SlackError("cannot_reply_to_message")
    return ts


# -- the methods -------------------------------------------------------------------------------


def post_message(call: ApiCall) -> Json:
    """Say something in a channel, a thread or a DM."""
    room = _destination(call)
    _may_post(call, room)
    content = _content(call)
    said = messages.post(
        call.workspace,
        room,
        content,
        user=call.app.user_id,
        thread_ts=_thread(call, room),
        broadcast=call.flag("reply_broadcast"),
    )
    return {
        "channel": room.id,
        "ts": said.ts,
        "message": shapes.message(call.workspace, said),
    }


def me_message(call: ApiCall) -> Json:
    """Say something in the third person."""
    room = _destination(call)
    _may_post(call, room)
    said = messages.notice(
        call.workspace, room, "me_message", user=call.app.user_id, text=call.text("text")
    )
    return {"channel": room.id, "ts": said.ts}


def post_ephemeral(call: ApiCall) -> Json:
    """Show something to one person; nobody can find or change it afterwards."""
    room = call.channel()
    if room.is_archived:
        raise SlackError("is_archived")
    if not room.is_member(call.app.user_id):
        raise SlackError("not_in_channel")
    if not room.is_member(call.text("user")):
        raise SlackError("user_not_in_channel")
    shown = messages.whisper(
        call.workspace,
        room,
        _content(call),
        user=call.text("user"),
        thread_ts=call.text("thread_ts") or None,
    )
    return {"message_ts": shown.ts}


def _own_message(call: ApiCall, room: Channel, refusal: str) -> Message:
    said = messages.find(room, call.text("ts"))
    if not said.by_app:
        raise SlackError(refusal)
    return said


def update(call: ApiCall) -> Json:
    """Change one of the app's messages; text without blocks takes the blocks away."""
    room = call.channel()
    said = _own_message(call, room, "cant_update_message")
    if room.is_archived:
        raise SlackError("is_inactive")
    blocks, attachments, metadata = _blocks(call), _attachments(call), _metadata(call)
    has_text = call.has("text")
    if not has_text and blocks is None and attachments is None and metadata is None:
        raise SlackError("no_text")
    if len(call.text("text")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    before = shapes.message(call.workspace, said)
    _put(call, said, blocks, attachments, metadata)
    messages.change(call.workspace, room, said, before)
    body = shapes.message(call.workspace, said)
    del body["ts"]
    return {"channel": room.id, "ts": said.ts, "text": said.text, "message": body}


def _put(
    call: ApiCall,
    said: Message,
    blocks: Blocks | None,
    attachments: Blocks | None,
    metadata: Json | None,
) -> None:
    if call.has("text"):
        said.text = call.text("text")
    if blocks is not None:
        said.blocks = messages.with_block_ids(blocks, said.ts[-5:]) or None
    elif call.has("text"):
        said.blocks = None
        said.edited = {"user": call.app.user_id, "ts": f"{call.workspace.seconds()}.000000"}
    if attachments is not None:
        said.attachments = attachments or None
    if metadata is not None:
        said.metadata = metadata or None


def delete(call: ApiCall) -> Json:
    """Take one of the app's messages back."""
    room = call.channel()
    said = _own_message(call, room, "cant_delete_message")
    messages.delete(call.workspace, room, said)
    return {"channel": room.id, "ts": said.ts}


def permalink(call: ApiCall) -> Json:
    """The address of a message."""
    room = call.channel()
    said = messages.find(room, call.text("message_ts"))
    return {"channel": room.id, "permalink": call.workspace.permalink(said)}


WRITE = ("chat:write",)
METHODS = (
    Method(
        name="chat.postMessage", answer=post_message, scopes=WRITE, required=("channel",), tier=0
    ),
    Method(name="chat.meMessage", answer=me_message, scopes=WRITE, required=("channel", "text")),
    Method(
        name="chat.postEphemeral",
        answer=post_ephemeral,
        scopes=WRITE,
        required=("channel", "user"),
        tier=4,
    ),
    Method(name="chat.update", answer=update, scopes=WRITE, required=("channel", "ts")),
    Method(name="chat.delete", answer=delete, scopes=WRITE, required=("channel", "ts")),
    Method(name="chat.getPermalink", answer=permalink, required=("channel", "message_ts"), tier=0),
)
