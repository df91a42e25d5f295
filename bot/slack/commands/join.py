"""`join`: come into the room."""

from bot.domain.commands import Join
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Ask to be brought in."""
    return await carry_out(asked, Join())


WORD = Word(name="join", usage="join", does="Come into the incident's room.", run=run)
