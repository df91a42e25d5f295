"""What performers share: posting once, and the words for what Slack will never do."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import effects as f
from bot.domain.incident import Incident
from bot.domain.values import Place, Room
from bot.engine.carrying import Carrying
from bot.engine.verdicts import ForNewer, GiveUp, NotYet, RetryAt
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.effect_ids import effect_of, metadata_of
from bot.slack.messages.refused_by_slack import OF_THE_APP, why
from bot.slack.messages.settled import asks

_BEFORE = timedelta(seconds=60)


def because(label: str, error: SlackSaidNo) -> GiveUp:
    """Return the end of trying, in words for the people concerned."""
    return GiveUp(why(label, error.method, error.error))


def if_it_matters(label: str, error: SlackSaidNo) -> GiveUp:
    """Return the end of trying what nobody misses; only trouble of the whole app is said."""
    told = because(label, error)
    told.quiet = error.error not in OF_THE_APP
    return told


def the_incident(carrying: Carrying) -> Incident:
    """Return the incident; an effect without one was owed by nobody."""
    if carrying.incident is None:
        raise GiveUp("The incident is gone.", quiet=True)
    return carrying.incident


def unsaid(incident: Incident) -> None:
    """There is nothing to say, as far as this version understands.

    Raises:
        ForNewer: it does not understand everything, and a newer one may have words for it.
    """
    if incident.holds_unknown:
        raise ForNewer


def the_room(carrying: Carrying) -> Room:
    """Return the room that posts go to.

    Raises:
        NotYet: it is still being made, or the private one that takes its place is.
        GiveUp: it is archived, and what was to be said there concerns nobody now.
    """
    incident = the_incident(carrying)
    if incident.room is None:
        raise NotYet(carrying.now + timedelta(seconds=5))
    if incident.room.archived:
        raise GiveUp("The room is archived.", quiet=True)
    if incident.exposed == incident.room.channel:
        raise NotYet(carrying.now + timedelta(seconds=5))
    return incident.room


def still_ours(carrying: Carrying) -> None:
    """Check the lease right before a call that must not happen twice.

    Raises:
        RetryAt: too much time has passed since the claim.
    """
    if not carrying.still_ours():
        raise RetryAt(carrying.now)


async def post_once(
    desk: Desk, carrying: Carrying, channel: str, message: dict[str, Any]
) -> dict[str, Any]:
    """Post a message, unless an earlier attempt that was in doubt is found to have posted it.

    Where that stands more than once, the first of them is the one.
    """
    thread = str(message.get("thread_ts") or "")
    trace = carrying.trace
    if carrying.doubt:
        where = Place(channel=channel, thread=thread)
        found = await find_posts(desk, carrying.effect_id, where, carrying.first_attempt_at)
        if found:
            trace.several = len(found) > 1
            trace.landed = replace(where, item=found[0])
            return {"channel": channel, "ts": found[0]}
    still_ours(carrying)
    metadata = metadata_of(carrying.effect_id)
    quiet = {"unfurl_links": False, "unfurl_media": False}
    trace.sent = True
    posted = await desk.calls.call(
        "chat.postMessage", channel=channel, metadata=metadata, **quiet, **message
    )
    trace.landed = Place(channel=posted["channel"], item=posted["ts"], thread=thread)
    return posted


async def post_asking(
    desk: Desk, carrying: Carrying, channel: str, message: dict[str, Any]
) -> dict[str, Any]:
    """Post a message once; its buttons are looked after until what they ask for is settled.

    That may have happened while it was sent, so it is looked at right away.
    """
    posted = await post_once(desk, carrying, channel, message)
    if asks(message):
        carrying.trace.asks = True
        carrying.trace.also.append(f.TakeButtonsAway(stream=the_incident(carrying).stream))
    return posted


async def find_posts(desk: Desk, effect_id: str, where: Place, since: datetime) -> list[str]:
    """Look for posts by the id of their effect, from just before its first attempt.

    Returns the ts of each, the earliest first.
    """
    oldest = f"{(since - _BEFORE).timestamp():.6f}"
    asked = {"channel": where.channel, "oldest": oldest, "include_all_metadata": True, "limit": 200}
    if where.thread:
        said = desk.calls.listed("conversations.replies", "messages", ts=where.thread, **asked)
    else:
        said = desk.calls.listed("conversations.history", "messages", **asked)
    return sorted([str(message["ts"]) async for message in said if effect_of(message) == effect_id])
