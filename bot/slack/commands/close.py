"""`close`: the review is complete."""

from bot.domain.commands import Close
from bot.domain.values import Text
from bot.slack.asking import Asked, Message, Word
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import close as form


async def run(asked: Asked) -> Message | None:
    """Close, with a reason also where parts are missing; without one the form names them."""
    if not asked.text.strip():
        asked.open_view(form.view(asked))
        return None
    return await carry_out(asked, Close(anyway=Text(asked.readable(asked.text))))


WORD = Word(
    name="close",
    usage="close [reason to close although something is missing]",
    does="End it for good: the review is complete.",
    run=run,
)
