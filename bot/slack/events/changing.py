"""Messages that change: where one stands on the timeline, the review is compiled again.

That is told by a timer, so that whoever edits on and on, an app that counts up perhaps, makes one
event a minute. It is set before the log has the words: who dies in between leaves a compilation too
many, and none too few.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.commands import MarkFallsStale
from bot.domain.effects import Later
from bot.domain.incident import Incident
from bot.domain.refusals import NotUnderstood
from bot.domain.values import MessageRef, Origin
from bot.following import correlation
from bot.slack.desk import Desk
from bot.storage import messages, streams, timers
from bot.storage.database import Connection, in_the_end
from bot.storage.messages import Said

_EACH = 60
"""Seconds within which several changes of a message count as one."""
_SOON = timedelta(seconds=30)
"""How long the log has to take the words before the review is compiled from them."""


async def keep_changes(desk: Desk, stream: str, told: Iterable[Said]) -> None:
    """Log what somebody edited or deleted, and see that the review of the incident follows.

    Raises:
        DatabaseAway: it was not all recorded; told again it does no harm.
    """
    words = tuple(told)
    incident = await _reviewed(desk, stream)
    if incident is not None:
        marked = [one for one in words if _place(one) in incident.marks]
        if marked:
            await _tell(desk, incident, marked)
    await desk.message_log.keep(*words)


async def _reviewed(desk: Desk, stream: str) -> Incident | None:
    """Return the incident, if it has a review, or is about to."""
    try:
        incident = await desk.dispatcher.current(stream)
    except NotUnderstood:
        return None
    return incident if incident is not None and incident.reviewed else None


async def _tell(desk: Desk, incident: Incident, marked: list[Said]) -> None:
    now = desk.clock.now()

    def work(connection: Connection) -> bool:
        streams.lock(connection, [incident.stream])
        later = [_later(incident, one, now) for one in marked if _is_new(connection, one)]
        origin = Origin(workspace=incident.workspace, cause="slack", correlation=correlation())
        timers.schedule(connection, later, origin)
        return bool(later)

    if await in_the_end(desk.database, work):
        desk.dispatcher.wake()


def _later(incident: Incident, one: Said, now: datetime) -> Later:
    """Return when it is told: with all that changes until then, and not later for it.

    Deliveries overlap, so that it is gone is told by a timer of its own, which no edit replaces.
    """
    turn = int((now + _SOON).timestamp()) // _EACH + 1
    at = datetime.fromtimestamp(turn * _EACH, tz=now.tzinfo)
    what = "gone" if one.deleted else "changed"
    return Later(
        key=f"{what}:{incident.stream}:{one.channel}:{one.ts}:{turn}",
        stream=incident.stream,
        at=at,
        command=MarkFallsStale(channel=one.channel, ts=one.ts, gone=one.deleted),
    )


def _is_new(connection: Connection, one: Said) -> bool:
    """Does this say something that the log does not have, and has nothing newer about?"""
    known = messages.one(connection, one.channel, one.ts)
    if known is None:
        return True
    if known.deleted or one.deleted:
        return not known.deleted
    changed = (known.text, known.files) != (one.text, one.files)
    return changed and one.as_of >= known.as_of


def _place(one: Said) -> MessageRef:
    return MessageRef(channel=one.channel, ts=one.ts)
