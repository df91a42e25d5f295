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
