"""The small values that commands, events and states are made of."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal, NewType

Text = NewType("Text", str)
"""Free text that a person wrote, or a person's name: kept apart from the event that mentions it,
so that it can be erased without breaking the record."""


class Phase(StrEnum):
    """The fixed meaning of a status; organisations rename statuses, never phases."""

    TRIAGE = "triage"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MITIGATED = "mitigated"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"
    CANCELLED = "cancelled"


OVER = frozenset({Phase.CLOSED, Phase.DECLINED, Phase.MERGED, Phase.CANCELLED})
"""Phases in which the incident takes no more work; `reopen` is the way back."""

AT_REST = OVER | {Phase.RESOLVED}
"""Phases in which nobody is waiting for the next update."""

Milestone = Literal[
    "started", "detected", "declared", "acknowledged", "mitigated", "resolved", "closed"
]

Source = Literal["user", "message", "alert", "terminal"]
"""How the incident came to be known: typed by a person, declared from a message, an alert, or
the terminal."""


Standing = Literal["member", "guest", "external", "deactivated", "app"]
"""What somebody is in the workspace, as far as it decides whether they can be given work."""


WhyEmptied = Literal["erasure", "retention"]
"""Why words were emptied: a person's were erased, or they had been kept for long enough."""


@dataclass(frozen=True, kw_only=True)
class TextPlace:
    """Where a text belongs: to which event of a stream, and to which of its fields."""

    version: int
    field: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks, with the facts about them that the rules need."""

    user: str
    guest: bool = False
    external: bool = False
    app: bool = False
    deactivated: bool = False
    unknown: bool = False
    """Slack could not say in time who they are: a member as it seems, for what cannot wait."""
    operator: bool = False
    """At the terminal of the machine: whoever has the database has all of it."""

    @property
    def limited(self) -> bool:
        """Whether they are a guest, from outside or an app, who may only look, join and note."""
        return self.guest or self.external or self.app


MUSTER = Actor(user="muster")
"""The bot itself: timers, outcomes and rules act in this name."""

_AT_THE_TERMINAL = " at the terminal"


def at_the_terminal(login: str) -> Actor:
    """Return who works at the machine in nobody's name in Slack."""
    return Actor(user=f"{login}{_AT_THE_TERMINAL}", operator=True)


def login_of(user: str) -> str | None:
    """Return who at the machine this is; None for anybody else."""
    return user.removesuffix(_AT_THE_TERMINAL) if user.endswith(_AT_THE_TERMINAL) else None


def is_person(user: str) -> bool:
    """Say whether this is somebody in Slack, who can be called into a room."""
    return user != MUSTER.user and login_of(user) is None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where something that is owed comes from: the workspace, the cause, and the correlation id."""

    workspace: str
    cause: str
    correlation: str


@dataclass(frozen=True, kw_only=True)
class Room:
    """The incident's channel; its id is the truth, its name may be changed by hand."""

    channel: str
    name: str
    archived: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageRef:
    """A message in Slack, by its primary key; `ts` stays a string, a float would lose digits."""

    channel: str
    ts: str


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(ts: str) -> datetime | None:
    """Return the time that a ts of Slack names, None where it names none."""
    seconds, _, rest = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    micros = int(rest.ljust(6, "0")[:6]) if rest.isascii() and rest.isdigit() else 0
    try:
        return _EPOCH + timedelta(seconds=int(seconds), microseconds=micros)
    except (OverflowError, ValueError):
        return None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in Slack: a channel, or a message or bookmark (`item`) of it.

    `thread` is the ts of the message that it replies to.
    """

    channel: str
    item: str = ""
    thread: str = ""

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read what `str` gave."""
        channel, item, thread = (*text.split(":"), "", "")[:3]
        return cls(channel=channel, item=item, thread=thread)

    def __str__(self) -> str:
        """Return it as it is stored."""
        return f"{self.channel}:{self.item}:{self.thread}".rstrip(":")

    def same(self, other: "Place") -> bool:
        """Whether both are the same thing."""
        return (self.channel, self.item) == (other.channel, other.item)


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A time during which the bot heard nothing of what was said."""

    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Followup:
    """Work that remains after the incident."""

    number: int
    text: Text
    owner: str | None
    due: datetime | None
    added_by: str
    source: MessageRef | None = None
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Task:
    """Work to be done now, during the incident."""

    number: int
    title: Text
    assignee: str | None
    due: datetime | None
    step: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Somebody called to the incident by a message of their own, until they answer."""

    number: int
    user: str
    text: Text
    by: str
    sent_at: datetime
    """When they were called last."""
    times: int = 1
    delivered: int = 0
    """The latest of these calls that Slack took."""
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    given_up_at: datetime | None = None
    """When the calls ended without an answer."""
    reached: bool = True
    """Not so where the calls ended because Slack did not take them."""

    @property
    def waits(self) -> bool:
        """Whether an answer is still expected."""
        return self.acknowledged_at is None and self.given_up_at is None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Something the bot owed and had to give up, until somebody retries it."""

    effect: str
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Handover:
    """Command offered to somebody who has not accepted yet."""

    giver: str
    to: str
