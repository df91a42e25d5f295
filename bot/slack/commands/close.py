"""`close`: the review is complete."""

from bot.domain.commands import Close
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import close as form
from bot.slack.typed import split_flags
from bot.slack.word import Word

USAGE = "close [reason to close although something is missing] [--yes]"


async def run(asked: Asked) -> Message | None:
    """Close, with a reason also where parts are missing; without one the form names them."""
    usage = f"{asked.desk.word} {USAGE}"
    typed = split_flags(asked.text, {"yes": False}, usage, free=True, readable=asked.readable)
    if not typed.text:
        asked.open_view(form.view(asked))
        return None
    confirmed = typed.flag("yes") is not None
    return await carry_out(asked, Close(anyway=Text(typed.text), confirmed=confirmed))


WORD = Word(
    name="close",
    usage=USAGE,
    does="End it for good: the review is complete.",
    run=run,
)
