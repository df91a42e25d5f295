"""`note`: put a fact on the record."""

from bot.domain.commands import AddNote
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import note as form
from bot.slack.typed import BadUsage, clock_time, split_flags
from bot.slack.word import Word

USAGE = "note <text> [--at 14:05]"


async def run(asked: Asked) -> Message | None:
    """Add what was typed, as of the nearest past time named; otherwise open the form."""
    usage = f"{asked.desk.word} {USAGE}"
    typed = split_flags(asked.text, {"at": True}, usage, free=True, readable=asked.readable)
    at = typed.flag("at")
    if not typed.text:
        if at is not None:
            raise BadUsage(f"Say what happened then. Usage: `{usage}`")
        asked.open_view(form.view(asked))
        return None
    moment = None if at is None else clock_time(at, asked.zone, asked.desk.clock.now())
    return await carry_out(asked, AddNote(text=Text(typed.text), at=moment))


WORD = Word(
    name="note",
    usage=USAGE,
    does="Put a fact on the timeline, as of now or of a time in your own zone.",
    run=run,
)
