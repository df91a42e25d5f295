"""chat.scheduleMessage and related methods: scheduled messages (contract §1.7)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import messages, scheduling
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import page
from bot.simulator.methods.content import content_of, destination, may_post, thread_of
from bot.simulator.model import Json, Scheduled


def schedule(call: ApiCall) -> Json:
    """Schedule a message."""
    try:
        post_at = int(call.text("post_at"))
    except ValueError:
        raise SlackError("invalid_time") from None
    room = destination(call)
    may_post(call, room)
    content = content_of(call)
    kept = scheduling.schedule(
        call.workspace,
        room,
        content,
        post_at=post_at,
        thread_ts=thread_of(call, room),
        broadcast=call.flag("reply_broadcast"),
    )
    return {
        "scheduled_message_id": kept.id,
        "channel": room.id,
        "post_at": post_at,
        "message": _message(call, kept),
    }


def _message(call: ApiCall, kept: Scheduled) -> Json:
    body: Json = {
        "type": "delayed_message",
        "text": kept.content.text[: messages.LONGEST_TEXT],
        "user": call.bot.user_id,
        "bot_id": call.bot.id,
        "team": call.workspace.team.id,
    }
    for key in ("blocks", "attachments", "metadata", "username"):
        if (value := getattr(kept.content, key)) is not None:
            body[key] = value
    if kept.thread_ts is not None:
        body["thread_ts"] = kept.thread_ts
    return body


def delete(call: ApiCall) -> Json:
    """Delete a scheduled message."""
    scheduling.cancel(call.workspace, call.channel(), call.text("scheduled_message_id"))
    return {}


def listing(call: ApiCall) -> Json:
    """The scheduled messages, the earliest first."""
    room = call.channel().id if call.text("channel") else ""
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    waiting = [
        each
        for each in call.workspace.scheduled.values()
        if (not room or each.channel == room)
        and (oldest is None or each.post_at >= oldest)
        and (latest is None or each.post_at <= latest)
    ]
    waiting.sort(key=lambda each: (each.post_at, each.id))
    some, metadata = page(call, waiting, default=100, most=999)
    shown = [
        {
            "id": each.id,
            "channel_id": each.channel,
            "post_at": each.post_at,
            "date_created": each.created,
            "text": each.content.text,
        }
        for each in some
    ]
    return {"scheduled_messages": shown, "response_metadata": metadata}


def _bound(call: ApiCall, name: str) -> float | None:
    if not call.text(name):
        return None
    try:
        return float(call.text(name))
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


WRITE = ("chat:write",)
METHODS = (
    Method(
        name="chat.scheduleMessage",
        answer=schedule,
        scopes=WRITE,
        required=("channel", "post_at"),
    ),
    Method(
        name="chat.deleteScheduledMessage",
        answer=delete,
        scopes=WRITE,
        required=("channel", "scheduled_message_id"),
    ),
    Method(name="chat.scheduledMessages.list", answer=listing, scopes=WRITE),
)
