"""`reopen`: it is not over after all."""

from bot.domain.commands import Reopen
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Go back to investigating."""
    return await carry_out(asked, Reopen(reason=Text(asked.readable(asked.text))))


WORD = Word(
    name="reopen",
    usage="reopen [reason]",
    does="Go on with it: back to investigating, in a new room if the old one is archived.",
    run=run,
)
