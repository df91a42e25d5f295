"""`review`: the parts of the review that people write."""

from bot.slack.asking import Asked, Message
from bot.slack.forms import review as form
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Open the form."""
    asked.open_view(form.view(asked))
    return None


WORD = Word(
    name="review",
    usage="review",
    does="Write what only people know: the cause, what went well, what was hard.",
    run=run,
)
