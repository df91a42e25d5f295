"""The organisation's process as a value: severities, statuses, roles, categories, cadence.

The rules take it as an argument and copy what an event needs of it into the event, so that a
record never changes its meaning when the configuration does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING

from bot.domain.values import Phase

if TYPE_CHECKING:
    from bot.domain.playbook import Playbook


@dataclass(frozen=True, kw_only=True)
class Severity:
    """A level of technical gravity; lower `rank` is graver."""

    key: str
    label: str
    rank: int
    criteria: str
    update_every: timedelta | None
    in_working_hours: bool = False
    review_required: bool = False
    announced: bool = True
    invite: tuple[str, ...] = ()
    """Users (`U…`) and user groups (`S…`) who are called when an incident has this level."""
    mention: str | None = None
    """A user group (`S…`) that the announcement mentions."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """A named state of the life cycle, standing on one fixed phase."""

    key: str
    label: str
    phase: Phase


@dataclass(frozen=True, kw_only=True)
class Role:
    """A part that somebody plays in an incident."""

    key: str
    label: str
    responsibilities: str
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """When people are at work: days of the week (Monday is 0) and the hours of each."""

    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    opens: time = time(9)
    closes: time = time(18)
    timezone: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class Reactions:
    """Emoji names (without colons) that speak to the bot."""

    timeline: str = "pushpin"
    followup: str = "dart"
    confirmed: str = "memo"


@dataclass(frozen=True, kw_only=True)
class Paging:
    """How somebody is called who does not answer."""

    again_after: timedelta = timedelta(minutes=5)
    times: int = 3
    """How often one person is called before somebody else is."""
    then: tuple[str, ...] = ()
    """Who is called, one after the other, where the one before does not answer."""


SEVERITIES = (
    Severity(
        key="sev1",
        label="SEV1",
        rank=1,
        criteria="A critical service is down or data is at risk for many users.",
        update_every=timedelta(minutes=30),
        review_required=True,
    ),
    Severity(
        key="sev2",
        label="SEV2",
        rank=2,
        criteria="A major function is badly degraded, or many users are affected.",
        update_every=timedelta(minutes=60),
        review_required=True,
    ),
    Severity(
        key="sev3",
        label="SEV3",
        rank=3,
        criteria="A minor function is degraded, or a work-around exists.",
        update_every=timedelta(hours=4),
        in_working_hours=True,
    ),
    Severity(
        key="sev4",
        label="SEV4",
        rank=4,
        criteria="No visible impact yet, or cosmetic.",
        update_every=None,
        announced=False,
    ),
)

STATUSES = tuple(Status(key=phase.value, label=phase.value, phase=phase) for phase in Phase)

ROLES = (
    Role(
        key="commander",
        label="Commander",
        responsibilities=(
            "You lead: decide, delegate, keep the picture. Do not debug yourself.\n"
            "• Give out the other roles, or say that you keep them.\n"
            "• Set severity and status as you learn more; ask for decisions and record them.\n"
            "• See that an update goes out before it is due.\n"
            "• Hand over before you are tired."
        ),
    ),
    Role(
        key="deputy",
        label="Deputy",
        responsibilities=(
            "You back the commander and take over when they step away.\n"
            "• Follow the room; keep the open tasks and the next update in mind.\n"
            "• Be ready to lead at any moment."
        ),
    ),
    Role(
        key="scribe",
        label="Scribe",
        responsibilities=(
            "You keep the record while others work.\n"
            "• Mark what matters with 📌 and add notes for what is said on calls.\n"
            "• Record decisions with what was known at the time."
        ),
    ),
    Role(
        key="communications",
        label="Communications",
        responsibilities=(
            "You speak for the incident to people outside the room.\n"
            "• Post updates in words that a stakeholder understands.\n"
            "• Say when the next update comes, and keep to it."
        ),
    ),
    Role(
        key="operations",
        label="Operations",
        responsibilities=(
            "You make the changes that mend it.\n"
            "• Say in the room what you are about to do, then do it, then say what happened.\n"
            "• One change at a time; ask the commander before a risky one."
        ),
    ),
    Role(
        key="expert",
        label="Subject-matter expert",
        responsibilities=(
            "You know the system that is hurting.\n"
            "• Say what you know, what you suspect, and how sure you are.\n"
            "• Tell the commander what you need and how long it will take."
        ),
        many=True,
    ),
)

CATEGORIES = (
    "availability",
    "performance",
    "data",
    "security",
    "supplier",
    "change",
    "capacity",
    "facility",
    "process",
)


@dataclass(frozen=True, kw_only=True)
class Process:
    """All that an organisation may set about the way it handles incidents."""

    severities: tuple[Severity, ...] = SEVERITIES
    default_severity: str = "sev3"
    statuses: tuple[Status, ...] = STATUSES
    roles: tuple[Role, ...] = ROLES
    categories: tuple[str, ...] = CATEGORIES
    private_categories: frozenset[str] = frozenset({"security"})
    services: tuple[str, ...] = ()
    feed: str = "incidents"
    drill_feed: str | None = None
    working_hours: WorkingHours = field(default_factory=WorkingHours)
    reactions: Reactions = field(default_factory=Reactions)
    archive_after: timedelta | None = timedelta(days=7)
    """How long after its end a room is archived; None leaves that to people."""
    keep_texts: timedelta | None = None
    """How long after its end what was written of an incident is kept; None is for ever."""
    keep_messages: timedelta | None = None
    """As long as that, what was said in its rooms is kept."""
    keep_grace: timedelta = timedelta(days=7)
    """For so long a new rule of how long words are kept empties nothing."""
    paging: Paging = field(default_factory=Paging)
    playbooks: Mapping[str, "Playbook"] = field(default_factory=dict)

    def severity(self, key: str) -> Severity:
        """Return the level named `key`, or the gravest one for a name that is no longer kept."""
        return next((s for s in self.severities if s.key == key), self.severities[0])

    @property
    def gravest_first(self) -> tuple[str, ...]:
        """The names of the levels."""
        return tuple(s.key for s in sorted(self.severities, key=lambda level: level.rank))

    def status(self, key: str) -> Status:
        """Return the status named `key`; a name no longer kept reads as one of its own phase."""
        known = next((s for s in self.statuses if s.key == key), None)
        return known or Status(key=key, label=key, phase=Phase.INVESTIGATING)

    def status_in(self, phase: Phase) -> Status:
        """Return the first status that stands on `phase`."""
        return next(s for s in self.statuses if s.phase is phase)

    def role(self, key: str) -> Role | None:
        """Return the role named `key`, if there is one."""
        return next((r for r in self.roles if r.key == key), None)
