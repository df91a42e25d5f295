"""A button that is pressed in vain goes away from the message that it stands on.

Whatever settles a message takes its buttons away (`performers/buttons.py`). Here are those that
nobody remembers: messages of long ago, and of versions that did not remember them.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.slack.asking import Asked
from bot.slack.messages.settled import LASTING


async def take_buttons_away(asked: Asked, command: c.Command, body: Mapping[str, Any]) -> None:
    """Take the buttons off the message on which this was pressed in vain, if nobody needs them."""
    said, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    incident = await asked.desk.dispatcher.current(asked.the_incident().stream)
    if asked.surface != "post" or not said.get("ts") or not channel or incident is None:
        return
    settled = _settled(incident, command, asked.actor.user)
    if not settled or (channel, said["ts"]) in _kept(incident):
        return
    blocks = list(filter(None, map(_without, said.get("blocks") or ())))
    if blocks == said.get("blocks") or not blocks:
        return
    await asked.desk.calls.call(
        "chat.update",
        channel=channel,
        ts=said["ts"],
        text=said.get("text") or "",
        blocks=blocks,  # without its metadata, which stays as it is and may be told shortened
    )


def _kept(incident: Incident) -> set[tuple[str, str]]:
    """Return what is drawn anew by itself."""
    return {
        (each.channel, each.ts)
        for each in (incident.card, incident.announcement)
        if each is not None
    }


def _settled(incident: Incident, command: c.Command, user: str) -> bool:
    match command:
        case c.AcceptHandover() | c.RefuseHandover():
            return incident.handover is None or incident.handover.to != user
        case c.SnoozeUpdates() | c.PostUpdate():
            return incident.at_rest
        case c.FinishTask(number=number):
            return all(task.done_at for task in incident.tasks if task.number == number)
        case c.AnswerPage():
            return not any(page.user == user and page.waits for page in incident.pages)
        case _:
            return False


def _without(block: dict[str, Any]) -> dict[str, Any] | None:
    """Return a block with what lasts, None where nothing of it does."""
    if block.get("type") != "actions":
        return block
    left = [each for each in block["elements"] if str(each.get("action_id")).startswith(LASTING)]
    return {**block, "elements": left} if left else None
