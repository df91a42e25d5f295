"""`status`: move along the life cycle."""

from bot.domain.commands import SetStatus
from bot.domain.process import Process
from bot.domain.refusals import InvalidInput
from bot.domain.values import Phase, Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import resolve
from bot.slack.forms import status as form
from bot.slack.typed import first_word, split_flags
from bot.slack.word import Word

USAGE = "status <status> [reason] [--category c]"


async def run(asked: Asked) -> Message | None:
    """Move to the status named; otherwise open the form, also where a category is missing."""
    usage = f"{asked.desk.word} {USAGE}"
    flags = {"category": True}
    typed = split_flags(asked.text, flags, usage, free=True, readable=asked.readable)
    if not typed.text:
        asked.open_view(form.view(asked))
        return None
    status, reason = status_in(typed.text, asked.desk.process)
    category = typed.flag("category")
    if not reason and asked.desk.process.status(status).phase is Phase.RESOLVED:
        # How it was mended, and that it is over, is for people to say.
        asked.open_view(resolve.view(asked))
        return None
    try:
        command = SetStatus(status=status, category=category, reason=Text(reason))
        return await carry_out(asked, command)
    except InvalidInput as why:
        if why.field != "category" or category:
            raise
        asked.open_view(form.view(asked, status=status, reason=reason))
        return None


def status_in(text: str, process: Process) -> tuple[str, str]:
    """Return the status that a text begins with, and what follows; a label may be several words."""
    names = sorted(
        {(name, s.key) for s in process.statuses for name in (s.key, s.label)},
        key=lambda pair: -len(pair[0]),
    )
    for name, key in names:
        begun = text[: len(name)].casefold() == name.casefold()
        if begun and not text[len(name) : len(name) + 1].strip(" \n:,"):
            return key, text[len(name) :].strip(" \n:,")
    return first_word(text)


WORD = Word(
    name="status",
    usage=USAGE,
    does="Say where it stands: investigating, identified, mitigated, monitoring …",
    run=run,
)
