"""The words behind the slash command, one file each; the order is the order of the help."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.asking import Asked, Message, Word
from bot.slack.commands import declare, shortcuts
from bot.slack.commands.deeds import carry_out

WORDS: tuple[Word, ...] = (
    declare.WORD,
)

DEEDS = carry_out
"""What a button that carries a command does."""

SHORTCUTS: Mapping[str, Callable[[Asked, dict[str, Any]], Awaitable[Message | None]]] = {
    "declare_from_message": shortcuts.declare_from_message,
}
"""By callback_id: the message menu."""
