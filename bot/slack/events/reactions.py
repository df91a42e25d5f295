"""Reactions that speak to the bot: one puts a message on the timeline, one makes a follow-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.commands import AddFollowup, TakeBackFollowup
from bot.domain.values import MessageRef, Text
from bot.slack.asking import Asked
from bot.slack.desk import Desk
from bot.slack.events.marking import Mark, mark, message_of, unmark
from bot.slack.events.observing import Observation, observed
from bot.storage.messages import Said

Raw = Mapping[str, Any]

_LONGEST = 500
"""Characters of a message that make a follow-up; the rest is read where it was said."""


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """Somebody reacted to a message, or took it back."""

    user: str
    name: str
    channel: str
    ts: str
    at: str
    author: str
    added: bool


def parse(event: Raw) -> Reaction | None:
    """Read a reaction to a message; None for other items, and for one that says no place."""
    item = event.get("item") or {}
    if item.get("type") != "message" or not item.get("channel") or not item.get("ts"):
        return None
    return Reaction(
        user=str(event["user"]),
        name=str(event["reaction"]).partition("::")[0],
        channel=str(item["channel"]),
        ts=str(item["ts"]),
        at=str(event["event_ts"]),
        author=str(event.get("item_user") or ""),
        added=event["type"] == "reaction_added",
    )


async def take(desk: Desk, workspace: str, event: Raw) -> None:
    """Do what a reaction in a room says."""
    reaction = parse(event)
    speaking = {desk.process.reactions.timeline, desk.process.reactions.followup}
    if reaction is None or reaction.user == desk.me.user or reaction.name not in speaking:
        return
    stream = await desk.message_log.stream_of(reaction.channel)
    if stream is None:
        return
    if reaction.name == desk.process.reactions.timeline:
        wanted = Mark(
            workspace=workspace,
            stream=stream,
            channel=reaction.channel,
            ts=reaction.ts,
            how="reaction",
            user=reaction.user,
            at=reaction.at,
            author=reaction.author,
        )
        await (mark(desk, wanted) if reaction.added else unmark(desk, wanted))
        return
    if not reaction.added:
        await _take_back(desk, workspace, stream, reaction)
        return
    message = await message_of(desk, workspace, reaction.channel, reaction.ts)
    if message is not None:
        await follow_up(desk, stream, message, reaction.user, at=reaction.at)


async def follow_up(desk: Desk, stream: str, message: Said, user: str, *, at: str = "") -> None:
    """Note a message as work that remains; it makes one follow-up, however many react."""
    actor = await desk.people.actor(message.workspace, user)
    asked = Asked(desk=desk, workspace=message.workspace, actor=actor)
    text = " ".join(asked.readable(message.text).split())
    if not text:
        return
    source = MessageRef(channel=message.channel, ts=message.ts)
    await observed(
        desk,
        Observation(
            workspace=message.workspace,
            stream=stream,
            command=AddFollowup(text=Text(text[:_LONGEST]), source=source),
            actor=actor,
            about=_about(source, user),
            at=at,
        ),
    )


async def _take_back(desk: Desk, workspace: str, stream: str, reaction: Reaction) -> None:
    source = MessageRef(channel=reaction.channel, ts=reaction.ts)
    await observed(
        desk,
        Observation(
            workspace=workspace,
            stream=stream,
            command=TakeBackFollowup(source=source),
            actor=await desk.people.actor(workspace, reaction.user),
            about=_about(source, reaction.user),
            at=reaction.at,
        ),
    )


def _about(source: MessageRef, user: str) -> str:
    return f"followup:{source.channel}:{source.ts}:{user}:"
