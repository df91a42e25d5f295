"""files.*: uploading in three steps, describing, deleting (contract §1.11)."""

import asyncio

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import files
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.methods.common import inside
from bot.simulator.model import Channel, File, Json


def upload_url(call: ApiCall) -> Json:
    """Step one: an address that takes the bytes."""
    size = call.number("length", 0, most=2**40, error="invalid_arguments")
    if not size:
        raise SlackError("missing_argument")
    kept = files.announce(
        call.workspace, name=call.text("filename"), size=size, user=call.app.user_id
    )
    base = call.workspace.base_url
    return {"upload_url": f"{base}/upload/v1/{kept.id}-{kept.secret}", "file_id": kept.id}


def _uploaded(call: ApiCall) -> list[File]:
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("missing required field: files")
    found = []
    for each in wanted:
        kept = call.workspace.files.get(str(each.get("id"))) if isinstance(each, dict) else None
        if kept is None or not kept.uploaded or kept.completed:
            raise SlackError("file_not_found")
        kept.title = str(each.get("title") or kept.name)
        found.append(kept)
    return found


def _rooms(call: ApiCall) -> list[Channel]:
    wanted = call.listing("channels") or [each for each in [call.text("channel_id")] if each]
    rooms = []
    for each in wanted:
        room = call.workspace.channels.get(each)
        if room is None or (room.is_private and not room.is_member(call.app.user_id)):
            raise SlackError("channel_not_found")
        rooms.append(inside(call, room))
    return rooms


def complete(call: ApiCall) -> Json:
    """Step three: the files are shared a moment after the answer, which shows no shares yet."""
    kept, rooms = _uploaded(call), _rooms(call)
    loop = asyncio.get_running_loop()
    answer = [shapes.file(call.workspace, each) for each in kept]
    for each in kept:
        each.completed = True
    comment, thread_ts = call.text("initial_comment"), call.text("thread_ts") or None

    def share() -> None:
        for room in rooms:
            files.share(
                call.workspace,
                room,
                tuple(kept),
                user=call.app.user_id,
                comment=comment,
                thread_ts=thread_ts,
                blocks=call.json("blocks"),
            )

    loop.call_soon(share)
    return {"files": answer}


def _known(call: ApiCall) -> File:
    kept = call.workspace.files.get(call.text("file"))
    if kept is None:
        raise SlackError("file_not_found")
    if kept.deleted:
        raise SlackError("file_deleted")
    return kept


def info(call: ApiCall) -> Json:
    """Describe a file; its shares appear here first."""
    shape = shapes.file(call.workspace, _known(call))
    return {"file": shape, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: ApiCall) -> Json:
    """Delete a file of the app."""
    kept = _known(call)
    if kept.user != call.app.user_id:
        raise SlackError("cant_delete_file")
    kept.deleted = True
    kept.content = b""
    call.workspace.changed("file")
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
    Method(name="files.delete", answer=delete, scopes=WRITE, required=("file",)),
)
