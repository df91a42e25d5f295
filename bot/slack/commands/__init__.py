"""The words behind the slash command, one file each; the order is the order of the help."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.asking import Asked, Message
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
from bot.slack.word import Word

_GROUPS: tuple[tuple[str, tuple[Word, ...]], ...] = (
    ("Begin, and find your way", (tray.WORD, declare.WORD, list.WORD, show.WORD, join.WORD)),
    ("Tell people where it stands", (update.WORD, status.WORD, severity.WORD)),
    ("Get help, and say who does what", (page.WORD, ack.WORD, role.WORD, handover.WORD)),
    ("Work on it", (playbook.WORD, task.WORD, followup.WORD)),
    ("Put it on the record", (note.WORD, decision.WORD, edit.WORD)),
    ("See what happened", (catchup.WORD, timeline.WORD, why.WORD)),
    (
        "End it, and learn from it",
        (resolve.WORD, reopen.WORD, review.WORD, close.WORD, decline.WORD, cancel.WORD),
    ),
    ("Say who may see it", (private.WORD, access.WORD)),
    ("Mend what got stuck", (room.WORD, retry.WORD)),
)
"""By what one wants to do, in the order in which one comes to want it."""
_HELP = help.word(_GROUPS)
WORDS: tuple[Word, ...] = (*(word for _, words in _GROUPS for word in words), _HELP)

DEEDS = press
"""What a button that carries a command does."""

SHORTCUTS: Mapping[str, Callable[[Asked, dict[str, Any]], Awaitable[Message | None]]] = {
    "declare_from_message": shortcuts.declare_from_message,
    "add_to_timeline": shortcuts.add_to_timeline,
}
"""By callback_id: the message menu."""
