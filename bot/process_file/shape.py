"""What may stand in `muster.yaml`: every key, what its value looks like, all of them optional."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from bot.domain.shapes import LongText, Shape

Label = Annotated[str, Shape(wanted="text of at most 60 characters", limit=60)]
Name = Annotated[
    str,
    Shape(wanted="a name of at most 60 characters, without commas", pattern=r"[^,\n]*", limit=60),
]
SeverityKey = Annotated[
    str,
    Shape(
        wanted="the key of one of the severities, such as sev3",
        pattern=r"[a-z][a-z0-9_]*",
        limit=40,
    ),
]
Every = Annotated[
    str,
    Shape(
        wanted="none, or a duration such as 30m, 1h or 4h",
        pattern=r"none|(?=.*[1-9])(\d{1,4}d)?(\d{1,4}h)?(\d{1,4}m)?",
    ),
]
After = Annotated[
    str,
    Shape(
        wanted="a duration from 1m to 1d, such as 5m",
        pattern=r"1d|([1-9]|1\d|2[0-3])h|([1-9]\d{0,2})m",
    ),
]
Times = Annotated[str | int, Shape(wanted="a whole number from 1 to 20", pattern=r"[1-9]|1\d|20")]
Person = Annotated[
    str,
    Shape(wanted="Slack's id of a person, such as U012AB3CD", pattern=r"[UW][A-Z0-9]{2,20}"),
]
Kept = Annotated[
    str,
    Shape(wanted="forever, or a number of days such as 365d", pattern=r"forever|[1-9]\d{0,4}d"),
]
Grace = Annotated[
    str, Shape(wanted="none, or a number of days such as 7d", pattern=r"none|[1-9]\d{0,2}d")
]
Rank = Annotated[
    str | int, Shape(wanted="a whole number, the gravest lowest", pattern=r"-?\d{1,3}")
]
Called = Annotated[
    str,
    Shape(
        wanted="Slack's id of a person (U…) or of a user group (S…), such as S012AB3CD",
        pattern=r"[UWS][A-Z0-9]{2,20}",
    ),
]
Group = Annotated[
    str,
    Shape(wanted="Slack's id of a user group, such as S012AB3CD", pattern=r"S[A-Z0-9]{2,20}"),
]
Channel = Annotated[
    str,
    Shape(
        wanted="a channel's name without #: lower-case letters, digits, - and _",
        pattern=r"[a-z0-9_-]{1,80}",
        limit=80,
    ),
]
Emoji = Annotated[
    str,
    Shape(
        wanted="an emoji's name without colons, such as pushpin",
        pattern=r"[a-z0-9_+'-]{1,100}",
        limit=100,
    ),
]
TimeOfDay = Annotated[str, Shape(wanted="a time such as 09:00", pattern=r"([01]\d|2[0-3]):[0-5]\d")]
Zone = Annotated[str, Shape(wanted="a time zone such as Europe/Berlin", limit=60)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PhaseName = Literal[
    "triage",
    "investigating",
    "identified",
    "mitigated",
    "monitoring",
    "resolved",
    "closed",
    "declined",
    "merged",
    "cancelled",
]


@dataclass(frozen=True, kw_only=True)
class SeverityShape:
    """A level of gravity; what is left out of a level that Muster has stays as it is."""

    label: Label | None = None
    criteria: LongText | None = None
    rank: Rank | None = None
    update_every: Every | None = None
    in_working_hours: bool | None = None
    review_required: bool | None = None
    announced: bool | None = None
    invite: tuple[Called, ...] | None = None
    mention: Group | None = None
    removed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class StatusShape:
    """A status, standing on one of the fixed phases."""

    label: Label | None = None
    phase: PhaseName | None = None
    removed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RoleShape:
    """A role; `many` people may hold it, or one."""

    label: Label | None = None
    responsibilities: LongText | None = None
    many: bool | None = None
    removed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class HoursShape:
    """When people are at work."""

    days: tuple[Day, ...] | None = None
    opens: TimeOfDay | None = None
    closes: TimeOfDay | None = None


@dataclass(frozen=True, kw_only=True)
class PagingShape:
    """How somebody is called who does not answer."""

    again_after: After | None = None
    times: Times | None = None
    then: tuple[Person, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ReactionsShape:
    """The emoji that speak to the bot."""

    timeline: Emoji | None = None
    followup: Emoji | None = None
    confirmed: Emoji | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionShape:
    """How long after its end the words of an incident are kept."""

    texts: Kept | None = None
    messages: Kept | None = None
    grace: Grace | None = None


@dataclass(frozen=True, kw_only=True)
class ProcessShape:
    """The whole file."""

    severities: Mapping[str, SeverityShape] | None = None
    default_severity: SeverityKey | None = None
    statuses: Mapping[str, StatusShape] | None = None
    roles: Mapping[str, RoleShape] | None = None
    categories: tuple[Name, ...] | None = None
    private_categories: tuple[Name, ...] | None = None
    services: tuple[Name, ...] | None = None
    feed: Channel | None = None
    drill_feed: Channel | None = None
    timezone: Zone | None = None
    working_hours: HoursShape | None = None
    reactions: ReactionsShape | None = None
    archive_after: Every | None = None
    paging: PagingShape | None = None
    retention: RetentionShape | None = None
