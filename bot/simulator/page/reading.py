"""Messages and views as one person sees them, as JSON that the page draws."""

import html
from urllib.parse import quote

from bot.simulator import shapes
from bot.simulator.deeds.canvases import may
from bot.simulator.model import Canvas
from bot.simulator.workspace import Channel, Ephemeral, File, Json, Message, View, Workspace

SLACKBOT = "USLACKBOT"
KILOBYTE = 1024
PICTURES = {  # what a file of that type begins with; anything else is no picture
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
LONGEST_CANVAS = 100_000  # characters that are shown
MOST_SECTIONS = 1_000
PREVIEW = 600  # bytes of a text file that are shown
TEXTS = (".md", ".txt", ".json", ".csv", ".log", ".yaml", ".yml", ".html", ".py", ".js", ".sh")


Span = tuple[int, int]  # where in a list of timestamps a stretch begins, and before which it ends


def messages(workspace: Workspace, at: Channel, user_id: str, span: Span) -> list[Json]:
    """A stretch of a channel's messages, with what only this person sees among them."""
    shown = at.top[slice(*span)]
    stored = [message(workspace, at, at.messages[ts], user_id) for ts in shown]
    return stored + [
        ephemeral(workspace, each)
        for each in workspace.ephemerals
        if (each.user, each.channel, each.thread_ts) == (user_id, at.id, None)
        and _within(each.ts, at.top, span)
    ]


def thread(
    workspace: Workspace, at: Channel, parent: Message, user_id: str, span: Span
) -> list[Json]:
    """A message with a stretch of its replies."""
    shown = [parent.ts, *parent.replies[slice(*span)]]
    stored = [message(workspace, at, at.messages[ts], user_id) for ts in shown]
    return stored + [
        ephemeral(workspace, each)
        for each in workspace.ephemerals
        if (each.user, each.channel, each.thread_ts) == (user_id, at.id, parent.ts)
        and _within(each.ts, parent.replies, span)
    ]


def _within(ts: str, all_ts: list[str], span: Span) -> bool:
    start, end = span
    return (not start or ts >= all_ts[start]) and (end >= len(all_ts) or ts < all_ts[end])


def message(workspace: Workspace, at: Channel, said: Message, user_id: str) -> Json:
    """One stored message; what is empty is left out."""
    pin = at.pins.get(said.ts)
    drawn: Json = {
        "key": f"{at.id}:{said.ts}",
        "channel": at.id,
        "ts": said.ts,
        "user": said.user,
        "text": said.text,
        "unmarked": not said.mrkdwn,
        "blocks": said.blocks if said.by_app else None,
        "attachments": said.attachments,
        "subtype": said.subtype,
        "thread_ts": said.thread_ts,
        "broadcast": said.broadcast,
        "username": said.username,
        "edited": said.edited is not None,
        "reactions": [{"name": name, "users": ids} for name, ids in said.reactions.items()],
        "pinned": pin.user if pin else None,
        "permalink": workspace.permalink(said),
        "state": workspace.message_state.get((user_id, at.id, said.ts)),
        "files": [file(workspace.files[each]) for each in said.files],
    }
    if said.user == user_id:
        drawn["plain"] = as_typed(workspace, said.text)
    if said.replies:
        replies = [at.messages[ts] for ts in said.replies]
        drawn["reply_count"] = len(replies)
        drawn["reply_users"] = list(dict.fromkeys(each.user for each in replies))
        drawn["latest_reply"] = said.replies[-1]
    return {name: value for name, value in drawn.items() if value not in (None, False, [])}


def ephemeral(workspace: Workspace, shown: Ephemeral) -> Json:
    """What only one person sees; the app's words, or Slack's own about a failure."""
    drawn: Json = {
        "key": shown.id,
        "ephemeral": shown.id,
        "channel": shown.channel,
        "ts": shown.ts,
        "user": SLACKBOT if shown.by_slack else workspace.bot.user_id,
        "text": shown.text,
        "blocks": shown.blocks,
        "attachments": shown.attachments,
        "thread_ts": shown.thread_ts,
    }
    return {name: value for name, value in drawn.items() if value is not None}


def file(kept: File) -> Json:
    """A file as a card: a picture is drawn, a text shows how it begins."""
    size = f"{kept.size / KILOBYTE:.0f} KB" if kept.size >= KILOBYTE else f"{kept.size} bytes"
    shown: Json = {
        "id": kept.id,
        "name": kept.name,
        "title": kept.title,
        "about": f"{kept.filetype.upper() or 'File'}, {size}",
        "link": f"/page/files/{kept.id}/{quote(kept.name, safe='')}",
    }
    if kept.deleted:
        return {"id": kept.id, "name": kept.name, "title": kept.title, "deleted": True}
    if picture_kind(kept) is not None:
        shown["picture"] = True
    elif is_text(kept):
        shown["begins"] = kept.content[:PREVIEW].decode(errors="replace")
    return shown


def picture_kind(kept: File) -> str | None:
    """The type under which a browser may draw it as a picture, by what it really holds."""
    for kind, beginnings in PICTURES.items():
        if kept.content.startswith(beginnings):
            return kind
    return None


def is_text(kept: File) -> bool:
    """Whether people can read it as it is."""
    return kept.name.lower().endswith(TEXTS)


def as_typed(workspace: Workspace, text: str) -> str:
    """A stored text as its writer typed it, for editing."""
    for user in workspace.users.values():
        text = text.replace(f"<@{user.id}>", f"@{user.name}")
    for at in workspace.channels.values():
        text = text.replace(f"<#{at.id}>", f"#{at.name}").replace(
            f"<#{at.id}|{at.name}>", f"#{at.name}"
        )
    return html.unescape(text)


# -- canvases ---------------------------------------------------------------------------------


def canvases(workspace: Workspace, user_id: str) -> list[Json]:
    """The canvases that this person may read, by their titles."""
    return [
        {"id": each.id, "title": each.title, "rooms": _rooms_of(workspace, each)}
        for each in workspace.canvases.values()
        if may_read(workspace, each.id, user_id)
    ]


def _rooms_of(workspace: Workspace, kept: Canvas) -> list[str]:
    return [each for each in (kept.channel, *kept.access) if each in workspace.channels]


def may_read(workspace: Workspace, canvas_id: str, user_id: str) -> bool:
    """Whether there is such a canvas for this person."""
    kept = workspace.canvases.get(canvas_id)
    return kept is not None and not kept.deleted and may(workspace, kept, user_id, "read")


def canvas(workspace: Workspace, canvas_id: str) -> Json:
    """One canvas with what stands in it."""
    kept = workspace.canvases[canvas_id]
    text = "\n\n".join(each.markdown for each in kept.sections[:MOST_SECTIONS])
    return {
        "id": kept.id,
        "title": kept.title,
        "by": kept.user,
        "updated": kept.updated,
        "text": text[:LONGEST_CANVAS],
        "cut": len(kept.sections) > MOST_SECTIONS or len(text) > LONGEST_CANVAS,
    }


# -- views ------------------------------------------------------------------------------------


def view(workspace: Workspace, shown: View) -> Json:
    """A modal or a home, with what was typed in it so far."""
    body = shapes.view(workspace, shown)
    return {
        "id": body["id"],
        "type": body["type"],
        "title": body["title"],
        "submit": body["submit"],
        "close": body["close"],
        "blocks": body["blocks"],
        "callback_id": body["callback_id"],
        "submit_disabled": body["submit_disabled"],
        "hash": body["hash"],
        "state": shown.state,
        "errors": shown.errors,
    }


def modals(workspace: Workspace, user_id: str) -> list[Json]:
    """The person's open modals, the one on top last."""
    return [view(workspace, each) for each in workspace.modals.get(user_id, ())]


def home(workspace: Workspace, user_id: str) -> Json | None:
    """Their App Home, once the app published one."""
    published = workspace.homes.get(user_id)
    return view(workspace, published) if published else None
