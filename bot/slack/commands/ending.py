"""Shared by the words that end an incident: a reason, `--yes`, and the form where none is given."""

from collections.abc import Callable

from bot.domain.commands import Cancel, Close, Decline
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.typed import split_flags


async def end(
    asked: Asked,
    usage: str,
    view: Callable[[Asked], Message],
    command: Callable[[Text, bool], Cancel | Close | Decline],
) -> Message | None:
    """End the incident for the reason typed; `command` is made of it, and of whether it is sure."""
    usage = f"{asked.desk.word} {usage}"
    typed = split_flags(asked.text, {"yes": False}, usage, free=True, readable=asked.readable)
    if not typed.text:
        asked.open_view(view(asked))
        return None
    return await carry_out(asked, command(Text(typed.text), typed.flag("yes") is not None))
