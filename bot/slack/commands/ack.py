"""`ack`: answer the page that called you."""

from bot.domain.commands import AnswerPage
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Say that one is coming."""
    return await carry_out(asked, AnswerPage())


WORD = Word(
    name="ack",
    usage="ack",
    does="Answer a page: say that you have heard it and are coming.",
    run=run,
    asks=AnswerPage(),
)
