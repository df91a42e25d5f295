"""`cancel`: stop without a review."""

from bot.domain.commands import Cancel
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import cancel as form
from bot.slack.typed import split_flags
from bot.slack.word import Word

USAGE = "cancel [reason] [--yes]"


async def run(asked: Asked) -> Message | None:
    """Cancel for the reason typed; otherwise ask in the form, as it ends the work of others."""
    usage = f"{asked.desk.word} {USAGE}"
    typed = split_flags(asked.text, {"yes": False}, usage, free=True, readable=asked.readable)
    if not typed.text:
        asked.open_view(form.view(asked))
        return None
    confirmed = typed.flag("yes") is not None
    return await carry_out(asked, Cancel(reason=Text(typed.text), confirmed=confirmed))


WORD = Word(
    name="cancel",
    usage=USAGE,
    does="Stop without a review: a duplicate, a test, a mistake.",
    run=run,
)
