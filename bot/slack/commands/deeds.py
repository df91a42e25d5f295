"""Buttons that carry a command: carry it out and say so, where the room does not show it anyway."""

from bot.domain.commands import Command, Declare
from bot.slack.asking import Asked, Message
from bot.slack.declaring import declare
from bot.slack.messages.confirmed import confirmed


async def carry_out(asked: Asked, command: Command) -> Message | None:
    """Carry out what a button carries; what it may do is decided by the rules, not by the button."""
    if isinstance(command, Declare):
        return await declare(asked, command)
    return await asked.say(command, lambda done: confirmed(command, done.incident))
