"""`timeline`: what happened, newest last."""

from bot.slack.asking import Asked, Message
from bot.slack.commands.looking import told
from bot.slack.messages import lists
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Show the newest of it."""
    return await told(asked, lists.timeline)


WORD = Word(
    name="timeline",
    usage="timeline",
    does="Read what happened, with who and when.",
    run=run,
    only_shows=True,
)
