"""files.*: uploading in three steps, describing, deleting (contract §1.11)."""

import asyncio

from bot.simulator import documents
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import canvases, files
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.methods.common import inside
from bot.simulator.methods.content import blocks_of, thread_of
from bot.simulator.model import Channel, File, Json

LONGEST_ALT = 1000
LARGEST_SNIPPET = 2**20
MOST_CHANNELS = 100


def upload_url(call: ApiCall) -> Json:
    """Step one: an address that takes the bytes."""
    size = call.number("length", 0, most=2**40, error="invalid_arguments")
    if not size:
        raise SlackError("missing_argument")
    if len(call.text("alt_txt")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    if call.text("snippet_type") and size > LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    kept = files.announce(
        call.workspace, name=call.text("filename"), size=size, user=call.bot.user_id
    )
    base = call.workspace.base_url
    return {"upload_url": f"{base}/upload/v1/{kept.id}-{kept.secret}", "file_id": kept.id}


def _uploaded(call: ApiCall) -> list[tuple[File, str]]:
    """The files with their titles."""
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("missing required field: files")
    found = []
    for each in wanted:
        kept = call.workspace.files.get(str(each.get("id"))) if isinstance(each, dict) else None
        if kept is None or not kept.uploaded or kept.completed:
            raise SlackError("file_not_found")
        found.append((kept, str(each.get("title") or kept.name)))
    return found


def _rooms(call: ApiCall) -> list[Channel]:
    wanted = call.listing("channels") or [each for each in [call.text("channel_id")] if each]
    if len(wanted) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    rooms = []
    for each in wanted:
        room = call.workspace.channels.get(each)
        if room is None or not room.is_there_for(call.bot.user_id):
            raise SlackError("channel_not_found")
        if room.is_archived:
            raise SlackError("posting_to_channel_denied")
        rooms.append(inside(call, room))
    return rooms


def complete(call: ApiCall) -> Json:
    """Step three: the files are shared a moment after the answer, which shows no shares yet."""
    uploaded, rooms, blocks = _uploaded(call), _rooms(call), blocks_of(call)
    threads = [thread_of(call, room) for room in rooms]
    kept = [each for each, _ in uploaded]
    for each, title in uploaded:
        each.title = title
    answer = [documents.file(call.workspace, each) for each in kept]
    for each in kept:
        each.completed = True
        if not rooms:
            files.tell(call.workspace, "file_created", each.id, user=call.bot.user_id)
    comment, user = call.text("initial_comment"), call.bot.user_id

    def share() -> None:
        for room, thread_ts in zip(rooms, threads, strict=True):
            files.share(
                call.workspace,
                room,
                tuple(kept),
                user=user,
                comment=comment,
                thread_ts=thread_ts,
                blocks=blocks,
            )

    asyncio.get_running_loop().call_later(call.workspace.ground.habits.share_after, share)
    return {"files": answer}


def _known(call: ApiCall) -> File:
    kept = call.workspace.files.get(call.text("file"))
    if kept is None:
        raise SlackError("file_not_found")
    if kept.deleted:
        raise SlackError("file_deleted")
    if not files.is_seen(call.workspace, kept, call.bot.user_id):
        raise SlackError("file_not_found")
    return kept


def info(call: ApiCall) -> Json:
    """Describe a file, whose shares appear here first, or a canvas."""
    canvas = call.workspace.canvases.get(call.text("file"))
    if canvas is not None and canvas.deleted:
        raise SlackError("file_deleted")
    if canvas is not None and canvases.may(call.workspace, canvas, call.bot.user_id, "read"):
        shape = documents.canvas(call.workspace, canvas)
    else:
        shape = documents.file(call.workspace, _known(call))
    return {"file": shape, "comments": [], "response_metadata": {"next_cursor": ""}}


def listing(call: ApiCall) -> Json:
    """The files the app can see, the newest first, in numbered pages."""
    channel, user = call.text("channel"), call.text("user")
    found = [
        kept
        for kept in reversed(call.workspace.files.values())
        if kept.completed
        and not kept.deleted
        and files.is_seen(call.workspace, kept, call.bot.user_id)
        and (not channel or channel in kept.shares)
        and (not user or kept.user == user)
    ]
    count = call.number("count", 100, most=1000)
    number = call.number("page", 1, most=10**6)
    paging = {
        "count": count,
        "total": len(found),
        "page": number,
        "pages": -(-len(found) // count),
    }
    some = found[(number - 1) * count : number * count]
    return {"files": [documents.file(call.workspace, each) for each in some], "paging": paging}


def delete(call: ApiCall) -> Json:
    """Delete a file of the app."""
    kept = _known(call)
    if kept.user != call.bot.user_id:
        raise SlackError("cant_delete_file")
    files.delete(call.workspace, kept)
    return {}


READ, WRITE = ("files:read",), ("files:write",)
METHODS = (
    Method(
        name="files.getUploadURLExternal",
        answer=upload_url,
        scopes=WRITE,
        required=("filename",),
        tier=4,
    ),
    Method(
        name="files.completeUploadExternal",
        answer=complete,
        scopes=WRITE,
        required=("files",),
        tier=4,
    ),
    Method(name="files.info", answer=info, scopes=READ, required=("file",), tier=4),
    Method(name="files.list", answer=listing, scopes=READ),
    Method(name="files.delete", answer=delete, scopes=WRITE, required=("file",)),
)
