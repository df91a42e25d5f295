"""`private`: from now on only those in the room know of it."""

from bot.domain.commands import MakePrivate
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.typed import split_flags
from bot.slack.word import Word

USAGE = "private [--yes]"


async def run(asked: Asked) -> Message | None:
    """Make it private; without `--yes` the answer says what that means, and has a button."""
    typed = split_flags(asked.text, {"yes": False}, f"{asked.desk.word} {USAGE}")
    return await carry_out(asked, MakePrivate(confirmed=typed.flag("yes") is not None))


WORD = Word(
    name="private",
    usage=USAGE,
    does="Make it private: a private room takes the place of this one.",
    run=run,
)
