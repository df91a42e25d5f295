"""The feed channel: found or made once, with one announcement per incident, edited in place."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from bot.domain import effects as f
from bot.domain.commands import AnnouncementShown, Command
from bot.domain.incident import Incident
from bot.domain.values import Place
from bot.domain.workspace import FeedFound, FeedLost
from bot.engine.carrying import PATIENCE, Carrying
from bot.engine.verdicts import GiveUp, NotYet
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.announcement import announcement
from bot.slack.messages.posts import feed_post
from bot.slack.performers.common import find_posts, post_once, the_incident, unsaid
from bot.slack.performers.posts import GONE
from bot.storage import outbox, streams

log = structlog.get_logger(__name__)

LOST = frozenset({"is_archived", "is_inactive", "channel_not_found", "not_in_channel"})
"""Answers that mean: this feed takes no posts of the bot any more."""
_NO_THREAD = frozenset({"cannot_reply_to_message", "thread_not_found"})
"""Answers that mean: what this replies to is gone."""
_SOON = timedelta(seconds=2)
"""After which a reply looks again for the announcement that is being posted."""
_LOCKS: "WeakKeyDictionary[Desk, asyncio.Lock]" = WeakKeyDictionary()


async def show_announcement(
    desk: Desk, effect: f.ShowAnnouncement, carrying: Carrying
) -> Command | None:
    """Make the announcement show the present state, posting it where there is none.

    While an edit of it waited, the incident may have been made private and the announcement taken
    down: it is not posted anew then.
    """
    incident = the_incident(carrying)
    if incident.private:
        return await _sent_in_doubt(desk, incident, carrying)
    message = announcement(incident, desk.process, now=carrying.now)
    if await _edited(desk, incident, message):
        return None
    if await _is_private_by_now(desk, effect):
        return await _sent_in_doubt(desk, incident, carrying)
    channel = await feed_channel(desk, incident.workspace, drill=incident.drill)
    posted = await _posted(desk, carrying, channel, message)
    return AnnouncementShown(channel=posted["channel"], ts=posted["ts"])


async def _sent_in_doubt(desk: Desk, incident: Incident, carrying: Carrying) -> Command | None:
    """Find what an attempt in doubt has posted of what is private now, so that it is taken down.

    What lands later is a twin, for nothing of it is to stay.
    """
    channel = await _known_feed(desk, incident.workspace, drill=incident.drill)
    if not carrying.doubt or channel is None:
        return None
    carrying.trace.landed = Place(channel=channel)
    found = await find_posts(
        desk, carrying.effect_id, carrying.trace.landed, carrying.first_attempt_at
    )
    carrying.trace.several = len(found) > 1
    return AnnouncementShown(channel=channel, ts=found[0]) if found else None


async def _is_private_by_now(desk: Desk, effect: f.ShowAnnouncement | f.PostToFeed) -> bool:
    """Whether it was made private while this was under way."""
    now = await desk.dispatcher.current(effect.stream)
    return now is None or now.private


async def _edited(desk: Desk, incident: Incident, message: dict[str, Any]) -> bool:
    """Edit the announcement in place; say whether that is all there is to do.

    In a feed that is gone it is posted anew in the next one, unless the incident is over.
    """
    at = incident.announcement
    if at is None:
        return False
    try:
        await desk.calls.call("chat.update", channel=at.channel, ts=at.ts, **message)
    except SlackSaidNo as error:
        if error.error in LOST:
            await _lose(desk, incident, at.channel)
            return incident.over
        if error.error not in GONE:
            raise
        return False
    return True


async def _posted(
    desk: Desk, carrying: Carrying, channel: str, message: dict[str, Any]
) -> dict[str, Any]:
    """Post it; where the feed turns out to be gone, into the one that is found or made then."""
    incident = the_incident(carrying)
    try:
        return await post_once(desk, carrying, channel, message)
    except SlackSaidNo as error:
        if error.error not in LOST:
            raise
    await _lose(desk, incident, channel)
    channel = await feed_channel(desk, incident.workspace, drill=incident.drill)
    return await post_once(desk, carrying, channel, message)


async def _lose(desk: Desk, incident: Incident, channel: str) -> None:
    await desk.workspaces.record(
        incident.workspace, FeedLost(channel=channel, drill=incident.drill)
    )


async def post_to_feed(desk: Desk, effect: f.PostToFeed, carrying: Carrying) -> Command | None:
    """Tell those who follow the announcement, in its thread.

    When it was made private meanwhile, what was said is taken down with all else in that thread.
    """
    incident = the_incident(carrying)
    if incident.private:
        _leaves_nothing(incident, carrying)
        return None
    at = incident.announcement
    if at is None:
        await _wait_for_announcement(desk, incident, carrying)
        raise GiveUp("There is no announcement to reply to.", quiet=True)
    recorded = await desk.database.read(
        lambda c: streams.read_one(c, effect.stream, effect.version)
    )
    message = recorded and feed_post(incident, recorded, desk.process)
    if not message:
        unsaid(incident)
        return None
    try:
        await post_once(desk, carrying, at.channel, {**message, "thread_ts": at.ts})
    except SlackSaidNo as error:
        if error.error in LOST | _NO_THREAD:
            await _wait_for_announcement(desk, incident, carrying)
        if not await _is_private_by_now(desk, effect):
            raise
        _leaves_nothing(incident, carrying)
        return None
    if await _is_private_by_now(desk, effect):
        down = f.TakeDownAnnouncement(stream=effect.stream, channel=at.channel, ts=at.ts)
        carrying.trace.also.append(down)
    return None


def _leaves_nothing(incident: Incident, carrying: Carrying) -> None:
    """What an attempt in doubt has said goes with its thread; what lands later is a twin."""
    if carrying.doubt and incident.announced_at:
        last = incident.announced_at[-1]
        carrying.trace.landed = Place(channel=last.channel, thread=last.ts)


async def _wait_for_announcement(desk: Desk, incident: Incident, carrying: Carrying) -> None:
    """See whether there is an announcement elsewhere, or one is owed that will bring it there.

    Not without end: what an older version owed may stand before the announcement in one lane.

    Raises:
        NotYet: that is so.
    """
    owed = await desk.database.read(lambda c: outbox.pending(c, incident.stream))
    due = [one.due for one in owed if one.kind == f.ShowAnnouncement.__name__]
    now = await desk.dispatcher.current(incident.stream)  # now, for it may just have been settled
    has_moved = now is not None and now.announcement != incident.announcement
    is_patient = carrying.now < carrying.first_attempt_at + PATIENCE
    if (due or has_moved) and is_patient:
        soon = carrying.now + _SOON
        raise NotYet(max(due[0], soon) if due else soon)


async def feed_channel(desk: Desk, workspace: str, *, drill: bool) -> str:
    """Return the feed channel, finding or making it the first time.

    One at a time, so that ten first declares do not make ten feeds.
    """
    name = desk.process.drill_feed if drill else desk.process.feed
    if name is None:
        raise GiveUp("No drill feed is set.", quiet=True)
    known = await _known_feed(desk, workspace, drill=drill)
    if known is not None:
        return known
    async with _LOCKS.setdefault(desk, asyncio.Lock()):
        known = await _known_feed(desk, workspace, drill=drill)
        if known is not None:
            return known
        found = await _found_or_made(desk, name.removeprefix("#"))
        news = FeedFound(channel=found.channel, drill=drill)
        feed = (await desk.workspaces.record(workspace, news)).feed_for(drill=drill)
        if feed is not None and feed != found.channel:
            await _put_away(desk, found)
            return feed
        return found.channel


async def _known_feed(desk: Desk, workspace: str, *, drill: bool) -> str | None:
    return (await desk.workspaces.current(workspace)).feed_for(drill=drill)


@dataclass(frozen=True, kw_only=True)
class _Found:
    channel: str
    made: bool


async def _put_away(desk: Desk, twin: _Found) -> None:
    """Archive the channel that lost against one that another replica recorded first."""
    if twin.made:
        try:
            await desk.calls.call("conversations.archive", channel=twin.channel)
        except SlackSaidNo as error:
            log.warning("feed.twin_stays", channel=twin.channel, why=error.error)


async def _found_or_made(desk: Desk, name: str) -> _Found:
    """Make the channel; where its name is taken, use the one that has it.

    Raises:
        GiveUp: that one is of no use as it is; the sentence says what to do.
    """
    try:
        answer = await desk.calls.call("conversations.create", name=name, is_private=False)
    except SlackSaidNo as error:
        if error.error != "name_taken":
            raise
    else:
        return _Found(channel=str(answer["channel"]["id"]), made=True)
    found = await _named(desk, name)
    if found is None:
        raise GiveUp(
            f"#{name} exists, but Muster cannot see it: invite the bot to it, then press Retry."
        )
    if found.get("is_archived"):
        raise GiveUp(
            f"#{name} is archived, and keeps its name: unarchive it, or rename it so that Muster "
            "can make a new one, then press Retry."
        )
    if not found.get("is_member"):
        await desk.calls.call("conversations.join", channel=found["id"])
    return _Found(channel=str(found["id"]), made=False)


async def _named(desk: Desk, name: str) -> dict[str, Any] | None:
    """No look-up by name exists in Slack; only paging, and an archived channel keeps its name.

    Private channels are listed where the bot is a member.
    """
    kinds = "public_channel,private_channel"
    async for channel in desk.calls.listed(
        "conversations.list", "channels", types=kinds, limit=999
    ):
        if channel["name"] == name:
            found: dict[str, Any] = channel
            return found
    return None
