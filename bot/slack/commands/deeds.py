"""Carrying a command out and saying so, where the person does not see it happen anyway."""

from dataclasses import replace

from bot.domain.commands import (
    AcceptHandover,
    Command,
    Declare,
    FinishTask,
    GiveRole,
    OfferHandover,
    SnoozeUpdates,
)
from bot.domain.permissions import may_see
from bot.engine.orders import Done
from bot.slack.asking import Asked, Message
from bot.slack.declaring import declare
from bot.slack.messages.confirmed import Seen, confirmed
from bot.slack.messages.paging import not_sent
from bot.slack.recipients import standing

_SAID_THERE = (AcceptHandover, FinishTask, SnoozeUpdates)
"""What the message with the button says itself, a moment later."""


async def carry_out(asked: Asked, command: Command, *then: Command) -> Message | None:
    """Carry out what was typed, all of it or nothing; the first command says what is answered."""
    return await _carry_out(asked, command, *then, seen="room" if asked.here else "elsewhere")


async def press(asked: Asked, command: Command) -> Message | None:
    """Carry out what a button carries; whether one may is decided by the rules, not by the button.

    Who presses it in a post of the room, or in their home, sees that change, and so does who
    answers a message of their own; an answer that they got earlier stays as it is.
    """
    if isinstance(command, Declare):
        return await declare(asked, command)
    if isinstance(command, GiveRole | OfferHandover):
        command = replace(command, standing=await standing(asked, command.to))
    seen: Seen = "room" if asked.here else "elsewhere"
    if asked.surface == "home":
        seen = "home"
    elif asked.surface == "post" and (asked.here or isinstance(command, _SAID_THERE)):
        seen = "card"
    return await _carry_out(asked, command, seen=seen)


async def _carry_out(asked: Asked, command: Command, *then: Command, seen: Seen) -> Message | None:
    def answer(done: Done) -> Message | None:
        sees = asked.viewer.everything or may_see(done.incident, asked.actor.user)
        return not_sent(done.incident, (command, *then)) or confirmed(
            command, done.incident, asked.desk.process, seen if sees else "nothing"
        )

    return await asked.deliver(command, *then, answer=answer)
