"""What people type behind the slash command: words, flags, people and times."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.nearest import nearest
from bot.domain.refusals import Refused, quoted
from bot.slack.messages.text import unescape

_NUMBER = re.compile(r"^(?:inc-?)?#?(\d{1,9})$", re.IGNORECASE)
_NAMED = re.compile(r"^inc-?(\d{1,9})$", re.IGNORECASE)
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BRACKETED = re.compile(r"<([@#!])([^|>]+)(?:\|([^>]*))?>")
_LINK = re.compile(r"<(?:(https?:[^|>]+)(?:\|[^>]*)?|(?:mailto|tel):([^|>]+)(?:\|[^>]*)?)>")
_TYPED_NAME = re.compile(r"(?:^|(?<=\s))@[\w.-]+")
_SPAN = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,5})(?:m|min)?)?$")
_WORD = re.compile(r"`(playbook|reopen)\b")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


def typeable(sentence: str, word: str) -> str:
    """Return a sentence of the rules with its words as they are typed: `/incident reopen`."""
    return _WORD.sub(rf"`{word} \1", sentence)


class BadUsage(Refused):
    """That is not how this word is used."""


class WhoIsThat(BadUsage):
    """A name was typed that leads to nobody."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Slack does not say who {name} is: choose the person from the list that appears while "
            "you type the name."
        )


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A line split into its plain text and its flags."""

    text: str
    flags: Mapping[str, str] = field(default_factory=dict)

    def flag(self, name: str) -> str | None:
        """Return what stood behind a flag, `""` for a bare one, None where it was not given."""
        return self.flags.get(name)


def split_flags(
    line: str,
    known: Mapping[str, bool],
    usage: str,
    *,
    free: bool = False,
    readable: Callable[[str], str] = unescape,
) -> Typed:
    """Take the flags out of a line; `known` says which exist and whether they take a value.

    Phones and Macs turn `--` into a dash, so a dash counts as `--`. Apostrophes are just letters.
    Where the line is `free` text, what looks like an unknown flag is a part of it. `readable`
    turns Slack's writing into what was typed.

    Raises:
        BadUsage: an unknown flag, or one whose value is missing.
    """
    plain: list[str] = []
    flags: dict[str, str] = {}
    words = line.split(" ")
    while words:
        word = words.pop(0)
        name, _, value = (_flag_name(word) or "").partition("=")
        if not name or (free and name not in known):
            plain.append(word)
            continue
        if name not in known:
            names = ", ".join(f"--{n}" for n in known) or "none"
            raise BadUsage(f"There is no flag `--{name}` here; there is {names}. Usage: `{usage}`")
        if known[name] and not value:
            while words and not words[0]:
                words.pop(0)
            if not words or _flag_name(words[0]) is not None:
                raise BadUsage(f"`--{name}` needs a value. Usage: `{usage}`")
            value = words.pop(0)
        flags[name] = unescape(value)
    return Typed(text=readable(" ".join(plain)).strip(), flags=flags)


def _flag_name(word: str) -> str | None:
    for dash in ("--", "—", "–"):
        if word.startswith(dash) and len(word) > len(dash) and word[len(dash)].isalpha():
            return word[len(dash) :].lower()
    return None


def readable(text: str, name_of: Callable[[str], str]) -> str:
    """Return what was typed as people read it: `@bob` and plain addresses, nothing escaped.

    Slack sends mentions and links in brackets; what a person typed themselves is escaped, so
    brackets can only be Slack's. `name_of` tells who a user is where Slack does not.
    """

    def name(found: re.Match[str]) -> str:
        sign, target, label = found.groups()
        if sign == "!":
            return f"@{(label or target.partition('^')[0]).lstrip('@')}"
        return f"{sign}{label or (name_of(target) if sign == '@' else target)}"

    return unescape(_LINK.sub(r"\1\2", _BRACKETED.sub(name, text)))


def number_of(word: str) -> int | None:
    """Return the incident that `inc-42` (not a bare number, which may be anything) names."""
    match = _NAMED.match(word)
    return int(match.group(1)) if match else None


def plain_number(word: str) -> int | None:
    """Return the number in `3`, `#3` or `inc-3`."""
    match = _NUMBER.match(word)
    return int(match.group(1)) if match else None


def no_such_word(name: str, known: Iterable[str], command: str) -> BadUsage:
    """Return that there is no such word, with the nearest one."""
    near = nearest(name, known)
    hint = f" Did you mean `{command} {near}`?" if near else ""
    return BadUsage(f"There is no word {quoted(name, 40)}.{hint} `{command} help` shows all.")


def first_word(line: str) -> tuple[str, str]:
    """Return the first word and what follows it."""
    first, *rest = line.strip().split(maxsplit=1) or [""]
    return first, "".join(rest)


def people_in(text: str) -> tuple[str, ...]:
    """Return who is mentioned, by id; Slack escapes mentions when the app asks for it."""
    return tuple(dict.fromkeys(_USER.findall(text)))


def person_in(text: str, usage: str) -> str | None:
    """Return the one person mentioned, None where nobody is.

    Raises:
        BadUsage: several are, or somebody whom Slack did not recognise.
    """
    people = people_in(text)
    if len(people) > 1:
        raise BadUsage(f"One person at a time, please. Usage: `{usage}`")
    unknown = None if people else _TYPED_NAME.search(text)
    if unknown is not None:
        raise WhoIsThat(unescape(unknown.group()))
    return people[0] if people else None


def first_person(text: str) -> tuple[str | None, str]:
    """Return who is mentioned first, and the text without that mention."""
    found = _USER.search(text)
    if found is None:
        return None, text
    return found.group(1), f"{text[: found.start()]} {text[found.end() :]}".strip()


def without_people(text: str) -> str:
    """Return the text without its mentions."""
    return " ".join(_USER.sub(" ", text).split())


def clock_time(text: str, zone: str, now: datetime) -> datetime:
    """Return the nearest past `14:05` in somebody's zone.

    Raises:
        BadUsage: it is no time of day.
    """
    match = _CLOCK.match(text.strip())
    if match is None:
        raise BadUsage(f"{quoted(text, 40)} is no time of day; write it like 14:05.")
    local = now.astimezone(zone_of(zone))
    hour, minute = (int(part) for part in match.groups())
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (at if at <= local else at - timedelta(days=1)).astimezone(now.tzinfo)


def past_moment(text: str, zone: str, now: datetime) -> datetime:
    """Return the time that `14:05` or `2026-07-01 14:05` means in somebody's zone.

    Raises:
        BadUsage: it is neither.
    """
    day, _, clock = text.strip().rpartition(" ")
    at = clock_time(clock, zone, now)
    if not day:
        return at
    return datetime.combine(
        _date(day), at.astimezone(zone_of(zone)).time(), tzinfo=zone_of(zone)
    ).astimezone(now.tzinfo)


def due_day(text: str, zone: str, now: datetime) -> datetime:
    """Return the end of the day that `2026-07-01` or `3d` means in somebody's zone.

    Raises:
        BadUsage: it is neither.
    """
    here = zone_of(zone)
    if _DAY.match(text):
        return end_of(_date(text), zone)
    span = minutes_in(text)
    if not text.endswith("d") or span is None:
        raise BadUsage(f"{quoted(text, 40)} is no day; write it like 2026-07-01 or 3d.")
    return end_of((now + timedelta(minutes=span)).astimezone(here).date(), zone)


def end_of(day: date, zone: str) -> datetime:
    """Return the last minute of a day in somebody's zone, in UTC."""
    return datetime.combine(day, time(23, 59), tzinfo=zone_of(zone)).astimezone(UTC)


def minutes_in(text: str) -> int | None:
    """Return how many minutes `45`, `45m`, `2h` or `1d` are; None for anything else."""
    match = _SPAN.match(text.strip().lower())
    if match is None or not text.strip():
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return (days * 24 + hours) * 60 + minutes


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadUsage(f"{quoted(text, 40)} is no day; write it like 2026-07-01.") from None


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; one that this machine does not know reads as UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
