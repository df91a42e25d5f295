"""chat.*: posts, updates and deletes messages (contract §1.7)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import messages
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import SlackError
from bot.simulator.methods.content import (
    attachments_of,
    content_of,
    destination,
    may_post,
    metadata_of,
    thread_of,
    words_of,
)
from bot.simulator.model import Channel, Json, Message

LONGEST_UPDATE = 4000


def post_message(call: ApiCall) -> Json:
    """Say something in a channel, a thread or a DM."""
    room = destination(call)
    may_post(call, room)
    content = content_of(call)
    said = messages.post(
        call.workspace,
        room,
        content,
        user=call.bot.user_id,
        thread_ts=thread_of(call, room),
        broadcast=call.flag("reply_broadcast"),
    )
    return {
        "channel": room.id,
        "ts": said.ts,
        "message": shapes.message(call.workspace, said),
    }


def me_message(call: ApiCall) -> Json:
    """Say something in the third person."""
    room = destination(call)
    may_post(call, room)
    content = Content(text=call.text("text"))
    said = messages.post(call.workspace, room, content, user=call.bot.user_id, subtype="me_message")
    return {"channel": room.id, "ts": said.ts}


def post_ephemeral(call: ApiCall) -> Json:
    """Show something to one person; nobody can find or change it afterwards."""
    room = call.channel()
    if room.is_archived:
        raise SlackError("is_archived")
    if not room.is_member(call.bot.user_id):
        raise SlackError("not_in_channel")
    if not room.is_member(call.text("user")):
        raise SlackError("user_not_in_channel")
    content, thread_ts = content_of(call), thread_of(call, room)
    if any(each.get("blocks") for each in content.attachments or ()):
        raise SlackError("invalid_attachments")
    if thread_ts is not None and not room.messages[thread_ts].replies:
        return {"message_ts": call.workspace.mint_ts(room)}  # nobody has that thread open
    user = call.text("user")
    shown = messages.post_ephemeral(call.workspace, room, content, user=user, thread_ts=thread_ts)
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
    change = _change(call, said)
    before = shapes.message(call.workspace, said)
    for name, value in change.items():
        setattr(said, name, value)
    if call.flag("reply_broadcast") and not said.broadcast:
        room.broadcast(said)
    messages.change(call.workspace, room, said, before)
    body = shapes.message(call.workspace, said)
    del body["ts"]
    return {"channel": room.id, "ts": said.ts, "text": said.text, "message": body}


def _change(call: ApiCall, said: Message) -> Json:
    """The changed fields; what is not given stays, except for the blocks."""
    text, blocks = words_of(call)
    attachments, metadata = attachments_of(call), metadata_of(call)
    has_text = call.has("text") or call.has("markdown_text")
    if len(text) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    if call.flag("reply_broadcast") and not said.is_reply:
        raise SlackError("cant_broadcast_message")
    change: Json = {"text": text} if has_text else {}
    if blocks is not None:
        change["blocks"] = messages.with_block_ids(blocks, said.ts[-5:]) or None
    elif has_text:
        change["blocks"] = None
        change["edited"] = {"user": call.bot.user_id, "ts": f"{call.workspace.seconds()}.000000"}
    if attachments is not None:
        change["attachments"] = messages.with_attachment_ids(attachments, said.ts)
    given = bool(change) or metadata is not None
    content = ("text", "blocks", "attachments")
    if not given or not any(change.get(each, getattr(said, each)) for each in content):
        raise SlackError("no_text")
    return change if metadata is None else {**change, "metadata": metadata or None}


def delete(call: ApiCall) -> Json:
    """Delete one of the app's messages."""
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
