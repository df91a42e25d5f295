"""Files are uploaded and shared (contract §1.11)."""

import mimetypes

from bot.simulator.deeds import messages
from bot.simulator.deeds.messages import Content
from bot.simulator.model import Channel, File, Json, Message
from bot.simulator.workspace import Workspace


def announce(workspace: Workspace, *, name: str, size: int, user: str) -> File:
    """Make room for a file whose bytes are still to come."""
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


def receive(workspace: Workspace, kept: File, content: bytes) -> None:
    """Take the bytes."""
    kept.content = content
    kept.size = len(content)
    kept.uploaded = True
    kept.mimetype = mimetypes.guess_type(kept.name)[0] or "application/octet-stream"
    suffix = kept.name.rpartition(".")[2].lower() if "." in kept.name else ""
    kept.filetype = suffix or "binary"
    workspace.changed("file")


def is_seen(workspace: Workspace, kept: File, user: str) -> bool:
    """Whether somebody can see a file: their own, or shared where they can look."""
    shared = (workspace.channels[each] for each in kept.shares)
    return kept.user == user or any(r.is_member(user) or not r.is_private for r in shared)


def delete(workspace: Workspace, kept: File) -> None:
    """Take the bytes away; messages that hold the file show that it is gone."""
    kept.deleted = True
    kept.content = b""
    workspace.changed("file")
    event = {"type": "file_deleted", "file_id": kept.id, "event_ts": workspace.mint_event_ts()}
    workspace.happened(event)


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
        shared = {"ts": said.ts, "channel_name": room.name, "team_id": workspace.team.id}
        each.shares.setdefault(room.id, []).append(shared)
        workspace.happened(
            {
                "type": "file_shared",
                "file_id": each.id,
                "user_id": user,
                "file": {"id": each.id},
                "channel_id": room.id,
                "event_ts": workspace.mint_event_ts(),
            },
            room,
        )
    workspace.changed("file", channel=room.id)
    return said
