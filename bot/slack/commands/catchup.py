"""`catchup`: where it stands and how it came there, for whoever was away."""

from bot.slack.asking import Asked, Message
from bot.slack.commands.looking import told
from bot.slack.messages import lists
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Show it."""
    return await told(asked, lists.catchup)


WORD = Word(
    name="catchup",
    usage="catchup",
    does="Read where it stands, what happened last and what is open.",
    run=run,
    only_shows=True,
)
