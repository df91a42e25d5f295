"""What an incident that was made private leaves in public is taken back."""

from typing import Any

from bot.domain import effects as f
from bot.domain.commands import Command, PublicRoomWasLeft
from bot.engine.carrying import Carrying
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.reading import NOTICES, is_own
from bot.slack.performers.room import topic_of

_GONE = frozenset({"message_not_found", "thread_not_found", "channel_not_found"})
_LEFT = frozenset({"already_archived", "is_archived", "channel_not_found", "not_in_channel"})


async def take_down(
    desk: Desk,
    effect: f.TakeDownAnnouncement,
    carrying: Carrying,  # noqa: ARG001 - the courier's
) -> Command | None:
    """Delete announcement and replies, also where the bot was taken out of a public feed."""
    try:
        await _delete_with_thread(desk, effect.channel, effect.ts)
    except SlackSaidNo as error:
        if error.error != "not_in_channel":
            raise
        await desk.calls.call("conversations.join", channel=effect.channel)
        await _delete_with_thread(desk, effect.channel, effect.ts)
    return None


async def leave(
    desk: Desk,
    effect: f.LeavePublicRoom,
    carrying: Carrying,  # noqa: ARG001 - the courier's
) -> Command | None:
    """Delete all that the bot said in the former room, then archive it; again and again if need be.

    Each attempt goes on where the one before stopped, since what is deleted is not found again.
    """
    room = effect.channel
    try:
        async for said in desk.calls.listed(
            "conversations.history", "messages", channel=room, limit=200
        ):
            if said.get("reply_count"):
                await _delete_thread(desk, room, str(said["ts"]))
            if _is_ours(desk, said):
                await _delete(desk, room, str(said["ts"]))
        if await topic_of(desk, room):  # the room is told of each setting
            await desk.calls.call("conversations.setTopic", channel=room, topic="")
        await desk.calls.call("conversations.archive", channel=room)
    except SlackSaidNo as error:
        if error.error not in _LEFT:
            raise
    return PublicRoomWasLeft(channel=room)


async def _delete_with_thread(desk: Desk, channel: str, ts: str) -> None:
    """Its replies first: without it they would still stand there."""
    await _delete_thread(desk, channel, ts)
    await _delete(desk, channel, ts)


async def _delete_thread(desk: Desk, channel: str, ts: str) -> None:
    try:
        async for reply in desk.calls.listed(
            "conversations.replies", "messages", channel=channel, ts=ts, limit=200
        ):
            if reply["ts"] != ts and _is_ours(desk, reply):
                await _delete(desk, channel, str(reply["ts"]))
    except SlackSaidNo as error:
        if error.error not in _GONE:
            raise


def _is_ours(desk: Desk, said: dict[str, Any]) -> bool:
    return is_own(said, desk.me) and said.get("subtype") not in NOTICES


async def _delete(desk: Desk, channel: str, ts: str) -> None:
    try:
        await desk.calls.call("chat.delete", channel=channel, ts=ts)
    except SlackSaidNo as error:
        if error.error not in _GONE:
            raise
