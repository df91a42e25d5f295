"""`decline`: it was a false alarm."""

from bot.domain.commands import Decline
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import decline as form
from bot.slack.typed import split_flags
from bot.slack.word import Word

USAGE = "decline <reason> [--yes]"


async def run(asked: Asked) -> Message | None:
    """Decline for the reason typed; otherwise open the form."""
    usage = f"{asked.desk.word} {USAGE}"
    typed = split_flags(asked.text, {"yes": False}, usage, free=True, readable=asked.readable)
    if not typed.text:
        asked.open_view(form.view(asked))
        return None
    confirmed = typed.flag("yes") is not None
    return await carry_out(asked, Decline(reason=Text(typed.text), confirmed=confirmed))


WORD = Word(
    name="decline",
    usage=USAGE,
    does="Say that it was a false alarm; it ends without a review.",
    run=run,
)
