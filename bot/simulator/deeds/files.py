"""Files are uploaded and shared (contract §1.11)."""

import mimetypes

from bot.simulator.deeds import messages
from bot.simulator.deeds.messages import Content
from bot.simulator.model import Channel, File, Json, Message
from bot.simulator.workspace import Workspace

SHARED = "file_shared"
MOST_HELD = 256 * 2**20
"""Bytes that the files of a workspace may hold together, since they are in memory."""


def announce(workspace: Workspace, *, name: str, size: int, user: str) -> File:
    """Register a file whose bytes are not uploaded yet."""
    kept = File(
        id=workspace.mint_id("F"),
        name=name,
        title=name,
        user=user,
        created=workspace.seconds(),
        size=size,
        secret=workspace.mint_secret(12),
    )
    workspace.files[kept.id] = kept
    return kept


def has_room(workspace: Workspace, kept: File, size: int) -> bool:
    """Whether the workspace's storage has room for this file."""
    others = sum(len(each.content) for each in workspace.files.values() if each is not kept)
    return others + size <= MOST_HELD


def receive(workspace: Workspace, kept: File, content: bytes) -> None:
    """Store the bytes."""
    kept.content = content
    kept.size = len(content)
    kept.uploaded = True
    kept.mimetype = mimetypes.guess_type(kept.name)[0] or "application/octet-stream"
    suffix = kept.name.rpartition(".")[2].lower() if "." in kept.name else ""
    kept.filetype = suffix or "binary"
    workspace.changed("file")


def _is_public(workspace: Workspace, kept: File) -> bool:
    return any(not workspace.channels[each].is_private for each in kept.shares)


def is_seen(workspace: Workspace, kept: File, user: str) -> bool:
    """Whether somebody can see a file: their own, or shared where they can look."""
    shared = (workspace.channels[each] for each in kept.shares)
    return kept.user == user or any(each.is_there_for(user) for each in shared)


def delete(workspace: Workspace, kept: File) -> None:
    """Delete a file's bytes; messages that share it show that it was deleted."""
    kept.deleted = True
    kept.content = b""
    workspace.changed("file")
    event = {"type": "file_deleted", "file_id": kept.id, "event_ts": workspace.mint_event_ts()}
    workspace.happened(event)


def tell(
    workspace: Workspace, kind: str, file_id: str, *, user: str, room: Channel | None = None
) -> None:
    """Emit an event about a file or a canvas."""
    event: Json = {
        "type": kind,
        "file_id": file_id,
        "user_id": user,
        "file": {"id": file_id},
        "event_ts": workspace.mint_event_ts(),
    }
    workspace.happened({**event, "channel_id": room.id} if kind == SHARED and room else event, room)


def share(
    workspace: Workspace,
    room: Channel,
    kept: tuple[File, ...],
    *,
    user: str,
    comment: str = "",
    thread_ts: str | None = None,
    blocks: list[Json] | None = None,
) -> Message:
    """Post the files to a channel."""
    for each in kept:
        each.completed = True
    content = Content(text=comment, blocks=blocks, files=tuple(each.id for each in kept))
    said = messages.post(workspace, room, content, user=user, thread_ts=thread_ts)
    for each in kept:
        if not each.shares:
            tell(workspace, "file_created", each.id, user=user, room=room)
        if not room.is_private and not _is_public(workspace, each):
            tell(workspace, "file_public", each.id, user=user, room=room)
        shared = {"ts": said.ts, "channel_name": room.name, "team_id": workspace.team.id}
        each.shares.setdefault(room.id, []).append(shared)
        tell(workspace, SHARED, each.id, user=user, room=room)
    workspace.changed("file", channel=room.id)
    return said
