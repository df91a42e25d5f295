"""`declare`: open an incident, by one line or by the form."""

from bot.domain.accepting import known_category, known_severity, title_and_rest
from bot.domain.commands import Declare
from bot.slack.asking import Asked, Message
from bot.slack.declaring import declare
from bot.slack.forms import declare as form
from bot.slack.typed import Typed, split_flags
from bot.slack.word import Word

USAGE = "declare [title] [--sev 2] [--category c] [--service s] [--private] [--drill] [--again]"
_FLAGS = {
    "sev": True,
    "severity": True,
    "category": True,
    "service": True,
    "private": False,
    "drill": False,
    "again": False,
}


async def run(asked: Asked) -> Message | None:
    """Declare at once when a title is given; otherwise open the form."""
    usage = f"{asked.desk.word} {USAGE}"
    typed = split_flags(asked.text, _FLAGS, usage, readable=asked.readable)
    if not typed.text:
        asked.open_view(await _form(asked, typed))
        return None
    service = typed.flag("service")
    title, summary = title_and_rest(typed.text)
    command = Declare(
        title=title,
        summary=summary,
        severity=typed.flag("sev") or typed.flag("severity"),
        category=typed.flag("category"),
        services=tuple(service.split(",")) if service else (),
        private=True if typed.flag("private") is not None else None,
        drill=typed.flag("drill") is not None,
        again=typed.flag("again") is not None,
    )
    return await declare(asked, command)


async def _form(asked: Asked, typed: Typed) -> Message:
    """Return the form with what the flags said already chosen.

    Raises:
        InvalidInput: there is no such severity or category.
    """
    process = asked.desk.process
    severity = typed.flag("sev") or typed.flag("severity")
    options = [name for name in ("private", "drill") if typed.flag(name) is not None]
    return await form.view(
        asked,
        severity=known_severity(process, severity).key if severity else None,
        category=known_category(process, typed.flag("category")),
        options=options,
    )


WORD = Word(
    name="declare",
    usage=USAGE,
    does="Declare an incident: a room is made and people are called.",
    run=run,
    in_incident=False,
    anywhere=True,
)
