"""What the rules know of one incident: its state, without how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.playbook.run import Run
from bot.domain.values import (
    AT_REST,
    OVER,
    Failure,
    Followup,
    Handover,
    MessageRef,
    Milestone,
    Page,
    Phase,
    Room,
    Source,
    Task,
    Text,
)


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """The promise of the next update, and how it was kept so far."""

    due_at: datetime | None = None
    reminded: int = 0
    """How many rungs of the ladder of nudges have been climbed since it was promised."""
    snoozed_until: datetime | None = None
    last_at: datetime | None = None
    last_text: Text = Text("")
    """What was last said; that nothing has changed since takes nothing of it back."""
    said_at: datetime | None = None
    """When that was said; what came later (`last_at`) confirmed it."""
    count: int = 0
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A message that belongs on the timeline, while any of its marks stands."""

    said_by: str
    said_at: datetime
    permalink: str
    by: frozenset[tuple[str, str]]
    """Who marked it and how: pairs of user and way (reaction, pin, menu)."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """The parts of the review that people write."""

    summary: Text = Text("")
    cause: Text = Text("")
    cause_unknown: bool = False
    went_well: Text = Text("")
    was_hard: Text = Text("")
    lucky: Text = Text("")


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Everything the rules know about one incident."""

    stream: str
    workspace: str
    version: int
    number: int
    title: Text
    summary: Text = Text("")
    impact: Text = Text("")
    severity: str
    status: str
    phase: Phase
    category: str | None = None
    services: tuple[str, ...] = ()
    private: bool = False
    drill: bool = False
    announced: bool = True
    reporter: str
    source: Source = "user"
    source_link: str = ""
    milestones: Mapping[Milestone, datetime] = field(default_factory=dict)
    impact_ended_at: datetime | None = None
    resolution: Text = Text("")
    invite: tuple[str, ...] = ()
    room: Room | None = None
    rooms: int = 0
    rooms_asked: int = 1
    card: MessageRef | None = None
    announcement: MessageRef | None = None
    announced_at: tuple[MessageRef, ...] = ()
    """Wherever the announcement was ever posted; replies may stand there still."""
    members: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()
    """Whose room it is while nobody is in it yet: the declarer's, later that of those who were in
    the room before."""
    parted: frozenset[str] = frozenset()
    """Who left the room, or was taken out of it, and was not asked back since."""
    knocking: tuple[str, ...] = ()
    """Who asked to be let into the private room and has no answer yet."""
    exposed: str | None = None
    """The public room of before it was made private, until the bot has cleared it."""
    responders: frozenset[str] = frozenset()
    """Everybody who was ever in the room, held a role or acted on the incident."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    played: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Everybody who ever held a role, and which, in the order in which they came to them."""
    handover: Handover | None = None
    cadence: Cadence = field(default_factory=Cadence)
    unheard: tuple[int, ...] = ()
    """The versions of updates that no room has heard yet: there was none, or it was archived."""
    followups: tuple[Followup, ...] = ()
    followups_noted: int = 0
    """How many there ever were: a number is not given again when one is taken back."""
    tasks: tuple[Task, ...] = ()
    pages: tuple[Page, ...] = ()
    offers: Mapping[str, str] = field(default_factory=dict)
    """Playbooks that fit and are not started: id and name."""
    runs: tuple[Run, ...] = ()
    marks: Mapping[MessageRef, Mark] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    written: Written = field(default_factory=Written)
    review_version: int | None = None
    review_complete: bool = False
    asked: bool = False
    """People were ever sent a message with buttons that may be settled elsewhere."""
    holds_unknown: bool = False

    @property
    def name(self) -> str:
        """How people call it: INC-42."""
        return f"INC-{self.number}"

    @property
    def over(self) -> bool:
        """It takes no more work unless it is reopened."""
        return self.phase in OVER

    @property
    def at_rest(self) -> bool:
        """Nobody waits for the next update."""
        return self.phase in AT_REST

    @property
    def reviewed(self) -> bool:
        """Its review was compiled, or is about to be."""
        return self.review_version is not None or self.phase in {Phase.RESOLVED, Phase.CLOSED}

    @property
    def commander(self) -> str | None:
        """Who leads, if anybody does."""
        return next(iter(self.roles.get("commander", ())), None)

    @property
    def insiders(self) -> frozenset[str]:
        """Return who may see it where it is private: who is in the room, or awaited in it."""
        return self.members or self.awaited

    @property
    def lead(self) -> str:
        """Whom to name: the commander, or the declarer while there is none."""
        return self.commander or self.reporter

    def holders(self, role: str) -> tuple[str, ...]:
        """Return who holds a role."""
        return self.roles.get(role, ())

    def at(self, milestone: Milestone) -> datetime | None:
        """Return when a milestone was reached, if it was."""
        return self.milestones.get(milestone)
