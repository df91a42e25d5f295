"""`cancel`: stop without a review."""

from bot.domain.commands import Cancel
from bot.domain.values import Text
from bot.slack.asking import Asked, Message, Word
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import cancel as form


async def run(asked: Asked) -> Message | None:
    """Cancel for the reason typed; otherwise ask in the form, as it ends the work of others."""
    if not asked.text.strip():
        asked.open_view(form.view(asked))
        return None
    return await carry_out(asked, Cancel(reason=Text(asked.readable(asked.text))))


WORD = Word(
    name="cancel",
    usage="cancel [reason]",
    does="Stop without a review: a duplicate, a test, a mistake.",
    run=run,
)
