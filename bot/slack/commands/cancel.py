"""`cancel`: stop without a review."""

from bot.domain.commands import Cancel
from bot.slack.asking import Asked, Message
from bot.slack.commands.ending import end
from bot.slack.forms import cancel as form
from bot.slack.word import Word

USAGE = "cancel [reason] [--yes]"


async def run(asked: Asked) -> Message | None:
    """Cancel for the reason typed; otherwise ask in the form, as it ends the work of others."""
    return await end(
        asked, USAGE, form.view, lambda text, sure: Cancel(reason=text, confirmed=sure)
    )


WORD = Word(
    name="cancel",
    usage=USAGE,
    does="Stop without a review: a duplicate, a test, a mistake.",
    run=run,
)
