"""What people type behind the slash command: words, flags, people and times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.refusals import Refused
from bot.slack.messages.text import unescape

_NUMBER = re.compile(r"^(?:inc-?)?#?(\d{1,9})$", re.IGNORECASE)
_NAMED = re.compile(r"^inc-?(\d{1,9})$", re.IGNORECASE)
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")


class BadUsage(Refused):
    """That is not how this word is used."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A line split into its plain text and its flags."""

    text: str
    flags: Mapping[str, str] = field(default_factory=dict)

    def flag(self, name: str) -> str | None:
        """Return what stood behind a flag, `""` for a bare one, None where it was not given."""
        return self.flags.get(name)


def split_flags(line: str, known: Mapping[str, bool], usage: str) -> Typed:
    """Take the flags out of a line; `known` says which exist and whether they take a value.

    Phones and Macs turn `--` into a dash, so a dash counts as `--`. Apostrophes are just letters.

    Raises:
        BadUsage: an unknown flag, or one whose value is missing.
    """
    plain: list[str] = []
    flags: dict[str, str] = {}
    words = line.split(" ")
    while words:
        word = words.pop(0)
        name = _flag_name(word)
        if name is None:
            plain.append(word)
            continue
        name, _, value = name.partition("=")
        if name not in known:
            names = ", ".join(f"--{n}" for n in known) or "none"
            raise BadUsage(f"There is no flag `--{name}` here; there is {names}. Usage: `{usage}`")
        if known[name] and not value:
            while words and not words[0]:
                words.pop(0)
            if not words or _flag_name(words[0]) is not None:
                raise BadUsage(f"`--{name}` needs a value. Usage: `{usage}`")
            value = words.pop(0)
        flags[name] = value
    return Typed(text=unescape(" ".join(plain)).strip(), flags=flags)


def _flag_name(word: str) -> str | None:
    for dash in ("--", "—", "–"):
        if word.startswith(dash) and len(word) > len(dash) and word[len(dash)].isalpha():
            return word[len(dash) :].lower()
    return None


def number_of(word: str) -> int | None:
    """Return the incident that `inc-42` (not a bare number, which may be anything) names."""
    match = _NAMED.match(word)
    return int(match.group(1)) if match else None


def plain_number(word: str) -> int | None:
    """Return the number in `3`, `#3` or `inc-3`."""
    match = _NUMBER.match(word)
    return int(match.group(1)) if match else None


def first_word(line: str) -> tuple[str, str]:
    """Return the first word and what follows it."""
    first, _, rest = line.strip().partition(" ")
    return first, rest.strip()


def person_in(text: str) -> str | None:
    """Return the first person mentioned, by id; Slack escapes mentions when the app asks for it."""
    match = _USER.search(text)
    return match.group(1) if match else None


def without_people(text: str) -> str:
    """Return the text without its mentions."""
    return " ".join(_USER.sub(" ", text).split())


def clock_time(text: str, zone: str, now: datetime) -> datetime:
    """Return the nearest past `14:05` in somebody's zone.

    Raises:
        BadUsage: it is no time of day.
    """
    match = _CLOCK.match(text.strip())
    if match is None or int(match.group(1)) > 23 or int(match.group(2)) > 59:
        raise BadUsage(f"“{text}” is no time of day; write it like 14:05.")
    local = now.astimezone(zone_of(zone))
    at = local.replace(
        hour=int(match.group(1)), minute=int(match.group(2)), second=0, microsecond=0
    )
    return (at if at <= local else at - timedelta(days=1)).astimezone(now.tzinfo)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; one that this machine does not know reads as UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
