"""Putting a message of a room on the timeline, or taking one mark back.

A mark needs to know who said it and when; the text is read from the log when a document is made.
What the log does not hold is fetched, as far as Slack answers quickly: the mark itself does not
depend on it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from bot.domain.commands import MarkMessage, UnmarkMessage
from bot.domain.values import moment_of
from bot.engine.verdicts import Verdict
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.observing import Observation, observed
from bot.slack.events.reading import said
from bot.slack.moments import a_moment
from bot.storage import messages
from bot.storage.messages import Said

log = structlog.get_logger(__name__)

How = Literal["reaction", "pin"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Somebody's mark on a message; `author` is whose message it is.

    `at` is when the mark was set or taken back, empty where it is only seen that it is so.
    """

    workspace: str
    stream: str
    channel: str
    ts: str
    how: How
    user: str
    at: str = ""
    author: str = ""
    permalink: str = ""

    @property
    def about(self) -> str:
        """What a later one overrides: a person's reaction, but anybody's pin."""
        who = self.user if self.how == "reaction" else ""
        return f"mark:{self.how}:{self.channel}:{self.ts}:{who}:"


async def mark(desk: Desk, wanted: Mark) -> None:
    """Put a message on the timeline."""
    message, permalink = await asyncio.gather(
        message_of(desk, wanted.workspace, wanted.channel, wanted.ts), _permalink(desk, wanted)
    )
    command = MarkMessage(
        channel=wanted.channel,
        ts=wanted.ts,
        how=wanted.how,
        said_by=message.user if message and message.user else wanted.author,
        said_at=moment_of(wanted.ts),
        permalink=permalink or _address(desk, wanted, message),
    )
    await observed(
        desk,
        Observation(
            workspace=wanted.workspace,
            stream=wanted.stream,
            command=command,
            actor=await desk.people.actor(wanted.workspace, wanted.user),
            about=wanted.about,
            at=wanted.at,
        ),
    )


async def unmark(desk: Desk, wanted: Mark) -> None:
    """Take a mark back."""
    await observed(
        desk,
        Observation(
            workspace=wanted.workspace,
            stream=wanted.stream,
            command=UnmarkMessage(channel=wanted.channel, ts=wanted.ts, how=wanted.how),
            actor=await desk.people.actor(wanted.workspace, wanted.user),
            about=wanted.about,
            at=wanted.at,
        ),
    )


async def message_of(desk: Desk, workspace: str, channel: str, ts: str) -> Said | None:
    """Return a message from the log; one that is missing is fetched and logged."""
    known = await desk.database.read(lambda c: messages.one(c, channel, ts))
    if known is not None:
        return known
    raw = await _fetched(desk, channel, ts)
    found = said(raw, workspace, channel) if raw is not None else None
    if found is not None:
        await desk.message_log.keep(found)
    return found


async def _fetched(desk: Desk, channel: str, ts: str) -> Mapping[str, Any] | None:
    """Fetch a message; a reply stands in its thread's history only."""
    where: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
    try:
        async with a_moment():
            for method, more in (
                ("conversations.history", {"limit": 1}),
                ("conversations.replies", {"ts": ts, "limit": 10}),
            ):
                answer = await desk.calls.call(method, **where, **more)
                for raw in answer["messages"]:
                    if raw["ts"] == ts:
                        found: Mapping[str, Any] = raw
                        return found
    except (SlackSaidNo, Verdict, TimeoutError) as fault:
        log.info("message.not_fetched", channel=channel, ts=ts, why=repr(fault))
    return None


async def _permalink(desk: Desk, wanted: Mark) -> str:
    if wanted.permalink:
        return wanted.permalink
    try:
        async with a_moment():
            answer = await desk.calls.call(
                "chat.getPermalink", channel=wanted.channel, message_ts=wanted.ts
            )
            return str(answer["permalink"])
    except (SlackSaidNo, Verdict, TimeoutError):
        return ""


def _address(desk: Desk, wanted: Mark, message: Said | None) -> str:
    """Return the message's address by Slack's known pattern, for when Slack does not say."""
    link = f"{desk.me.url}archives/{wanted.channel}/p{wanted.ts.replace('.', '')}"
    if message is not None and message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={wanted.channel}"
    return link
