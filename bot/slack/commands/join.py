"""`join`: come into the room."""

from bot.domain.commands import Join
from bot.slack.asking import Asked, Message, Word
from bot.slack.commands.deeds import carry_out


async def run(asked: Asked) -> Message | None:
    """Ask to be brought in."""
    return await carry_out(asked, Join())


WORD = Word(name="join", usage="join", does="Come into the incident's room.", run=run)
