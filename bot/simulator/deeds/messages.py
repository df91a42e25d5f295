"""Posts, changes and deletes messages (contract §1.7, §5.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.simulator import shapes
from bot.simulator.errors import SlackError
from bot.simulator.model import Blocks, Channel, Ephemeral, Json, Message
from bot.simulator.workspace import Workspace

LONGEST_TEXT = 40_000
MOST_EPHEMERALS = 1_000
"""Ephemeral messages a workspace's screens hold; the oldest go, as in a client that reloads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a message says."""

    text: str = ""
    mrkdwn: bool = True
    blocks: Blocks | None = None
    attachments: Blocks | None = None
    metadata: Json | None = None
    username: str | None = None
    icons: Json | None = None
    files: tuple[str, ...] = ()


def channel_type(room: Channel) -> str:
    """How message events name the kind of channel."""
    if room.kind != "channel":
        return room.kind
    return "group" if room.is_private else "channel"


def post(
    workspace: Workspace,
    room: Channel,
    content: Content,
    *,
    user: str,
    thread_ts: str | None = None,
    broadcast: bool = False,
    subtype: str | None = None,
) -> Message:
    """Store a message and emit its event; text beyond 40,000 characters is cut."""
    by_app = user == workspace.bot.user_id
    ts = workspace.mint_ts(room)
    said = Message(
        channel=room.id,
        ts=ts,
        user=user,
        text=content.text[:LONGEST_TEXT],
        mrkdwn=content.mrkdwn,
        blocks=_with_block_ids(content.blocks, ts),
        attachments=with_attachment_ids(content.attachments, ts),
        metadata=content.metadata,
        username=content.username,
        icons=content.icons,
        files=list(content.files),
        thread_ts=thread_ts,
        broadcast=broadcast and thread_ts is not None,
        by_app=by_app,
        subtype="file_share" if content.files else subtype,
        client_msg_id=None if by_app else workspace.mint_uuid(),
    )
    return keep(workspace, room, said)


def notice(
    workspace: Workspace, room: Channel, subtype: str, *, user: str, text: str, **facts: str
) -> Message:
    """One of Slack's own lines in a channel: joined, left, set the topic, renamed, archived."""
    said = Message(
        channel=room.id,
        ts=workspace.mint_ts(room),
        user=user,
        text=text,
        subtype=subtype,
        facts=facts,
    )
    return keep(workspace, room, said)


def keep(workspace: Workspace, room: Channel, said: Message) -> Message:
    """Store the message as it is and emit its event."""
    with _recounted(workspace, room, said):
        room.store(said)
        room.last_read[said.user] = said.ts
        workspace.changed("message", channel=room.id, ts=said.ts, user=said.user)
        event = shapes.message(workspace, said)
        workspace.happened(
            {**event, "channel": room.id, "event_ts": said.ts, "channel_type": channel_type(room)},
            room,
        )
    return said


@contextmanager
def _recounted(workspace: Workspace, room: Channel, said: Message) -> Iterator[None]:
    """While a reply is added or removed: emit the change of its thread's counters, if ordered."""
    parent = room.messages.get(said.thread_ts or "") if said.is_reply else None
    if parent is None or not workspace.ground.habits.tells_counters:
        yield
        return
    before = shapes.message(workspace, parent)
    yield
    change(workspace, room, parent, before)


def change(workspace: Workspace, room: Channel, said: Message, before: Json) -> None:
    """Emit message_changed; `before` is the message's shape before the change."""
    now = shapes.message(workspace, said)
    _tell(workspace, room, said, "message_changed", message=now, previous_message=before)


def _tell(
    workspace: Workspace, room: Channel, said: Message, subtype: str, **facts: object
) -> None:
    """Emit the hidden event of a change to a message (contract §5.2)."""
    workspace.changed("message", channel=room.id, ts=said.ts, user=said.user)
    event_ts = workspace.mint_event_ts()
    event = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": room.id,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel_type(room),
        **facts,
    }
    workspace.happened(event, room)


def edit_text(
    workspace: Workspace, room: Channel, said: Message, text: str, *, user: str, before: Json
) -> None:
    """Edit as a person does, marked as such; `before` is the message's shape before the edit."""
    said.text = text
    said.edited = {"user": user, "ts": f"{workspace.seconds()}.000000"}
    change(workspace, room, said, before)


def unfurl(workspace: Workspace, room: Channel, said: Message, *previews: Json) -> None:
    """Add previews of links: changed, but not edited by anybody (contract §5.2).

    A preview of a link that has one already takes its place.
    """
    before = shapes.message(workspace, said)
    links = {each["from_url"] for each in previews if "from_url" in each}
    kept = [each for each in said.attachments or () if each.get("from_url") not in links]
    said.attachments = with_attachment_ids([*kept, *previews], said.ts)
    change(workspace, room, said, before)


def delete(workspace: Workspace, room: Channel, said: Message) -> None:
    """Delete a message; a thread's parent with replies leaves a tombstone (contract §5.2)."""
    before = shapes.message(workspace, said)
    if said.replies:
        room.pins.pop(said.ts, None)
        said.subtype = "tombstone"
        said.user = "USLACKBOT"
        said.text = "This message was deleted."
        said.blocks = said.attachments = said.metadata = None
        said.by_app = False
        said.username = None
        said.files = []
        said.reactions = {}
        said.facts = {"hidden": True}
        change(workspace, room, said, before)
        return
    with _recounted(workspace, room, said):
        room.drop(said)
        facts = {"deleted_ts": said.ts, "previous_message": before}
        _tell(workspace, room, said, "message_deleted", **facts)


def post_ephemeral(
    workspace: Workspace,
    room: Channel,
    content: Content,
    *,
    user: str,
    thread_ts: str | None = None,
    by_slack: bool = False,
) -> Ephemeral:
    """Show something to one person only; nothing is stored in the channel, no event happens.

    Text beyond 40,000 characters is cut here too.
    """
    ts = workspace.mint_ts(room)
    shown = Ephemeral(
        id=workspace.mint_id("E"),
        channel=room.id,
        user=user,
        ts=ts,
        text=content.text[:LONGEST_TEXT],
        blocks=_with_block_ids(content.blocks, ts),
        attachments=with_attachment_ids(content.attachments, ts),
        thread_ts=thread_ts,
        by_slack=by_slack,
    )
    workspace.ephemerals.append(shown)
    del workspace.ephemerals[:-MOST_EPHEMERALS]
    workspace.changed("ephemeral", channel=room.id, ts=shown.ts, user=user)
    return shown


def find(room: Channel, ts: str) -> Message:
    """The stored message of that ts; a tombstone counts as deleted."""
    said = room.messages.get(ts)
    if said is None or said.subtype == "tombstone":
        raise SlackError("message_not_found")
    return said


def _with_block_ids(blocks: Blocks | None, ts: str) -> Blocks | None:
    """Slack gives each block that came without one an id of its own."""
    return with_block_ids(blocks, ts[-5:]) if blocks else None


def with_block_ids(blocks: Blocks, seed: str) -> Blocks:
    """The blocks, each with a `block_id`; elements get an `action_id` the same way."""
    return [_with_ids(block, f"{seed}{place}") for place, block in enumerate(blocks)]


def with_attachment_ids(attachments: Blocks | None, ts: str) -> Blocks | None:
    """The attachments, counted from one on; what can be pressed in them gets ids as blocks do."""
    return [
        _counted(each, number, ts[-5:]) for number, each in enumerate(attachments or (), 1)
    ] or None


def _counted(attachment: Json, number: int, seed: str) -> Json:
    counted = {**attachment, "id": number}
    if attachment.get("blocks"):
        counted["blocks"] = with_block_ids(attachment["blocks"], f"{seed}a{number}b")
    return counted


def _with_ids(block: Json, seed: str) -> Json:
    done = {**block, "block_id": block.get("block_id") or f"b{seed}"}
    if isinstance(block.get("elements"), list) and block.get("type") == "actions":
        done["elements"] = [
            {**each, "action_id": each.get("action_id") or f"a{seed}{place}"}
            for place, each in enumerate(block["elements"])
        ]
    for key in ("element", "accessory"):
        each = block.get(key)
        if isinstance(each, dict) and each.get("type") != "image" and not each.get("action_id"):
            done[key] = {**each, "action_id": f"a{seed}"}
    return done
