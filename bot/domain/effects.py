"""What the bot owes the world: carried at least once, landing once where Slack can be asked.

An effect says what to bring about, never with which words: card, topic and announcement are
rendered when they are carried, and a post names the event (`version`) it tells of. So the outbox
holds no free text, and an effect that waited shows the present.

`lane`: effects of one lane are carried in order, lanes run side by side.
`pace`: effects that share it share one channel's allowance of posts.
`once`: while one that shares it waits to be carried, another is not needed.
`methods`: the Slack methods that carry it: while one of them is braked (429), it waits.
`looks_up`: what is called only to look up a doubt; an effect in doubt waits for these as well.
`twin`: what stands in Slack a second time when a call that nobody waited for any more lands late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from typing import ClassVar, Literal

from bot.domain.commands import Timer


class Priority(IntEnum):
    """Who goes first when not all can go; smaller is sooner."""

    PAGE = 0
    ROOM = 10
    DECLARER = 20
    RESPONDERS = 30
    CARD = 40
    ANNOUNCEMENT = 50
    POST = 60
    DECORATION = 70


Twin = Literal["message", "room", "bookmark"]


@dataclass(frozen=True, kw_only=True)
class _Owed:
    """What all effects share: the incident they belong to."""

    stream: str

    priority: ClassVar[Priority] = Priority.POST
    methods: ClassVar[tuple[str, ...]] = ("chat.postMessage",)
    looks_up: ClassVar[tuple[str, ...]] = ()
    label: ClassVar[str] = "a message"
    """How people call it when it is late or has failed."""
    useless_after: ClassVar[timedelta | None] = None
    in_room: ClassVar[bool] = False
    """Part of making the room ready, and so counted when people wait for it."""
    twin: ClassVar[Twin | None] = None
    shows_all: ClassVar[bool] = False
    """Shows the whole state, and so is for a version that understands all of it."""
    retried: ClassVar[bool] = True
    """Said where it fails for good, with a Retry that owes it again; else it is no loss."""
    unaided: ClassVar[bool] = False
    """Needs nothing of Slack, and is carried while Slack is away; its lane begins with its kind."""
    missed: ClassVar[bool] = False
    """Missed by people in the room when it is late, though it makes no part of it."""

    @property
    def lane(self) -> str:
        """The order that it keeps."""
        return f"{type(self).__name__}:{self.stream}"

    @property
    def pace(self) -> str | None:
        """The allowance of posts that it draws on."""
        return None

    @property
    def once(self) -> str | None:
        """While another with this key waits, this one is not needed."""
        return None

    @property
    def name(self) -> str:
        """Stable within the incident: what a failure and its Retry refer to."""
        return type(self).__name__


@dataclass(frozen=True, kw_only=True)
class CreateRoom(_Owed):
    """Make the channel; `suffix` tells a later room from the first."""

    priority = Priority.ROOM
    methods = ("conversations.create",)
    looks_up = ("users.conversations",)
    label = "the room"
    in_room = True
    twin = "room"
    suffix: int = 1

    @property
    def lane(self) -> str:
        """Answers that speak of the room wait behind it."""
        return f"room:{self.stream}"


@dataclass(frozen=True, kw_only=True)
class AnswerWithRoom(_Owed):
    """Tell the declarer, where they asked, how to get into the room."""

    priority = Priority.DECLARER
    retried = False
    methods = ("views.update",)
    label = "the answer to the declarer"
    useless_after = timedelta(minutes=25)
    reply_to: str
    user: str

    @property
    def lane(self) -> str:
        """Behind the room that it speaks of."""
        return f"room:{self.stream}"


@dataclass(frozen=True, kw_only=True)
class AnswerMeanwhile(_Owed):
    """Tell the declarer, where they asked, what Slack makes them wait for; later, that it came."""

    priority = Priority.DECLARER
    retried = False
    methods = ("views.update",)
    label = "the word on what is late"
    useless_after = timedelta(minutes=25)
    reply_to: str

    @property
    def lane(self) -> str:
        """Beside the room that it speaks of; the name tells nobody where the answer goes."""
        return f"meanwhile:{self.stream}:{sha256(self.reply_to.encode()).hexdigest()[:12]}"

    @property
    def once(self) -> str | None:
        """It says whatever is true when it is carried."""
        return self.lane


@dataclass(frozen=True, kw_only=True)
class InviteDeclarer(_Owed):
    """Bring the declarer in, in a call of their own."""

    priority = Priority.DECLARER
    methods = ("conversations.invite",)
    label = "the declarer's invitation"
    in_room = True
    user: str


@dataclass(frozen=True, kw_only=True)
class InviteResponders(_Owed):
    """Bring people and user groups in; one bad id does not keep the others out."""

    priority = Priority.RESPONDERS
    methods = ("conversations.invite", "usergroups.users.list")
    label = "the responders' invitation"
    in_room = True
    who: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShowCard(_Owed):
    """The card shows the present state."""

    shows_all = True
    priority = Priority.CARD
    methods = ("chat.postMessage", "chat.update")
    looks_up = ("conversations.history",)
    label = "the card"
    in_room = True
    twin = "message"

    @property
    def pace(self) -> str | None:
        """It is a post of the room."""
        return f"room:{self.stream}"

    @property
    def once(self) -> str | None:
        """A waiting card shows whatever is true when it is carried."""
        return self.lane


@dataclass(frozen=True, kw_only=True)
class PinCard(_Owed):
    """The card is pinned."""

    priority = Priority.CARD
    methods = ("pins.add",)
    label = "the pin"
    in_room = True


@dataclass(frozen=True, kw_only=True)
class PostGuidelines(_Owed):
    """How this room works, as the first reply in the card's thread."""

    priority = Priority.CARD
    looks_up = ("conversations.replies",)
    label = "the guidelines"
    in_room = True
    twin = "message"

    @property
    def pace(self) -> str | None:
        """It is a post of the room."""
        return f"room:{self.stream}"


@dataclass(frozen=True, kw_only=True)
class RenameRoom(_Owed):
    """A room that began with a provisional name has the incident's."""

    priority = Priority.DECORATION
    methods = ("conversations.rename",)
    label = "the room's name"


@dataclass(frozen=True, kw_only=True)
class ShowTopic(_Owed):
    """The topic shows the present state."""

    shows_all = True
    priority = Priority.DECORATION
    methods = ("conversations.setTopic",)
    looks_up = ("conversations.info",)
    label = "the topic"
    in_room = True
    again: bool = False
    """It may stand there already: asked first, since the room is told of each setting."""

    @property
    def once(self) -> str | None:
        """A waiting topic shows whatever is true when it is carried."""
        return self.lane


@dataclass(frozen=True, kw_only=True)
class ArchiveRoom(_Owed):
    """The room of an incident that is over is archived, once its record is complete."""

    priority = Priority.DECORATION
    methods = ("conversations.archive",)
    label = "archiving the room"
    channel: str

    @property
    def lane(self) -> str:
        """Behind the post that says so."""
        return f"posts:{self.stream}"


@dataclass(frozen=True, kw_only=True)
class TakeDownAnnouncement(_Owed):
    """The announcement of what is private now, and what was said in its thread, is deleted."""

    priority = Priority.PAGE
    methods = ("chat.delete", "conversations.replies")
    label = "taking the announcement down"
    channel: str
    ts: str

    @property
    def name(self) -> str:
        """Where it stands is known to nobody else any more."""
        return f"TakeDownAnnouncement:{self.channel}:{self.ts}"


@dataclass(frozen=True, kw_only=True)
class LeavePublicRoom(_Owed):
    """What the bot said in the public room of before is deleted, then that room is archived."""

    priority = Priority.POST
    methods = ("chat.delete", "conversations.history", "conversations.archive")
    label = "clearing the public room"
    channel: str


@dataclass(frozen=True, kw_only=True)
class AddBookmark(_Owed):
    """The room has a bookmark to the incident's page."""

    priority = Priority.DECORATION
    methods = ("bookmarks.add",)
    looks_up = ("bookmarks.list",)
    label = "the bookmark"
    in_room = True
    twin = "bookmark"


@dataclass(frozen=True, kw_only=True)
class ShowAnnouncement(_Owed):
    """The announcement in the feed channel shows the present state."""

    shows_all = True
    priority = Priority.ANNOUNCEMENT
    methods = ("chat.postMessage", "chat.update")
    looks_up = ("conversations.history",)
    label = "the announcement"
    in_room = True
    twin = "message"
    workspace: str

    @property
    def pace(self) -> str | None:
        """It is a post of the feed channel."""
        return f"feed:{self.workspace}"

    @property
    def once(self) -> str | None:
        """A waiting announcement shows whatever is true when it is carried."""
        return self.lane


@dataclass(frozen=True, kw_only=True)
class PostToRoom(_Owed):
    """Tell the room of an event."""

    looks_up = ("conversations.history",)
    label = "a message to the room"
    twin = "message"
    missed = True
    version: int

    @property
    def lane(self) -> str:
        """Posts of a room leave in order."""
        return f"posts:{self.stream}"

    @property
    def pace(self) -> str | None:
        """It is a post of the room."""
        return f"room:{self.stream}"

    @property
    def name(self) -> str:
        """Each post can fail for itself."""
        return f"PostToRoom:{self.version}"


@dataclass(frozen=True, kw_only=True)
class PostToFeed(_Owed):
    """Tell those who follow the announcement, in its thread."""

    looks_up = ("conversations.replies",)
    label = "a message to the feed"
    twin = "message"
    missed = True
    version: int
    workspace: str

    @property
    def pace(self) -> str | None:
        """It is a post of the feed channel."""
        return f"feed:{self.workspace}"

    @property
    def name(self) -> str:
        """Each post can fail for itself."""
        return f"PostToFeed:{self.version}"


@dataclass(frozen=True, kw_only=True)
class TellPerson(_Owed):
    """Tell one person of an event, in a direct message."""

    methods = ("conversations.open", "chat.postMessage")
    looks_up = ("conversations.history",)
    label = "a direct message"
    twin = "message"
    missed = True
    version: int
    user: str

    @property
    def lane(self) -> str:
        """Messages to one person leave in order."""
        return f"dm:{self.user}"

    @property
    def pace(self) -> str | None:
        """It is a post of that conversation."""
        return f"dm:{self.user}"

    @property
    def name(self) -> str:
        """Each message can fail for itself."""
        return f"TellPerson:{self.version}:{self.user}"


@dataclass(frozen=True, kw_only=True)
class SendPage(_Owed):
    """Call somebody to the incident, in a direct message that goes before everything else."""

    priority = Priority.PAGE
    methods = ("conversations.open", "chat.postMessage")
    label = "a page"
    twin = "message"
    useless_after = timedelta(hours=1)
    number: int
    times: int
    user: str

    @property
    def lane(self) -> str:
        """Calls to one person about one incident leave in order, behind nothing else."""
        return f"page:{self.stream}:{self.user}"

    @property
    def pace(self) -> str | None:
        """It is a post of the conversation with them."""
        return f"dm:{self.user}"

    @property
    def name(self) -> str:
        """Each call can fail for itself."""
        return f"SendPage:{self.number}:{self.times}"


@dataclass(frozen=True, kw_only=True)
class Whisper(_Owed):
    """Tell one person of an event, in the room, so that only they see it."""

    methods = ("chat.postEphemeral",)
    label = "a hint"
    useless_after = timedelta(minutes=5)
    version: int
    user: str

    @property
    def lane(self) -> str:
        """Hints to one person leave in order."""
        return f"whisper:{self.stream}:{self.user}"

    @property
    def name(self) -> str:
        """Each hint can fail for itself."""
        return f"Whisper:{self.version}:{self.user}"


@dataclass(frozen=True, kw_only=True)
class BriefJoiner(_Owed):
    """Show the newcomer where things stand, so that only they see it."""

    methods = ("chat.postEphemeral",)
    label = "the newcomer's brief"
    useless_after = timedelta(minutes=10)
    user: str

    @property
    def lane(self) -> str:
        """Hints to one person leave in order."""
        return f"whisper:{self.stream}:{self.user}"

    @property
    def name(self) -> str:
        """Each newcomer has their own."""
        return f"BriefJoiner:{self.user}"


@dataclass(frozen=True, kw_only=True)
class ShowMark(_Owed):
    """The bot's own reaction on a message says whether it is on the timeline."""

    priority = Priority.DECORATION
    methods = ("reactions.add", "reactions.remove")
    label = "a timeline mark"
    channel: str
    ts: str

    @property
    def lane(self) -> str:
        """Marks of one message follow each other."""
        return f"mark:{self.channel}:{self.ts}"

    @property
    def once(self) -> str | None:
        """A waiting mark shows whatever is true when it is carried."""
        return self.lane

    @property
    def name(self) -> str:
        """Each message has its own mark."""
        return f"ShowMark:{self.channel}:{self.ts}"


@dataclass(frozen=True, kw_only=True)
class CompileReview(_Owed):
    """The review document says what the record says."""

    shows_all = True
    priority = Priority.POST
    methods = ()
    label = "the review"
    complete: bool

    @property
    def once(self) -> str | None:
        """A waiting review is compiled from whatever is true when it is carried."""
        return f"{self.lane}:{self.complete}"


@dataclass(frozen=True, kw_only=True)
class ClearTwins(_Owed):
    """What a late call of an effect left in Slack a second time is taken away.

    `effect_id` is the effect's; `place` is where the late one stands, where that is known.
    """

    priority = Priority.DECORATION
    retried = False
    methods = ("chat.delete", "conversations.archive", "bookmarks.remove")
    label = "clearing what was sent twice"
    effect_id: str
    place: str = ""

    @property
    def lane(self) -> str:
        """One after the other: the first to look may leave nothing to the next."""
        return f"twins:{self.effect_id}"

    @property
    def name(self) -> str:
        """Each effect is cleared for itself."""
        return f"ClearTwins:{self.effect_id}"


@dataclass(frozen=True, kw_only=True)
class TakeButtonsAway(_Owed):
    """Messages whose buttons ask for what is done by now lose them, and say who did it."""

    shows_all = True
    priority = Priority.DECORATION
    retried = False
    methods = ("chat.update",)
    label = "taking old buttons away"

    @property
    def once(self) -> str | None:
        """One look finds all that is settled when it is carried."""
        return self.lane


@dataclass(frozen=True, kw_only=True)
class DecideRequests(_Owed):
    """What a version kept that could not read the incident is decided by one that can."""

    priority = Priority.DECLARER
    unaided = True
    methods = ()
    label = "what was asked during an upgrade"

    @property
    def once(self) -> str | None:
        """All that waits is decided at once, in the order in which it was asked."""
        return self.lane


@dataclass(frozen=True, kw_only=True)
class AnswerRequest(_Owed):
    """Tell somebody what came of a request that was kept, `direct` or where they asked."""

    priority = Priority.DECLARER
    retried = False
    methods = ("conversations.open", "chat.postMessage")
    looks_up = ("conversations.history",)
    label = "the answer to what was asked during an upgrade"
    useless_after = timedelta(days=1)
    twin = "message"
    identity: str
    user: str
    direct: bool

    @property
    def lane(self) -> str:
        """Answers to one person about one incident leave in order."""
        return f"{type(self).__name__}:{self.stream}:{self.user}"

    @property
    def pace(self) -> str | None:
        """A direct one is a post of the conversation with them."""
        return f"dm:{self.user}" if self.direct else None

    @property
    def name(self) -> str:
        """Each request is answered for itself."""
        return f"{type(self).__name__}:{self.identity}"


Effect = (
    CreateRoom
    | AnswerWithRoom
    | AnswerMeanwhile
    | InviteDeclarer
    | InviteResponders
    | ShowCard
    | PinCard
    | PostGuidelines
    | RenameRoom
    | ShowTopic
    | AddBookmark
    | TakeDownAnnouncement
    | LeavePublicRoom
    | ArchiveRoom
    | ShowAnnouncement
    | PostToRoom
    | PostToFeed
    | TellPerson
    | SendPage
    | Whisper
    | BriefJoiner
    | ShowMark
    | CompileReview
    | ClearTwins
    | TakeButtonsAway
    | DecideRequests
    | AnswerRequest
)


@dataclass(frozen=True, kw_only=True)
class Later:
    """A command that comes by itself at a time; the same key replaces an earlier one."""

    key: str
    stream: str
    at: datetime
    command: Timer


@dataclass(frozen=True, kw_only=True)
class Never:
    """What was to come later under this key comes no more."""

    key: str


Owed = Effect | Later | Never
