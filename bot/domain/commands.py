"""What can be asked of an incident, in the imperative.

Three kinds share one union: what people ask for, what timers ask for when they are due, and what
the couriers report (outcomes). Outcomes and timers are never refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.values import (
    Absence,
    MessageRef,
    Milestone,
    Source,
    Standing,
    Text,
    TextPlace,
    WhyEmptied,
)


@dataclass(frozen=True, kw_only=True)
class Declare:
    """Open an incident. `number` and `recent` are filled in by the dispatcher, in the transaction.

    `recent` is the number of an incident that the same person declared under the same title within
    five minutes; with `again` they have said that they want another.
    """

    title: Text
    summary: Text = Text("")
    severity: str | None = None
    category: str | None = None
    services: tuple[str, ...] = ()
    started_at: datetime | None = None
    private: bool | None = None
    drill: bool = False
    source: Source = "user"
    source_link: str = ""
    invite: tuple[str, ...] = ()
    again: bool = False
    number: int = 0
    recent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Change what the incident says about itself; what is None stays."""

    title: Text | None = None
    summary: Text | None = None
    impact: Text | None = None
    category: str | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectMilestone:
    """Say when a milestone really was."""

    milestone: Milestone
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SetSeverity:
    """Change the technical gravity."""

    severity: str
    reason: Text = Text("")


@dataclass(frozen=True, kw_only=True)
class SetStatus:
    """Move along the life cycle, forwards or back; `category` may be said in the same breath."""

    status: str
    category: str | None = None
    reason: Text = Text("")


@dataclass(frozen=True, kw_only=True)
class Resolve:
    """Normal operation is verified: how it was mended, and when the impact ended."""

    resolution: Text = Text("")
    impact_ended_at: datetime | None = None
    verified: bool = True
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reopen:
    """It is not over after all."""

    reason: Text = Text("")


@dataclass(frozen=True, kw_only=True)
class Decline:
    """It was a false alarm."""

    reason: Text
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Stop without a review: a duplicate, a test, a mistake."""

    reason: Text = Text("")
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Close:
    """The review is complete; `anyway` is a reason to close although parts of it are missing."""

    anyway: Text = Text("")
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class TakeRole:
    """Take a role oneself; with `over`, from whoever holds it."""

    role: str
    over: bool = False


@dataclass(frozen=True, kw_only=True)
class GiveRole:
    """Give a role to somebody."""

    role: str
    to: str
    standing: Standing = "member"
    """What they are in the workspace."""


@dataclass(frozen=True, kw_only=True)
class DropRole:
    """Put a role down, or take it from its holders."""

    role: str
    user: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfferHandover:
    """Offer command to somebody, who then accepts."""

    to: str
    standing: Standing = "member"
    """What they are in the workspace."""


@dataclass(frozen=True, kw_only=True)
class AcceptHandover:
    """Accept the command that was offered."""


@dataclass(frozen=True, kw_only=True)
class RefuseHandover:
    """Say no to the command that was offered; the giver may also take the offer back this way."""


@dataclass(frozen=True, kw_only=True)
class Join:
    """Come into the room as a responder."""


@dataclass(frozen=True, kw_only=True)
class AskAccess:
    """Ask those in a private room to be let in."""

    text: Text = Text("")


@dataclass(frozen=True, kw_only=True)
class LetIn:
    """Let somebody into the room, whether they asked or not."""

    user: str


@dataclass(frozen=True, kw_only=True)
class KeepOut:
    """Do not let somebody in who asked."""

    user: str


@dataclass(frozen=True, kw_only=True)
class MakePrivate:
    """From now on only those in the room know of it."""

    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class PagePerson:
    """Call somebody to the incident, again and again until they answer."""

    to: str
    text: Text = Text("")
    standing: Standing = "member"
    """What they are in the workspace."""


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """Say that one has heard the call and is coming."""


@dataclass(frozen=True, kw_only=True)
class AddNote:
    """Put a fact on the record, as of `at`."""

    text: Text
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RecordDecision:
    """Put a decision on the record."""

    text: Text


@dataclass(frozen=True, kw_only=True)
class PostUpdate:
    """Tell people what is happening and when the next word comes.

    `next_in_minutes` None means the severity's own rhythm, 0 that no further update is promised.
    """

    text: Text = Text("")
    impact: Text | None = None
    no_change: bool = False
    next_in_minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class SnoozeUpdates:
    """Be quiet about the next update for a while."""

    minutes: int = 60


@dataclass(frozen=True, kw_only=True)
class AddFollowup:
    """Note work that remains after the incident; `source` is the message that asks for it."""

    text: Text
    owner: str | None = None
    due: datetime | None = None
    source: MessageRef | None = None


@dataclass(frozen=True, kw_only=True)
class TakeBackFollowup:
    """What somebody made of a message is no follow-up after all."""

    source: MessageRef


@dataclass(frozen=True, kw_only=True)
class FinishFollowup:
    """A follow-up is done."""

    number: int


@dataclass(frozen=True, kw_only=True)
class FinishTask:
    """A task is done."""

    number: int


@dataclass(frozen=True, kw_only=True)
class MarkMessage:
    """Put a message of the room on the timeline, as said by its author at its own time."""

    channel: str
    ts: str
    how: Literal["reaction", "pin", "menu"]
    said_by: str = ""
    said_at: datetime | None = None
    permalink: str = ""


@dataclass(frozen=True, kw_only=True)
class UnmarkMessage:
    """Take one mark back; the message stays on the timeline while another stands."""

    channel: str
    ts: str
    how: Literal["reaction", "pin", "menu"]


@dataclass(frozen=True, kw_only=True)
class WriteReview:
    """Fill in the parts of the review that people write; what is None stays."""

    summary: Text | None = None
    cause: Text | None = None
    cause_unknown: bool | None = None
    went_well: Text | None = None
    was_hard: Text | None = None
    lucky: Text | None = None


@dataclass(frozen=True, kw_only=True)
class StartPlaybook:
    """Start a run of a playbook, pinned to the revision of this moment."""

    playbook: str


@dataclass(frozen=True, kw_only=True)
class CompletePath:
    """A step or an item of the running playbook is done; `path` may be its number on the card."""

    path: str
    run: str | None = None
    note: Text = Text("")
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class SkipPath:
    """A step or an item of the running playbook is left out, for a reason."""

    path: str
    reason: Text
    run: str | None = None


@dataclass(frozen=True, kw_only=True)
class MakeNewRoom:
    """Make a fresh room after the old one was archived."""


@dataclass(frozen=True, kw_only=True)
class RetryEffect:
    """Try again what the bot gave up."""

    effect: str


# ── What timers ask for ─────────────────────────────────────────────────────────────────────────


Stage = Literal["soon", "due", "late", "hourly", "last"]
"""How pressing a nudge is."""


@dataclass(frozen=True, kw_only=True)
class UpdateFallsDue:
    """The update promised for `due_at` is about to be due, is due, or is overdue.

    `stage` is what the timer was set for; the rules nudge as fits the time when it fires.
    """

    stage: Stage
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskFallsDue:
    """A task with a due time has reached it."""

    number: int


@dataclass(frozen=True, kw_only=True)
class PageFallsDue:
    """Nobody has answered the page `number`, which was sent `times` times, in time."""

    number: int
    times: int


@dataclass(frozen=True, kw_only=True)
class RoomFallsQuiet:
    """The incident has been over for so long that its room can be archived."""


@dataclass(frozen=True, kw_only=True)
class MarkFallsStale:
    """A message on the timeline was edited lately, or is `gone`."""

    channel: str
    ts: str
    gone: bool = False


# ── What couriers report ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class RoomMade:
    """The channel exists."""

    channel: str
    name: str


@dataclass(frozen=True, kw_only=True)
class AdoptRoom:
    """Work began in this channel while nothing could be recorded: it is the incident's room.

    `card` is the ts of the message that stands there in place of the card; `declined` are those who
    were called into it and have left it since.
    """

    channel: str
    name: str
    card: str
    declined: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CardShown:
    """The card stands in the room, at this ts for the first time or anew."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementShown:
    """The announcement stands in the feed channel, at this ts for the first time or anew."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class PageWasDelivered:
    """Slack took the message that calls somebody, sent for the `times`th time."""

    number: int
    times: int


@dataclass(frozen=True, kw_only=True)
class PublicRoomWasLeft:
    """The room of before it was made private holds nothing of the bot any more."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class EffectGivenUp:
    """Slack said no for good; `why` is a sentence for people."""

    effect: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EffectWorked:
    """Something that had been given up has worked after all."""

    effect: str


@dataclass(frozen=True, kw_only=True)
class ReviewWasCompiled:
    """A review document was compiled from the record as of `version`."""

    version: int
    digest: str
    complete: bool


# ── What Slack tells of the room ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class PersonEntered:
    """Somebody is in the room now; `unasked` where it is known that they came by themselves."""

    user: str
    unasked: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonLeft:
    """Somebody has left the room."""

    user: str


@dataclass(frozen=True, kw_only=True)
class RoomWasRenamed:
    """The room's name was changed by hand."""

    name: str


@dataclass(frozen=True, kw_only=True)
class RoomWasArchived:
    """The room was archived by hand."""


@dataclass(frozen=True, kw_only=True)
class RoomWasUnarchived:
    """The room was brought back by hand."""


@dataclass(frozen=True, kw_only=True)
class RoomWasMadePrivate:
    """The room was turned into a private channel by hand."""


@dataclass(frozen=True, kw_only=True)
class HistoryWasRead:
    """Messages that had not reached the bot, the first of then, were read from Slack's history."""

    messages: int
    since: datetime
    away: Absence | None = None
    """For how long the bot heard nothing; None where it was there, and they passed it by."""
    unreadable: int = 0
    """How many more there are that could not be read."""


@dataclass(frozen=True, kw_only=True)
class PostVanished:
    """A person deleted the card or the announcement."""

    channel: str
    ts: str


# ── What keeping the record asks for ────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class EmptyWords:
    """Put down that these texts and so many messages were emptied, in the same transaction."""

    why: WhyEmptied
    user: str | None
    texts: tuple[TextPlace, ...]
    messages: int


AskedOfIncident = (
    Edit
    | CorrectMilestone
    | SetSeverity
    | SetStatus
    | Resolve
    | Reopen
    | Decline
    | Cancel
    | Close
    | TakeRole
    | GiveRole
    | DropRole
    | OfferHandover
    | AcceptHandover
    | RefuseHandover
    | Join
    | AskAccess
    | LetIn
    | KeepOut
    | MakePrivate
    | PagePerson
    | AnswerPage
    | AddNote
    | RecordDecision
    | PostUpdate
    | SnoozeUpdates
    | AddFollowup
    | TakeBackFollowup
    | FinishFollowup
    | FinishTask
    | MarkMessage
    | UnmarkMessage
    | WriteReview
    | StartPlaybook
    | CompletePath
    | SkipPath
    | MakeNewRoom
    | RetryEffect
)
AskedByPerson = Declare | AskedOfIncident
"""What people ask for: the rules may refuse it."""
Adding = PostUpdate | AddNote | RecordDecision | AddFollowup
"""What would stand there twice when it is asked for twice."""
OfTheMoment = PagePerson | SnoozeUpdates | RetryEffect
"""What has its times reckoned from when it is asked, and means nothing some minutes later."""
Timer = UpdateFallsDue | TaskFallsDue | PageFallsDue | RoomFallsQuiet | MarkFallsStale
Outcome = (
    RoomMade
    | AdoptRoom
    | CardShown
    | AnnouncementShown
    | PageWasDelivered
    | PublicRoomWasLeft
    | EffectGivenUp
    | EffectWorked
    | ReviewWasCompiled
)
Observed = (
    PersonEntered
    | PersonLeft
    | RoomWasRenamed
    | RoomWasArchived
    | RoomWasUnarchived
    | RoomWasMadePrivate
    | HistoryWasRead
    | PostVanished
)
Upkeep = EmptyWords
"""What the operator of the database or `muster.yaml` asks for; the rules do not refuse it."""
OfIncident = AskedOfIncident | Timer | Outcome | Observed | Upkeep
"""Everything that presupposes an incident."""
Command = Declare | OfIncident
