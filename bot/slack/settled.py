"""Buttons that have nothing left to do go away from the message that they stand on.

Card and announcement are drawn anew as things change. Offers, reminders, calls and tasks are said
once: the press that settles one, or that finds it settled, takes its buttons away. A press that is
lost changes nothing, so the next one does it.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.slack.asking import Asked

_LASTING = ("word:catchup", "word:show")
"""What is of use whenever it is pressed."""


async def take_buttons_away(
    asked: Asked, command: c.Command, body: Mapping[str, Any], *, done: bool
) -> None:
    """Take the buttons off the message on which this was pressed, once they mean nothing more.

    `done` says that the command was carried out, rather than refused.
    """
    said, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    incident = await asked.desk.dispatcher.current(asked.the_incident().stream)
    if asked.surface != "post" or not said.get("ts") or not channel or incident is None:
        return
    settled = _settled(incident, command, asked.actor.user, done=done)
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


def _settled(incident: Incident, command: c.Command, user: str, *, done: bool) -> bool:
    match command:
        case c.AcceptHandover() | c.RefuseHandover():
            return incident.handover is None or incident.handover.to != user
        case c.SnoozeUpdates() | c.PostUpdate():
            return done or incident.at_rest
        case c.FinishTask(number=number):
            return all(task.done_at for task in incident.tasks if task.number == number)
        case c.AnswerPage():
            return done or not any(page.user == user and page.waits for page in incident.pages)
        case _:
            return False


def _without(block: dict[str, Any]) -> dict[str, Any] | None:
    """Return a block with what lasts, None where nothing of it does."""
    if block.get("type") != "actions":
        return block
    left = [each for each in block["elements"] if str(each.get("action_id")).startswith(_LASTING)]
    return {**block, "elements": left} if left else None
