"""`update`: tell people what is happening, and when the next word comes."""

from bot.domain.commands import PostUpdate, SnoozeUpdates
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import update as form
from bot.slack.typed import BadUsage, Typed, minutes_in, split_flags
from bot.slack.word import Word

USAGE = "update [text] [--next 30|2h|none] [--no-change] [--snooze 60]"
_FLAGS = {"next": True, "no-change": False, "snooze": True}


async def run(asked: Asked) -> Message | None:
    """Post what was typed; otherwise open the form."""
    usage = f"{asked.desk.word} {USAGE}"
    typed = split_flags(asked.text, _FLAGS, usage, free=True, readable=asked.readable)
    if typed.flag("snooze") is not None:
        return await carry_out(asked, SnoozeUpdates(minutes=_minutes(typed, "snooze", usage)))
    no_change = typed.flag("no-change") is not None
    if not typed.text and not no_change:
        asked.open_view(form.view(asked))
        return None
    following = None if typed.flag("next") is None else _minutes(typed, "next", usage)
    command = PostUpdate(text=Text(typed.text), no_change=no_change, next_in_minutes=following)
    return await carry_out(asked, command)


def _minutes(typed: Typed, flag: str, usage: str) -> int:
    value = typed.flag(flag) or ""
    minutes = 0 if flag == "next" and value.lower() == "none" else minutes_in(value)
    if minutes is None:
        raise BadUsage(f"`--{flag}` takes minutes (30) or hours (2h). Usage: `{usage}`")
    return minutes


WORD = Word(
    name="update",
    usage=USAGE,
    does="Tell everybody who waits what is happening; the room, the announcement, the followers.",
    run=run,
)
