"""Creates, edits, shares and deletes canvases (contract §1.12)."""

import re

from bot.simulator.deeds import files
from bot.simulator.errors import SlackError
from bot.simulator.model import Canvas, Channel, Json, Section
from bot.simulator.workspace import Workspace

BLANK_LINES = re.compile(r"\n\s*\n")
HEADING = re.compile(r"(#{1,6}) +\S")
LEVELS = ("read", "write", "owner")


def split(workspace: Workspace, markdown: str) -> list[Section]:
    """The text in its sections: each heading, each paragraph, each list by itself."""
    parts: list[str] = []
    for part in BLANK_LINES.split(markdown.strip("\n")):
        lines = part.split("\n")
        while len(lines) > 1 and HEADING.match(lines[0]):
            parts.append(lines.pop(0))
        parts.append("\n".join(lines))
    return [
        Section(id=f"temp:C:{workspace.mint_id('sec')}", markdown=part)
        for part in parts
        if part.strip()
    ]


def create(
    workspace: Workspace, *, title: str, markdown: str, user: str, channel: Channel | None = None
) -> Canvas:
    """A new canvas; with `channel` it is the channel's own, of which there is one."""
    if channel is not None and channel.canvas is not None:
        raise SlackError("channel_canvas_already_exists")
    now = workspace.seconds()
    canvas = Canvas(
        id=workspace.mint_id("F"),
        title=title or "Untitled",
        user=user,
        created=now,
        updated=now,
        sections=split(workspace, markdown),
        channel=None if channel is None else channel.id,
    )
    workspace.canvases[canvas.id] = canvas
    if channel is not None:
        channel.canvas = canvas.id
    workspace.changed("canvas", channel=canvas.channel, user=user)
    _tell(workspace, "file_created", canvas, user)
    return canvas


def _tell(workspace: Workspace, kind: str, canvas: Canvas, user: str) -> None:
    """A canvas is a file (contract §0), and the app hears of those that it may read."""
    if may(workspace, canvas, workspace.bot.user_id, "read"):
        files.tell(workspace, kind, canvas.id, user=user)


def may(workspace: Workspace, canvas: Canvas, user: str, level: str) -> bool:
    """Whether somebody may `read`, `write` or own a canvas, by themselves or through a channel."""
    if user == canvas.user:
        return True
    enough = LEVELS[LEVELS.index(level) :]
    if canvas.channel is not None and level != "owner":
        return workspace.channels[canvas.channel].is_member(user)
    return any(
        granted in enough
        and (who == user or (who in workspace.channels and workspace.channels[who].is_member(user)))
        for who, granted in canvas.access.items()
    )


def edit(workspace: Workspace, canvas: Canvas, change: Json, *, user: str) -> None:
    """Apply one change: insert, replace or delete sections."""
    operation, wanted = change.get("operation"), change.get("section_id")
    added = split(workspace, _markdown(change)) if operation != "delete" else []
    sections = canvas.sections
    match operation:
        case "insert_at_start":
            sections[:0] = added
        case "insert_at_end":
            sections.extend(added)
        case "replace" if wanted is None:
            sections[:] = added
        case "insert_before":
            place = _place(canvas, wanted)
            sections[place:place] = added
        case "insert_after":
            place = _place(canvas, wanted) + 1
            sections[place:place] = added
        case "replace" | "delete":
            place = _place(canvas, wanted)
            sections[place : place + 1] = added
        case _:
            raise SlackError("canvas_editing_failed")
    canvas.updated = workspace.seconds()
    workspace.changed("canvas", channel=canvas.channel, user=user)
    _tell(workspace, "file_change", canvas, user)


def _markdown(change: Json) -> str:
    content = change.get("document_content")
    if not isinstance(content, dict) or not isinstance(content.get("markdown"), str):
        raise SlackError("canvas_editing_failed")
    return str(content["markdown"])


def _place(canvas: Canvas, wanted: object) -> int:
    for place, section in enumerate(canvas.sections):
        if section.id == wanted:
            return place
    raise SlackError("canvas_editing_failed")


def sections(canvas: Canvas, kinds: list[str], text: str) -> list[Section]:
    """The sections of these kinds (`h1` to `h3`, `any_header`) that hold the text."""
    return [
        each
        for each in canvas.sections
        if text.lower() in each.markdown.lower() and _is(each, kinds)
    ]


def _is(section: Section, kinds: list[str]) -> bool:
    heading = HEADING.match(section.markdown)
    if not kinds:
        return True
    return heading is not None and ("any_header" in kinds or f"h{len(heading[1])}" in kinds)


def delete(workspace: Workspace, canvas: Canvas) -> None:
    """Delete a canvas; its channel may get another one."""
    _tell(workspace, "file_deleted", canvas, canvas.user)
    canvas.deleted = True
    if canvas.channel is not None:
        workspace.channels[canvas.channel].canvas = None
    workspace.changed("canvas", channel=canvas.channel)
