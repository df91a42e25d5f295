"""The feed channel: found or made once, with one announcement per incident, edited in place."""

import asyncio
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from bot.domain import effects as f
from bot.domain.commands import AnnouncementShown, Command
from bot.domain.workspace import FeedFound
from bot.engine.carrying import Carrying
from bot.engine.verdicts import GiveUp, NotYet
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.announcement import announcement
from bot.slack.messages.posts import feed_post
from bot.slack.performers.common import because, post_once, the_incident
from bot.slack.performers.posts import GONE
from bot.storage import streams

_LOCKS: "WeakKeyDictionary[Desk, asyncio.Lock]" = WeakKeyDictionary()


async def show_announcement(
    desk: Desk, effect: f.ShowAnnouncement, carrying: Carrying
) -> Command | None:
    """Make the announcement show the present state, posting it where there is none."""
    incident = the_incident(carrying)
    if incident.private:
        return None
    message = announcement(incident, desk.process, now=carrying.now)
    try:
        if incident.announcement is not None:
            at = incident.announcement
            try:
                await desk.calls.call("chat.update", channel=at.channel, ts=at.ts, **message)
            except SlackSaidNo as error:
                if error.error not in GONE:
                    raise
            else:
                return None
        channel = await feed_channel(desk, incident.workspace, drill=incident.drill)
        posted = await post_once(desk, carrying, channel, message)
    except SlackSaidNo as error:
        raise because(effect.label, error) from error
    return AnnouncementShown(channel=posted["channel"], ts=posted["ts"])


async def post_to_feed(desk: Desk, effect: f.PostToFeed, carrying: Carrying) -> Command | None:
    """Tell those who follow the announcement, in its thread."""
    incident = the_incident(carrying)
    if incident.private:
        return None
    if incident.announcement is None:
        if "ShowAnnouncement" in incident.failures:
            raise GiveUp("There is no announcement to reply to.", quiet=True)
        raise NotYet(carrying.now + timedelta(seconds=2))
    recorded = await desk.database.read(
        lambda c: streams.read_one(c, effect.stream, effect.version)
    )
    message = recorded and feed_post(incident, recorded, desk.process)
    if not message:
        return None
    at = incident.announcement
    try:
        await post_once(desk, carrying, at.channel, {**message, "thread_ts": at.ts})
    except SlackSaidNo as error:
        raise because(effect.label, error) from error
    return None


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
        channel = await _found_or_made(desk, name.removeprefix("#"))
        await desk.workspaces.record(workspace, FeedFound(channel=channel, drill=drill))
        return channel


async def _known_feed(desk: Desk, workspace: str, *, drill: bool) -> str | None:
    return (await desk.workspaces.current(workspace)).feed_for(drill=drill)


async def _found_or_made(desk: Desk, name: str) -> str:
    try:
        answer = await desk.calls.call("conversations.create", name=name, is_private=False)
    except SlackSaidNo as error:
        if error.error != "name_taken":
            raise
    else:
        return str(answer["channel"]["id"])
    found = await _named(desk, name)
    if found is None:
        raise GiveUp(
            f"#{name} exists, but Muster cannot see it: invite the bot to it, then press Retry."
        )
    await desk.calls.call("conversations.join", channel=found["id"])
    return str(found["id"])


async def _named(desk: Desk, name: str) -> dict[str, Any] | None:
    """No look-up by name exists in Slack; only paging."""
    cursor = ""
    while True:
        page = await desk.calls.call(
            "conversations.list",
            types="public_channel",
            exclude_archived=True,
            limit=999,
            cursor=cursor,
        )
        for channel in page.get("channels", []):
            if channel["name"] == name:
                found: dict[str, Any] = channel
                return found
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
