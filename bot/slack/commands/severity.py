"""`severity`: change the technical gravity."""

from bot.domain.commands import SetSeverity
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import severity as form
from bot.slack.typed import first_word
from bot.slack.word import Word

USAGE = "severity <1–4> [reason]"


async def run(asked: Asked) -> Message | None:
    """Set the level named; otherwise open the form."""
    level, reason = first_word(asked.readable(asked.text))
    if not level:
        asked.open_view(form.view(asked))
        return None
    return await carry_out(asked, SetSeverity(severity=level.rstrip(":,"), reason=Text(reason)))


WORD = Word(
    name="severity",
    usage=USAGE,
    does="Say how bad it is; who is called and how often updates are due follow from it.",
    run=run,
)
