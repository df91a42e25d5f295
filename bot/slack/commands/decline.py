"""`decline`: it was a false alarm."""

from bot.domain.commands import Decline
from bot.domain.values import Text
from bot.slack.asking import Asked, Message, Word
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import decline as form


async def run(asked: Asked) -> Message | None:
    """Decline for the reason typed; otherwise open the form."""
    if not asked.text.strip():
        asked.open_view(form.view(asked))
        return None
    return await carry_out(asked, Decline(reason=Text(asked.readable(asked.text))))


WORD = Word(
    name="decline",
    usage="decline <reason>",
    does="Say that it was a false alarm; it ends without a review.",
    run=run,
)
