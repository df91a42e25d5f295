"""The words behind the slash command, one file each; the order is the order of the help."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.asking import Asked, Message, Word
from bot.slack.commands import (
    access,
    ack,
    cancel,
    catchup,
    close,
    decision,
    declare,
    decline,
    edit,
    followup,
    handover,
    help,  # noqa: A004 - the word is called so
    join,
    list,  # noqa: A004 - the word is called so
    note,
    page,
    playbook,
    private,
    reopen,
    resolve,
    retry,
    review,
    role,
    room,
    severity,
    shortcuts,
    show,
    status,
    task,
    timeline,
    tray,
    update,
    why,
)
from bot.slack.commands.deeds import press

_WORDS: tuple[Word, ...] = (
    tray.WORD,
    declare.WORD,
    list.WORD,
    show.WORD,
    join.WORD,
    catchup.WORD,
    update.WORD,
    status.WORD,
    severity.WORD,
    role.WORD,
    handover.WORD,
    page.WORD,
    ack.WORD,
    private.WORD,
    access.WORD,
    note.WORD,
    decision.WORD,
    edit.WORD,
    playbook.WORD,
    task.WORD,
    followup.WORD,
    resolve.WORD,
    reopen.WORD,
    review.WORD,
    close.WORD,
    decline.WORD,
    cancel.WORD,
    timeline.WORD,
    why.WORD,
    room.WORD,
    retry.WORD,
)
WORDS: tuple[Word, ...] = (*_WORDS, help.word(_WORDS))

DEEDS = press
"""What a button that carries a command does."""

SHORTCUTS: Mapping[str, Callable[[Asked, dict[str, Any]], Awaitable[Message | None]]] = {
    "declare_from_message": shortcuts.declare_from_message,
    "add_to_timeline": shortcuts.add_to_timeline,
}
"""By callback_id: the message menu."""
