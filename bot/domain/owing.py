"""The effects and timers that are owed, by what they keep right: card, posts, people, cadence."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import effects as f
from bot.domain import paging, updates
from bot.domain.commands import PageFallsDue, RoomFallsQuiet
from bot.domain.process import Process
from bot.domain.state import Incident
from bot.domain.values import Phase


def card(incident: Incident) -> list[f.Owed]:
    """Return what keeps the card right, where there is a room to show it in."""
    if incident.room is None or incident.room.archived:
        return []
    return [f.ShowCard(stream=incident.stream)]


def still_missing(incident: Incident) -> list[f.Owed]:
    """Return what keeps the card right about what is missing: it says so once it is resolved."""
    return card(incident) if incident.phase is Phase.RESOLVED else []


def shown(incident: Incident) -> list[f.Owed]:
    """Return what keeps card and topic right."""
    kept = card(incident)
    return [*kept, f.ShowTopic(stream=incident.stream)] if kept else []


def announcement(incident: Incident, process: Process) -> list[f.Owed]:
    """Return what keeps the announcement right, where the incident has one.

    It links the room, so it waits for it; a private incident appears nowhere outside its room, and
    drills have a feed of their own or none.
    """
    if incident.room is None or not announced(incident, process):
        return []
    return [f.ShowAnnouncement(stream=incident.stream, workspace=feed_of(incident))]


def nothing_announced(incident: Incident) -> list[f.Owed]:
    """Return what takes down all that ever announced it, first where people read it now."""
    return [
        f.TakeDownAnnouncement(stream=incident.stream, channel=at.channel, ts=at.ts)
        for at in reversed(incident.announced_at)
    ]


def announced(incident: Incident, process: Process) -> bool:
    """Whether people outside the room are told."""
    if incident.private or not incident.announced:
        return False
    return not incident.drill or process.drill_feed is not None


def feed_of(incident: Incident) -> str:
    """Return the key of a feed's allowance of posts; drills have a feed of their own."""
    return f"{incident.workspace}:drill" if incident.drill else incident.workspace


def post(incident: Incident, version: int) -> list[f.Owed]:
    """Return what tells the room of an event; an archived room is told nothing."""
    if incident.room is None or incident.room.archived:
        return []
    return [f.PostToRoom(stream=incident.stream, version=version)]


def feed(incident: Incident, version: int, process: Process) -> list[f.Owed]:
    """Return what tells the announcement's thread of an event."""
    if not announcement(incident, process):
        return []
    return [f.PostToFeed(stream=incident.stream, version=version, workspace=feed_of(incident))]


def tell(incident: Incident, version: int, *users: str) -> list[f.Owed]:
    """Return what tells these people of an event, each once."""
    return [
        f.TellPerson(stream=incident.stream, version=version, user=user)
        for user in dict.fromkeys(users)
    ]


def called(incident: Incident, *who: str) -> list[f.Owed]:
    """Return the invitation of those who are not in the room yet."""
    absent = tuple(user for user in dict.fromkeys(who) if user not in incident.members)
    if incident.room is None or incident.room.archived or not absent:
        return []
    return [f.InviteResponders(stream=incident.stream, who=absent)]


def declarer(incident: Incident) -> list[f.Owed]:
    """Return the invitation of the declarer, in a call of their own."""
    return [
        f.InviteDeclarer(stream=incident.stream, user=user)
        for user in wanted(incident, incident.reporter)
    ]


def everyone(incident: Incident) -> tuple[str, ...]:
    """Return all who belong in the room besides the declarer: called to it, or at work on it."""
    others = sorted((incident.responders | paging.being_called(incident)) - {incident.reporter})
    return wanted(incident, *dict.fromkeys((*incident.invite, *others)))


def wanted(incident: Incident, *who: str) -> tuple[str, ...]:
    """Return whom the bot may bring in unasked: into a private room nobody who is out of it."""
    return tuple(user for user in who if not (incident.private and user in incident.parted))


def cadence(incident: Incident, now: datetime) -> list[f.Owed]:
    """Return the next nudge for the promised update, or the end of nudging."""
    key = f"update:{incident.stream}"
    following = None if incident.at_rest else updates.next_nudge(incident.cadence, now)
    if following is None:
        return [f.Never(key=key)]
    at, command = following
    return [f.Later(key=key, stream=incident.stream, at=at, command=command)]


def task_key(incident: Incident, number: int) -> str:
    """Return the key of a task's reminder."""
    return f"task:{incident.stream}:{number}"


def retirement(incident: Incident, now: datetime, process: Process) -> f.Later | f.Never:
    """Return when the room is archived, where the incident is over; else that it is not."""
    key = f"archive:{incident.stream}"
    if not incident.over or process.archive_after is None:
        return f.Never(key=key)
    at = now + process.archive_after
    return f.Later(key=key, stream=incident.stream, at=at, command=RoomFallsQuiet())


def public_room(incident: Incident) -> list[f.Owed]:
    """Return the clearing of the public room of before the incident was made private."""
    if incident.exposed is None:
        return []
    return [f.LeavePublicRoom(stream=incident.stream, channel=incident.exposed)]


def page_key(incident: Incident, number: int) -> str:
    """Return the key of the timer that waits for the answer to a call."""
    return f"page:{incident.stream}:{number}"


def page(incident: Incident, number: int, again_at: datetime) -> list[f.Owed]:
    """Return the latest call to somebody, and what happens unless they answer."""
    called = next((one for one in incident.pages if one.number == number), None)
    if called is None:
        return []
    following = PageFallsDue(number=number, times=called.times)
    key = page_key(incident, number)
    return [
        f.SendPage(stream=incident.stream, number=number, times=called.times, user=called.user),
        f.Later(key=key, stream=incident.stream, at=again_at, command=following),
    ]


def review(incident: Incident) -> f.CompileReview:
    """Return the compilation of the review; at close it is complete."""
    return f.CompileReview(stream=incident.stream, complete=incident.phase is Phase.CLOSED)


def review_again(incident: Incident) -> list[f.Owed]:
    """Return the compilation anew of a review that an event has made stale, if there is one.

    One that is being compiled for the first time may have been read before the event.
    """
    return [review(incident)] if incident.reviewed else []


NOTICED = timedelta(seconds=3)
"""How long people wait before they are told what for."""
_MOST_NOTES = 2
"""How many notes go where they cannot be edited: Slack takes five answers in all."""


def shows_wait(effect: f.Effect) -> f.ShowCard | None:
    """Return the card that says that an effect waits for Slack, where there is one by then."""
    if isinstance(effect, f.CreateRoom | f.ShowCard) or not (effect.in_room or effect.missed):
        return None
    return f.ShowCard(stream=effect.stream)


def says_meanwhile(
    effect: f.Effect, answers: Sequence[f.Effect], *, done: bool = False
) -> list[f.AnswerMeanwhile]:
    """Return what tells the declarer of a wait where they asked, or that it is over (`done`).

    `answers` are those that they were or will be given. A form is changed as often as there is
    something to say; behind a command new messages pile up.
    """
    if not isinstance(effect, f.CreateRoom | f.ShowCard):
        return []
    places = dict.fromkeys(each.reply_to for each in answers if isinstance(each, f.AnswerWithRoom))
    told = Counter(each.reply_to for each in answers if isinstance(each, f.AnswerMeanwhile))
    return [
        f.AnswerMeanwhile(stream=effect.stream, reply_to=place)
        for place in places
        if place.startswith("view:")
        or (place.startswith("url:") and not done and told[place] < _MOST_NOTES)
    ]
