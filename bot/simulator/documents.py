"""Files and canvases as Slack writes them in JSON (contract §1.11, §1.12)."""

from typing import Any

from bot.simulator.model import Canvas, File, Json
from bot.simulator.workspace import Workspace


def file(workspace: Workspace, kept: File) -> Json:
    """Contract §1.11; `shares` stays empty until the file was shared."""
    if kept.deleted:
        return {"id": kept.id, "mode": "tombstone"}
    shared_in = [workspace.channels[each] for each in kept.shares]
    shares: dict[str, Any] = {}
    for room in shared_in:
        shares.setdefault("private" if room.is_private or room.kind != "channel" else "public", {})[
            room.id
        ] = kept.shares[room.id]
    address = f"{workspace.base_url}/files-pri/{workspace.team.id}-{kept.id}"
    return {
        "id": kept.id,
        "created": kept.created,
        "timestamp": kept.created,
        "name": kept.name,
        "title": kept.title,
        "mimetype": kept.mimetype if kept.completed else "",
        "filetype": kept.filetype if kept.completed else "",
        "pretty_type": kept.filetype.upper() if kept.completed else "",
        "user": kept.user,
        "user_team": workspace.team.id,
        "mode": "hosted",
        "editable": False,
        "size": kept.size,
        "is_external": False,
        "external_type": "",
        "is_public": "public" in shares,
        "public_url_shared": False,
        "url_private": f"{address}/{kept.name}",
        "url_private_download": f"{address}/download/{kept.name}",
        "permalink": f"{workspace.base_url}/files/{kept.user}/{kept.id}/{kept.name}",
        "shares": shares,
        "channels": [r.id for r in shared_in if r.kind == "channel" and not r.is_private],
        "groups": [r.id for r in shared_in if r.kind == "channel" and r.is_private],
        "ims": [r.id for r in shared_in if r.kind == "im"],
        "comments_count": 0,
    }


def canvas(workspace: Workspace, kept: Canvas) -> Json:
    """A canvas is a file as well (contract §0, §1.12)."""
    body = file(
        workspace,
        File(
            id=kept.id,
            name=f"{kept.title}.canvas",
            title=kept.title,
            user=kept.user,
            created=kept.created,
            size=len(kept.markdown.encode()),
            mimetype="application/vnd.slack-docs",
            filetype="quip",
            completed=True,
        ),
    )
    rooms = [kept.channel] if kept.channel else [c for c in kept.access if c in workspace.channels]
    private = [each for each in rooms if workspace.channels[each].is_private]
    return {
        **body,
        "mode": "quip",
        "pretty_type": "Canvas",
        "updated": kept.updated,
        "permalink": f"{workspace.base_url}/docs/{workspace.team.id}/{kept.id}",
        "channels": [each for each in rooms if each not in private],
        "groups": private,
    }
