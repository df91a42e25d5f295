"""`decline`: it was a false alarm."""

from bot.domain.commands import Decline
from bot.slack.asking import Asked, Message
from bot.slack.commands.ending import end
from bot.slack.forms import decline as form
from bot.slack.word import Word

USAGE = "decline <reason> [--yes]"


async def run(asked: Asked) -> Message | None:
    """Decline for the reason typed; otherwise open the form."""
    return await end(
        asked, USAGE, form.view, lambda text, sure: Decline(reason=text, confirmed=sure)
    )


WORD = Word(
    name="decline",
    usage=USAGE,
    does="Say that it was a false alarm; it ends without a review.",
    run=run,
)
