"""What people may enter: titles, texts, levels, categories, services and times."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.nearest import nearest
from bot.domain.process import Process, Severity, Status
from bot.domain.refusals import InvalidInput, quoted
from bot.domain.values import Text

TITLE_LIMIT = 120
TEXT_LIMIT = 2_500
CLOCKS_DIFFER = timedelta(minutes=5)
"""A time that a person gives may lie this far ahead: not all clocks agree."""

_BIDIRECTIONAL = frozenset(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
)
_SEPARATING = frozenset({"Cc", "Zl", "Zp", "Cs", "Co"})
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Zs", "Cn"})


def clean_title(text: str) -> Text:
    """Return a title on one line, without control and direction characters.

    Raises:
        InvalidInput: nothing visible is left of it, or it is longer than 120 characters.
    """
    spaced = " ".join(
        "".join(" " if _separates(ch) else ch for ch in text if ch not in _BIDIRECTIONAL).split()
    )
    if all(unicodedata.category(ch) in _INVISIBLE for ch in spaced):
        raise InvalidInput("Say in a few words what is wrong: “checkout is down”.")
    if len(spaced) > TITLE_LIMIT:
        raise InvalidInput(
            f"A title has at most {TITLE_LIMIT} characters; this one has {len(spaced):,}. "
            "Put the details into the summary."
        )
    return Text(spaced)


def title_and_rest(typed: str) -> tuple[Text, Text]:
    """Return a title and a summary of what was typed as one line.

    Whoever declares in a hurry types all they know: a title that is too long ends after a word, and
    the whole of it is the summary.
    """
    spaced = " ".join(typed.split())
    if len(spaced) <= TITLE_LIMIT:
        return Text(typed), Text("")
    cut = spaced[: TITLE_LIMIT - 1]
    ended = cut if spaced[len(cut)].isspace() else cut.rpartition(" ")[0]
    return Text(f"{ended or cut}…"), Text(typed)


def _separates(ch: str) -> bool:
    return unicodedata.category(ch) in _SEPARATING or ch.isspace()


def clean_text(text: str, field: str, limit: int = TEXT_LIMIT) -> Text:
    """Return longer free text, trimmed and without control characters other than line ends.

    Raises:
        InvalidInput: it is longer than `limit` characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        ch
        for ch in lines
        if ch in "\n\t"
        or (ch not in _BIDIRECTIONAL and unicodedata.category(ch) not in {"Cc", "Cs"})
    ).strip()
    if len(kept) > limit:
        raise InvalidInput(
            f"This text has {len(kept):,} characters; at most {limit:,} fit. "
            "Shorten it, or put the rest into the room.",
            field=field,
        )
    return Text(kept)


def needed_text(text: str, field: str, otherwise: str) -> Text:
    """Return free text that may not be left empty; `otherwise` says what to write.

    Raises:
        InvalidInput: it is empty, or too long.
    """
    kept = clean_text(text, field)
    if not kept:
        raise InvalidInput(otherwise, field=field)
    return kept


def known_severity(process: Process, asked: str) -> Severity:
    """Return the level that a person means by `1`, `sev1` or `SEV1`.

    Raises:
        InvalidInput: there is no such level.
    """
    wanted = asked.strip().casefold()
    for severity in process.severities:
        if wanted in {severity.key.casefold(), severity.label.casefold(), str(severity.rank)}:
            return severity
    raise _unknown("severity", asked, [severity.key for severity in process.severities])


def known_status(process: Process, asked: str) -> Status:
    """Return the status that a person means by its key or its label.

    Raises:
        InvalidInput: there is no such status.
    """
    wanted = " ".join(asked.split()).casefold()
    for status in process.statuses:
        if wanted in {status.key.casefold(), status.label.casefold()}:
            return status
    raise _unknown("status", asked, [status.key for status in process.statuses])


def known_category(process: Process, asked: str | None) -> str | None:
    """Return the category that a person means, None when they named none.

    Raises:
        InvalidInput: there is no such category.
    """
    if not asked or not asked.strip():
        return None
    wanted = asked.strip().casefold()
    for category in process.categories:
        if wanted == category.casefold():
            return category
    raise _unknown("category", asked, process.categories)


def known_services(process: Process, asked: Iterable[str]) -> tuple[str, ...]:
    """Return the services that a person names; with a list of services, only those on it.

    Raises:
        InvalidInput: the organisation lists its services and this is none of them.
    """
    named = dict.fromkeys(" ".join(clean_text(s, "services", 80).split()) for s in asked)
    named.pop("", None)
    if not process.services:
        return tuple(named)
    by_name = {service.casefold(): service for service in process.services}
    for service in named:
        if service.casefold() not in by_name:
            raise _unknown("service", service, process.services, field="services")
    return tuple(dict.fromkeys(by_name[service.casefold()] for service in named))


def not_ahead(at: datetime, now: datetime, field: str) -> datetime:
    """Return a time that lies in the past or is now.

    Raises:
        InvalidInput: it lies in the future by more than clocks differ.
    """
    if at > now + CLOCKS_DIFFER:
        raise InvalidInput("That time lies in the future; give the time when it was.", field=field)
    return min(at, now)


def _unknown(what: str, asked: str, known: Iterable[str], field: str | None = None) -> InvalidInput:
    names = list(known)
    close = nearest(asked.strip(), names)
    hint = f"did you mean “{close}”?" if close else f"choose one of {', '.join(names)}."
    return InvalidInput(f"There is no {what} {quoted(asked)}; {hint}", field=field or what)
