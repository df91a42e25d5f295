"""`resolve`: normal operation is verified."""

from bot.domain.commands import Resolve
from bot.domain.refusals import InvalidInput
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import resolve as form
from bot.slack.typed import clock_time, split_flags
from bot.slack.word import Word

USAGE = "resolve [resolution] [--ended 14:05] [--category c]"


async def run(asked: Asked) -> Message | None:
    """Resolve with what was typed; otherwise, and where a category is missing, open the form."""
    usage, flags = f"{asked.desk.word} {USAGE}", {"ended": True, "category": True}
    typed = split_flags(asked.text, flags, usage, free=True, readable=asked.readable)
    if not typed.text:
        asked.open_view(form.view(asked))
        return None
    ended, category = typed.flag("ended"), typed.flag("category")
    moment = None if ended is None else clock_time(ended, asked.zone, asked.desk.clock.now())
    command = Resolve(resolution=Text(typed.text), impact_ended_at=moment, category=category)
    try:
        return await carry_out(asked, command)
    except InvalidInput as why:
        if why.field != "category" or category:
            raise
        asked.open_view(form.view(asked, resolution=typed.text))
        return None


WORD = Word(
    name="resolve",
    usage=USAGE,
    does="Say that it is over: normal operation is verified. The review's draft follows.",
    run=run,
)
