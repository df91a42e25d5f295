"""`close`: the review is complete."""

from bot.domain.commands import Close
from bot.slack.asking import Asked, Message
from bot.slack.commands.ending import end
from bot.slack.forms import close as form
from bot.slack.word import Word

USAGE = "close [reason to close although something is missing] [--yes]"


async def run(asked: Asked) -> Message | None:
    """Close, with a reason also where parts are missing; without one the form names them."""
    return await end(asked, USAGE, form.view, lambda text, sure: Close(anyway=text, confirmed=sure))


WORD = Word(
    name="close",
    usage=USAGE,
    does="End it for good: the review is complete.",
    run=run,
)
