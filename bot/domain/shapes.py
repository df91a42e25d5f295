"""What a single value in a playbook may look like: durations, principals, names, limits.

A `Shape`, `Known` or `Later` stands in an `Annotated` beside the type of a key. The rules ignore
them; the loader of playbook files checks by them and draws the editors' schema from them.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

Kind = Literal["role", "severity", "status", "category", "service"]
"""What the organisation's process names, and a playbook may mention."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The text form of a value: in words, as a pattern for the whole of it, and its length."""

    wanted: str
    pattern: str | None = None
    limit: int = 3000


@dataclass(frozen=True, kw_only=True)
class Known:
    """The value names something of the organisation's process."""

    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Later:
    """Values that the language has and this version does not carry out yet."""

    values: frozenset[str]


ShortText = Annotated[str, Shape(wanted="text of at most 150 characters", limit=150)]
LongText = Annotated[str, Shape(wanted="text of at most 3000 characters", limit=3000)]
Slug = Annotated[
    str,
    Shape(
        wanted="lower-case letters, digits and hyphens, such as service-outage",
        pattern=r"[a-z0-9]+(-[a-z0-9]+)*",
        limit=60,
    ),
]
Id = Annotated[
    str,
    Shape(
        wanted="a letter, then lower-case letters, digits or underscores, such as check_disk",
        pattern=r"[a-z][a-z0-9_]*",
        limit=60,
    ),
]
Version = Annotated[
    str, Shape(wanted="a version such as 1.0.0", pattern=r"\d{1,6}\.\d{1,6}\.\d{1,6}", limit=20)
]
Link = Annotated[str, Shape(wanted="a link such as https://…", pattern=r"https?://\S+", limit=2000)]
Day = Annotated[date, Shape(wanted="a date such as 2026-01-31", pattern=r"\d{4}-\d\d-\d\d")]
Duration = Annotated[
    timedelta,
    Shape(
        wanted="a duration such as 90s, 15m, 1h30m or 3d",
        pattern=r"(?=.)(\d{1,4}d)?(\d{1,4}h)?(\d{1,4}m)?(\d{1,5}s)?",
    ),
]
DoneWhen = Annotated[
    Literal["all", "any"] | int,
    Shape(wanted="all, any or a number of items", pattern=r"all|any|[1-9]\d{0,2}"),
]

UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def duration(text: str) -> timedelta:
    """Read `1h30m`.

    Raises:
        ValueError: nothing but the units d, h, m and s in that order is a duration.
    """
    parts = re.findall(r"(\d{1,5})([dhms])", text)
    seconds = sum(int(count) * UNITS[unit] for count, unit in parts)
    if "".join(count + unit for count, unit in parts) != text or not seconds:
        raise ValueError(text)
    return timedelta(seconds=seconds)


def in_words(span: timedelta) -> str:
    """Write a duration the way playbooks do: `1h30m`."""
    rest = int(span.total_seconds())
    text = ""
    for unit, size in UNITS.items():
        count, rest = divmod(rest, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody named by what they are: `role:commander`, or one person: `user:U012AB3CD`."""

    kind: Literal["role", "user"]
    name: str

    LATER = frozenset({"group", "oncall", "field"})

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `role:commander`.

        Raises:
            ValueError: with a sentence for the person who wrote it.
        """
        kind, _, name = text.partition(":")
        if kind in cls.LATER:
            raise ValueError(f"principal '{kind}:' is not supported yet; use 'role:' or 'user:'")
        if kind == "role" and name:
            return cls(kind="role", name=name)
        if kind == "user" and re.fullmatch(r"[UW][A-Z0-9]{2,20}", name):
            return cls(kind="user", name=name)
        wanted = "role:<role> or user:<Slack's id of a person, such as U012AB3CD>"
        raise ValueError(f"expected {wanted}, found '{text[:60]}'")

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"
