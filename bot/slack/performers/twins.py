"""What a late call has left in Slack a second time: found, compared with the record, taken away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, assert_never

import structlog

from bot.domain import effects as f
from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.values import Place
from bot.engine.carrying import Carrying
from bot.engine.verdicts import GiveUp, NotYet
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.performers.common import find_posts, the_incident
from bot.slack.performers.room import find_bookmarks, find_made, unowned
from bot.storage import outbox
from bot.storage.outbox import Fate

log = structlog.get_logger(__name__)

_AGAIN = timedelta(seconds=2)
_GONE = frozenset({"message_not_found", "already_archived", "channel_not_found", "not_found"})


async def clear_twins(desk: Desk, effect: f.ClearTwins, carrying: Carrying) -> Command | None:
    """Keep what the record knows of, take away what else the effect left; show the present anew.

    Whoever sent late may have shown an older state than stands there since.
    """
    incident = the_incident(carrying)
    fate = await desk.database.read(lambda c: outbox.fate(c, effect.effect_id))
    if fate is None or fate.effect is None:
        return None
    if fate.open or incident.holds_unknown:
        raise NotYet(carrying.now + _AGAIN)  # what came of it is not recorded yet
    first = fate.effect
    try:
        match first.twin:
            case "message":
                await _clear_messages(desk, effect, fate, carrying)
            case "room":
                await _clear_rooms(desk, effect, fate, carrying)
            case "bookmark":
                await _clear_bookmarks(desk, incident, fate)
            case None:
                pass
            case _:
                assert_never(first.twin)
    except SlackSaidNo as error:
        log.warning("twin.stays", effect_id=effect.effect_id, why=error.error)
        raise GiveUp(error.error, quiet=True) from error
    if first.once and first.methods:
        carrying.trace.also.append(_anew(first))
    return None


def _anew(effect: f.Effect) -> f.Effect:
    """Return what shows the present once more, where it is not shown already."""
    return replace(effect, again=True) if isinstance(effect, f.ShowTopic) else effect


async def _clear_messages(desk: Desk, effect: f.ClearTwins, fate: Fate, carrying: Carrying) -> None:
    """The message that the record knows of stays; where it knows of none, the earliest does."""
    late = Place.read(effect.place) if effect.place else None
    where = fate.landed or late
    if where is None:
        return
    if fate.landed and late:
        found = [late]
    else:
        since = fate.first_attempt_at or carrying.first_attempt_at
        posts = await find_posts(desk, effect.effect_id, where, since)
        found = [Place(channel=where.channel, item=ts) for ts in posts]
    kept = fate.landed or _earliest(found, fate)
    for twin in found:
        if kept is None or not twin.same(kept):
            await _take_away(desk, "chat.delete", twin, channel=twin.channel, ts=twin.item)


def _earliest(found: list[Place], fate: Fate) -> Place | None:
    """What was given up stands nowhere: the people were told so, and may have pressed Retry."""
    return found[0] if found and fate.state == "done" else None


async def _clear_rooms(desk: Desk, effect: f.ClearTwins, fate: Fate, carrying: Carrying) -> None:
    """A channel that is no incident's room is archived; one that is being made is not judged."""
    incident = the_incident(carrying)
    owed = await desk.database.read(lambda c: outbox.pending(c, incident.stream))
    if any(one.kind == f.CreateRoom.__name__ for one in owed):
        raise NotYet(carrying.now + _AGAIN)
    if effect.place:
        found = [Place.read(effect.place).channel]
    else:
        since = fate.first_attempt_at or carrying.first_attempt_at
        found = [channel["id"] for channel in await find_made(desk, incident, since)]
    kept = fate.landed.channel if fate.landed else None
    for channel in found:
        if channel != kept and await unowned(desk, channel):
            twin = Place(channel=channel)
            await _take_away(desk, "conversations.archive", twin, channel=channel)


async def _clear_bookmarks(desk: Desk, incident: Incident, fate: Fate) -> None:
    kept = fate.landed
    if kept is None:
        return
    found = await find_bookmarks(desk, kept.channel, desk.page_of(incident))
    for bookmark in found:
        if bookmark != kept.item and kept.item in found:
            twin = Place(channel=kept.channel, item=bookmark)
            where = {"channel_id": twin.channel, "bookmark_id": bookmark}
            await _take_away(desk, "bookmarks.remove", twin, **where)


async def _take_away(desk: Desk, method: str, twin: Place, **where: Any) -> None:
    try:
        await desk.calls.call(method, **where)
    except SlackSaidNo as error:
        if error.error not in _GONE:
            raise
    else:
        desk.tally.count("twins_removed", method)
        log.warning("twin.removed", method=method, place=str(twin))
