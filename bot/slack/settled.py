"""Takes the buttons off a message that is not in the outbox any more, when one of them is pressed.

Messages that are remembered there lose their buttons as soon as they are settled
(`performers/buttons.py`). These are the others: messages of long ago, and of versions that did not
remember theirs.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.permissions import may_see
from bot.domain.values import Place
from bot.slack.asking import Asked
from bot.slack.messages.settled import what_lasts
from bot.storage import outbox

ENDS = (
    c.AcceptHandover,
    c.AnswerPage,
    c.FinishTask,
    c.PostUpdate,
    c.RefuseHandover,
    c.SnoozeUpdates,
)
"""After these, once they are carried out, the message with the button asks for nothing more."""


async def looked_after(asked: Asked, body: Mapping[str, Any]) -> bool:
    """Say whether the message that this was pressed on is drawn anew once that is done.

    Not so for who may not see the incident: nothing new is told them.
    """
    incident, at = asked.the_incident(), _place(body)
    if not may_see(incident, asked.actor.user):
        return False
    if at in _kept(incident):
        return True
    asking = await asked.desk.database.read(lambda c: outbox.asking(c, incident.stream))
    return any(one.landed.same(at) for one in asking)


async def clear_pressed(
    asked: Asked, command: c.Command, body: Mapping[str, Any], *, done: bool
) -> None:
    """Take the buttons off the message on which this was pressed, if nobody needs them.

    `done` says that the command was carried out, rather than refused.
    """
    said, at = body.get("message") or {}, _place(body)
    incident = await asked.desk.dispatcher.current(asked.the_incident().stream)
    if not at.item or not at.channel or incident is None or at in _kept(incident):
        return
    if not (done or _settled(incident, command, asked.actor.user)):
        return
    blocks = what_lasts(said.get("blocks") or ())
    if blocks == said.get("blocks") or not blocks:
        return
    await asked.desk.calls.call(
        "chat.update",
        channel=at.channel,
        ts=at.item,
        text=said.get("text") or "",
        blocks=blocks,  # without its metadata, which stays as it is and may be told shortened
    )


def _place(body: Mapping[str, Any]) -> Place:
    said, channel = body.get("message") or {}, body.get("channel") or {}
    return Place(channel=str(channel.get("id") or ""), item=str(said.get("ts") or ""))


def _kept(incident: Incident) -> set[Place]:
    """Return what is drawn anew by itself."""
    return {
        Place(channel=each.channel, item=each.ts)
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
