"""The room, who is in it, the posts the bot keeps in place, and what could not be done."""

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain import paging
from bot.domain.effects import CreateRoom, PostToFeed, ShowAnnouncement
from bot.domain.given import Given
from bot.domain.refusals import NotNow, WayOut
from bot.domain.state import Incident
from bot.domain.values import MessageRef

CREATE = CreateRoom.__name__
"""What a failure to make the room is filed under."""
ANNOUNCING = (ShowAnnouncement.__name__, PostToFeed.__name__)
"""With what the failures begin that concern nobody once the incident is private."""


def made(incident: Incident, command: c.RoomMade) -> list[e.Event]:
    """A channel was made; a second report of the same one changes nothing."""
    if incident.room is not None and incident.room.channel == command.channel:
        return []
    return [e.RoomOpened(channel=command.channel, name=command.name)]


def adopt(incident: Incident, command: c.AdoptRoom, given: Given) -> list[e.Event]:
    """Take over the room in which work has begun; an incident that has its room keeps it.

    Who left it is not called again into a private one. The declarer is: it is their incident.
    """
    if incident.room is not None:
        return []
    gone = (user for user in command.declined if user != incident.reporter)
    return [
        *(e.PersonParted(user=user) for user in gone),
        e.RoomOpened(channel=command.channel, name=command.name),
        e.CardPosted(channel=command.channel, ts=command.card),
        e.IncidentAdopted(name=command.name, recorded_at=given.now),
    ]


def card_shown(incident: Incident, command: c.CardShown) -> list[e.Event]:
    """The card stands at a place where it did not stand before."""
    if incident.card == MessageRef(channel=command.channel, ts=command.ts):
        return []
    return [e.CardPosted(channel=command.channel, ts=command.ts)]


def announcement_shown(incident: Incident, command: c.AnnouncementShown) -> list[e.Event]:
    """The announcement stands at a place where it did not stand before."""
    if incident.announcement == MessageRef(channel=command.channel, ts=command.ts):
        return []
    return [e.AnnouncementPosted(channel=command.channel, ts=command.ts)]


def given_up(incident: Incident, command: c.EffectGivenUp, given: Given) -> list[e.Event]:
    """Something failed for good, until somebody retries it; a call that did is passed on."""
    if incident.private and command.effect.startswith(ANNOUNCING):
        return []
    known = incident.failures.get(command.effect)
    if known is not None and known.why == command.why:
        return []
    failed = e.EffectFailed(effect=command.effect, why=command.why)
    return [failed, *paging.refused(incident, command.effect, given)]


def worked(incident: Incident, command: c.EffectWorked) -> list[e.Event]:
    """What had failed has worked."""
    if command.effect not in incident.failures:
        return []
    return [e.EffectRecovered(effect=command.effect)]


def retry(incident: Incident, command: c.RetryEffect, given: Given) -> list[e.Event]:
    """Owe again what was given up; a second press finds nothing to retry.

    Raises:
        NotNow: nothing of that name has failed.
    """
    if command.effect not in incident.failures:
        raise NotNow("That is being tried again already, or has worked meanwhile.")
    tried = e.EffectRetried(effect=command.effect)
    return [tried, *paging.once_more(incident, command.effect, given)]


def join(incident: Incident, given: Given) -> list[e.Event]:
    """Ask to be brought into the room.

    Raises:
        NotNow: they are in it, or there is none to come into.
    """
    if incident.room is None:
        raise _not_there_yet(incident)
    if incident.room.archived:
        raise NotNow(
            f"The room of {incident.name} is archived; it can have a new one.",
            way_out=WayOut(label="New room", command=c.MakeNewRoom()),
        )
    if given.actor.user in incident.members:
        raise NotNow(f"You are in the room already: <#{incident.room.channel}>.")
    return [e.JoinAsked(user=given.actor.user)]


def make_new(incident: Incident) -> list[e.Event]:
    """Make a fresh room where the old one is gone.

    Raises:
        NotNow: the room is there, or one is being made.
    """
    if incident.room is not None and not incident.room.archived:
        raise NotNow(f"{incident.name} has its room: <#{incident.room.channel}>.")
    if incident.room is None or being_made(incident):
        raise _not_there_yet(incident)
    return [another(incident)]


def _not_there_yet(incident: Incident) -> NotNow:
    """Say what keeps the room; where making it was given up, offer to try again."""
    failure = incident.failures.get(CREATE)
    if failure is None:
        return NotNow(f"The room of {incident.name} is being made; try again in a moment.")
    return NotNow(
        f"The room of {incident.name} could not be made: {failure.why}",
        way_out=WayOut(label="Retry", command=c.RetryEffect(effect=CREATE)),
    )


def being_made(incident: Incident) -> bool:
    """Whether a room was asked for that is not there yet."""
    return incident.rooms_asked > incident.rooms


def another(incident: Incident) -> e.RoomAsked:
    """Return the wish for one more room."""
    return e.RoomAsked(suffix=incident.rooms + 1)


def entered(incident: Incident, command: c.PersonEntered) -> list[e.Event]:
    """Somebody is in the room now."""
    if command.user in incident.members:
        return []
    return [e.PersonJoined(user=command.user, unasked=command.unasked)]


def left(incident: Incident, command: c.PersonLeft) -> list[e.Event]:
    """Somebody is in the room no more; their roles stay until somebody takes them."""
    if command.user not in incident.members:
        return []
    return [e.PersonParted(user=command.user)]


def renamed(incident: Incident, command: c.RoomWasRenamed) -> list[e.Event]:
    """A name changed by hand is followed, never changed back."""
    if incident.room is None or incident.room.name == command.name:
        return []
    return [e.RoomRenamed(name=command.name)]


def archived(incident: Incident) -> list[e.Event]:
    """The room was archived; the incident stays as it is."""
    if incident.room is None or incident.room.archived:
        return []
    return [e.RoomArchived()]


def falls_quiet(incident: Incident, given: Given) -> list[e.Event]:
    """Retire the room of an incident that has been over for long enough."""
    after = given.process.archive_after
    if not incident.over or incident.room is None or incident.room.archived or after is None:
        return []
    return [e.RoomRetired(channel=incident.room.channel, days=after.days)]


def unarchived(incident: Incident) -> list[e.Event]:
    """The room is back."""
    if incident.room is None or not incident.room.archived:
        return []
    return [e.RoomUnarchived()]


def history_read(command: c.HistoryWasRead) -> list[e.Event]:
    """What was missed has been read; where nothing was, nothing is to be said."""
    if command.messages + command.unreadable == 0:
        return []
    return [
        e.HistoryRead(
            messages=command.messages,
            since=command.since,
            away=command.away,
            unreadable=command.unreadable,
        )
    ]


def post_vanished(incident: Incident, command: c.PostVanished) -> list[e.Event]:
    """The card or the announcement was deleted by hand: it is owed anew."""
    gone = MessageRef(channel=command.channel, ts=command.ts)
    if incident.card == gone:
        return [e.PostLost(post="card")]
    if incident.announcement == gone:
        return [e.PostLost(post="announcement")]
    return []
