"""What has happened to an incident, in the past tense: its stream is its truth and its timeline.

Events are never edited; a changed meaning is a new name and an upcast in the codec. What an event
needs of the organisation's process is copied into it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.playbook.events import RunEvent
from bot.domain.values import Absence, MessageRef, Milestone, Source, Text, TextPlace, WhyEmptied


@dataclass(frozen=True, kw_only=True)
class IncidentDeclared:
    """It began, as far as the record goes. `update_due_at`: when the first update is promised."""

    number: int
    title: Text
    summary: Text
    severity: str
    status: str
    category: str | None
    services: tuple[str, ...]
    started_at: datetime | None
    private: bool
    drill: bool
    announced: bool
    source: Source
    source_link: str
    invite: tuple[str, ...]
    update_due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RoomOpened:
    """The channel exists and is the incident's room."""

    channel: str
    name: str


@dataclass(frozen=True, kw_only=True)
class IncidentAdopted:
    """It had begun in a provisional room, `name`, and went on the record then."""

    name: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class RoomAsked:
    """A fresh room is wanted; `suffix` tells it from the earlier ones."""

    suffix: int


@dataclass(frozen=True, kw_only=True)
class RoomRenamed:
    """The room has a new name."""

    name: str


@dataclass(frozen=True, kw_only=True)
class RoomArchived:
    """The room was archived."""


@dataclass(frozen=True, kw_only=True)
class RoomRetired:
    """The incident was over for `days`, so its room is to be archived."""

    channel: str
    days: int


@dataclass(frozen=True, kw_only=True)
class RoomUnarchived:
    """The room is back."""


@dataclass(frozen=True, kw_only=True)
class CardPosted:
    """The card stands in the room."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementPosted:
    """The announcement stands in the feed channel."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class PostLost:
    """The card or the announcement was deleted by hand, and is owed anew."""

    post: Literal["card", "announcement"]


@dataclass(frozen=True, kw_only=True)
class HistoryRead:
    """Messages that had not reached the bot, the first of then, were read from Slack's history."""

    messages: int
    since: datetime
    away: Absence | None = None
    """For how long the bot heard nothing; None where it was there, and they passed it by."""
    unreadable: int = 0
    """How many more there are that could not be read."""


@dataclass(frozen=True, kw_only=True)
class PersonJoined:
    """Somebody came into the room."""

    user: str
    unasked: bool = False
    """That they came by themselves is known; they were called in, or nobody knows, otherwise."""


@dataclass(frozen=True, kw_only=True)
class PersonParted:
    """Somebody left the room."""

    user: str


@dataclass(frozen=True, kw_only=True)
class JoinAsked:
    """Somebody wants to be in the room."""

    user: str


@dataclass(frozen=True, kw_only=True)
class AccessAsked:
    """Somebody who is not in the private room asks to be let in."""

    user: str
    text: Text = Text("")


@dataclass(frozen=True, kw_only=True)
class AccessGranted:
    """Somebody is let in."""

    user: str


@dataclass(frozen=True, kw_only=True)
class AccessRefused:
    """Somebody who asked is not let in."""

    user: str


@dataclass(frozen=True, kw_only=True)
class MadePrivate:
    """Only those in the room know of it from now on.

    `leaves` is the public room that another takes the place of, None where it became private
    itself; the announcement that stood at `feed_channel` and `feed_ts` is taken down.
    """

    leaves: str | None = None
    feed_channel: str = ""
    feed_ts: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicRoomLeft:
    """The public room of before is archived, and nothing of the bot stands in it."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class PersonPaged:
    """`user` was called to the incident; `instead_of` somebody who did not answer."""

    number: int
    user: str
    text: Text = Text("")
    again_at: datetime
    """When they are called again, unless they answer."""
    instead_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class PageDelivered:
    """Slack took the call, sent for the `times`th time."""

    number: int
    times: int


@dataclass(frozen=True, kw_only=True)
class PageRepeated:
    """Called again, for the `times`th time."""

    number: int
    times: int
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class PageAcknowledged:
    """Who was called has answered, by a word or by going to work."""

    number: int
    how: Literal["answered", "at work"] = "answered"


@dataclass(frozen=True, kw_only=True)
class PageUnanswered:
    """Whoever was called did not answer; `passed_to` is called instead, if anybody is."""

    number: int
    user: str
    times: int
    passed_to: str | None = None
    reached: bool = True
    """Not so where Slack did not take the call, so that they know nothing of it."""


@dataclass(frozen=True, kw_only=True)
class RoleTaken:
    """`user` holds the role now; `previous` held it before, where a role has one holder."""

    role: str
    user: str
    previous: str | None = None
    how: Literal["declared", "taken", "given", "handed over"] = "taken"


@dataclass(frozen=True, kw_only=True)
class RoleDropped:
    """`user` holds the role no more."""

    role: str
    user: str


@dataclass(frozen=True, kw_only=True)
class HandoverOffered:
    """Command was offered to `to`."""

    to: str


@dataclass(frozen=True, kw_only=True)
class HandoverRefused:
    """The offer was turned down, or taken back by its giver."""

    giver: str
    to: str


@dataclass(frozen=True, kw_only=True)
class DetailsEdited:
    """What the incident says about itself changed; None means unchanged."""

    title: Text | None = None
    summary: Text | None = None
    impact: Text | None = None
    category: str | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class MilestoneCorrected:
    """A milestone was at another time than recorded."""

    milestone: Milestone
    at: datetime
    previous: datetime | None


@dataclass(frozen=True, kw_only=True)
class SeverityChanged:
    """The gravity changed, and with it the promise of the next update."""

    old: str
    new: str
    reason: Text
    raised: bool
    announced: bool
    invite: tuple[str, ...]
    update_due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class StatusChanged:
    """The incident moved along its life cycle; `step` names the playbook step that asked for it."""

    old: str
    new: str
    old_phase: str
    new_phase: str
    reason: Text
    update_due_at: datetime | None
    step: str | None = None


@dataclass(frozen=True, kw_only=True)
class ResolutionRecorded:
    """How it was mended, and when the impact ended."""

    resolution: Text
    impact_ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClosedIncomplete:
    """It was closed although parts of the review were missing."""

    missing: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, kw_only=True)
class ConfirmedBy:
    """Somebody without the right to do it did it all the same, after confirming."""

    action: Literal["close", "decline", "cancel"]


@dataclass(frozen=True, kw_only=True)
class NoteAdded:
    """A fact for the record, as of `said_at`; `step` names the playbook step that wrote it."""

    text: Text
    said_at: datetime
    step: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionRecorded:
    """A decision, with the state in which it was taken."""

    text: Text
    severity: str
    status: str


@dataclass(frozen=True, kw_only=True)
class UpdatePosted:
    """People were told what is happening. `promised_at` is when it had been promised for.

    `impact` is what was known of it then.
    """

    text: Text
    impact: Text = Text("")
    no_change: bool
    severity: str
    status: str
    promised_at: datetime | None
    update_due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class UpdateNudged:
    """The bot reminded somebody of the next update; `count` is the rung of the ladder, from 1."""

    stage: Literal["soon", "due", "late", "hourly", "last"]
    due_at: datetime
    count: int
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class UpdatesSnoozed:
    """Nobody is reminded before `until`."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class FollowupAdded:
    """Work that remains after the incident; `source` is the message that asks for it."""

    number: int
    text: Text
    owner: str | None
    due: datetime | None
    source: MessageRef | None = None


@dataclass(frozen=True, kw_only=True)
class FollowupTakenBack:
    """What was made of a message is no follow-up after all."""

    number: int
    text: Text


@dataclass(frozen=True, kw_only=True)
class FollowupDone:
    """A follow-up was done."""

    number: int


@dataclass(frozen=True, kw_only=True)
class TaskAdded:
    """Work to be done now; `step` names the playbook step that asked for it."""

    number: int
    title: Text
    assignee: str | None
    due: datetime | None
    step: str | None = None


@dataclass(frozen=True, kw_only=True)
class TaskDone:
    """A task was done."""

    number: int


@dataclass(frozen=True, kw_only=True)
class TaskReminded:
    """A task reached its due time and its assignee was told."""

    number: int


@dataclass(frozen=True, kw_only=True)
class MessageMarked:
    """A message belongs on the timeline, as said by `said_by` at `said_at`."""

    channel: str
    ts: str
    how: Literal["reaction", "pin", "menu"]
    said_by: str
    said_at: datetime
    permalink: str


@dataclass(frozen=True, kw_only=True)
class MessageUnmarked:
    """One mark on a message was taken back."""

    channel: str
    ts: str
    how: Literal["reaction", "pin", "menu"]


@dataclass(frozen=True, kw_only=True)
class MarkedMessageChanged:
    """What stands on the timeline was edited in Slack, or is `gone`, when there was a review."""

    channel: str
    ts: str
    gone: bool


@dataclass(frozen=True, kw_only=True)
class ReviewWritten:
    """People filled in parts of the review; None means unchanged."""

    summary: Text | None = None
    cause: Text | None = None
    cause_unknown: bool | None = None
    went_well: Text | None = None
    was_hard: Text | None = None
    lucky: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewCompiled:
    """The review document was compiled from the record as of `version`.

    `told`: people hear of it, as it is the first since the incident came to rest, or complete.
    """

    version: int
    digest: str
    complete: bool
    told: bool


@dataclass(frozen=True, kw_only=True)
class PlaybookOffered:
    """A playbook fits; somebody may start it. `rule` says why."""

    playbook: str
    name: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class PlaybookHindered:
    """A step of a run asked for something that the rules refuse; `why` is a sentence for people."""

    run: str
    path: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EffectFailed:
    """The bot had to give up something it owed."""

    effect: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EffectRetried:
    """Somebody asked to try again."""

    effect: str


@dataclass(frozen=True, kw_only=True)
class EffectRecovered:
    """What had failed has worked."""

    effect: str


@dataclass(frozen=True, kw_only=True)
class WordsEmptied:
    """These texts are empty now, and so many messages of the rooms: all of one `user`, or all.

    The events that they belonged to stay as they are. Who keeps a state reads all of it again.
    """

    why: WhyEmptied
    user: str | None
    texts: tuple[TextPlace, ...]
    messages: int


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Written by a newer version of Muster: kept as it is, and nobody decides on top of it."""

    name: str
    body: str


Event = (
    IncidentDeclared
    | RoomOpened
    | IncidentAdopted
    | RoomAsked
    | RoomRenamed
    | RoomArchived
    | RoomRetired
    | RoomUnarchived
    | CardPosted
    | AnnouncementPosted
    | PostLost
    | HistoryRead
    | PersonJoined
    | PersonParted
    | JoinAsked
    | AccessAsked
    | AccessGranted
    | AccessRefused
    | MadePrivate
    | PublicRoomLeft
    | PersonPaged
    | PageDelivered
    | PageRepeated
    | PageAcknowledged
    | PageUnanswered
    | RoleTaken
    | RoleDropped
    | HandoverOffered
    | HandoverRefused
    | DetailsEdited
    | MilestoneCorrected
    | SeverityChanged
    | StatusChanged
    | ResolutionRecorded
    | ClosedIncomplete
    | ConfirmedBy
    | NoteAdded
    | DecisionRecorded
    | UpdatePosted
    | UpdateNudged
    | UpdatesSnoozed
    | FollowupAdded
    | FollowupTakenBack
    | FollowupDone
    | TaskAdded
    | TaskDone
    | TaskReminded
    | MessageMarked
    | MessageUnmarked
    | MarkedMessageChanged
    | ReviewWritten
    | ReviewCompiled
    | PlaybookOffered
    | RunEvent
    | PlaybookHindered
    | EffectFailed
    | EffectRetried
    | EffectRecovered
    | WordsEmptied
    | Unknown
)


TERMINAL = "terminal:"
"""How the cause of what was typed in a terminal begins; the login of whoever did follows."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event as it stands in the record: where, when, by whom and why.

    `happened_at` is the time the thing happened, `recorded_at` the time it was written down.
    """

    stream: str
    version: int
    happened_at: datetime
    recorded_at: datetime
    actor: str
    cause: str
    correlation: str
    rule: str
    event: Event

    @property
    def typed_by(self) -> str | None:
        """Who typed it at the terminal of the machine, in whose name ever; None if nobody did."""
        return self.cause.removeprefix(TERMINAL) if self.cause.startswith(TERMINAL) else None
