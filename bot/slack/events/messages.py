"""Messages: what is said in rooms goes to the log; posts of the bot that vanish are owed anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.commands import PostVanished
from bot.domain.incident import Incident
from bot.domain.values import MUSTER, MessageRef
from bot.slack.desk import Desk
from bot.slack.events import rooms, sightings
from bot.slack.events.changing import keep_changes
from bot.slack.events.observing import Observation, observed
from bot.slack.events.reading import is_own, is_tombstone, said
from bot.storage import queries
from bot.storage.messages import Said
from bot.storage.selves import Self

Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody said something, or `changed` what they had said."""

    said: Said
    changed: bool = False


@dataclass(frozen=True, kw_only=True)
class Vanished:
    """A message was deleted; `own` is None where Slack does not say whose it was."""

    said: Said
    own: bool | None


def parse(event: Raw, workspace: str, me: Self) -> Told | Vanished | None:
    """Read a message event; None for what does not concern the log."""
    channel = str(event.get("channel") or "")
    if event.get("channel_type") in {"im", "mpim"} or channel.startswith("D"):
        return None
    match event.get("subtype"):
        case "message_deleted":
            return _deleted(event, workspace, channel, me)
        case "message_changed":
            return _changed(event, workspace, channel, me)
        case _:
            message = said(event, workspace, channel)
            if message is None or is_own(event, me) or event.get("hidden"):
                return None
            return Told(said=message)


def _deleted(event: Raw, workspace: str, channel: str, me: Self) -> Vanished | None:
    ts = str(event.get("deleted_ts") or "")
    if not ts:
        return None
    previous = event.get("previous_message") or {}
    thread_ts = previous.get("thread_ts")
    return Vanished(
        said=Said(
            workspace=workspace,
            channel=channel,
            ts=ts,
            as_of=str(event["ts"]),
            user=str(previous.get("user") or previous.get("bot_id") or ""),
            thread_ts=str(thread_ts) if thread_ts and thread_ts != ts else None,
            deleted=True,
        ),
        own=is_own(previous, me) if previous else None,
    )


def _changed(event: Raw, workspace: str, channel: str, me: Self) -> Told | Vanished | None:
    raw = event.get("message") or {}
    previous = event.get("previous_message") or {}
    newer = is_tombstone(raw) or _newly_edited(raw, previous)
    message = said(raw, workspace, channel, as_of=str(event["ts"]) if newer else None)
    if message is None:
        return None
    if is_tombstone(raw):
        return Vanished(said=message, own=is_own(previous, me) if previous else None)
    return None if is_own(raw, me) else Told(said=message, changed=True)


def _newly_edited(raw: Raw, previous: Raw) -> bool:
    """Whether somebody wrote something else.

    Slack says "changed" of counters, previews and metadata too: then the words are as old as they
    were, and words that were erased since stay erased.
    """
    edited = (raw.get("edited") or {}).get("ts")
    return bool(edited and previous) and edited != (previous.get("edited") or {}).get("ts")


async def take(desk: Desk, workspace: str, event: Raw) -> None:
    """Log what was said in a room; from other channels nothing is read but the bot's own words."""
    await sightings.look(desk, event)
    if event.get("subtype") == "channel_convert_to_private":
        await rooms.take_privacy(desk, workspace, event)
        return
    match parse(event, workspace, desk.me):
        case Told(said=message, changed=changed):
            stream = await desk.message_log.stream_of(message.channel)
            if stream is not None and changed:
                await keep_changes(desk, stream, [message])
            elif stream is not None:
                await desk.message_log.keep(message)
        case Vanished() as vanished:
            await _vanished(desk, vanished)
        case None:
            return


async def _vanished(desk: Desk, vanished: Vanished) -> None:
    message = vanished.said
    stream = await desk.message_log.stream_of(message.channel)
    if stream is not None and not vanished.own:
        await keep_changes(desk, stream, [message])
    if vanished.own is False:
        return
    incident = await _keeper(desk, stream, message)
    if incident is not None:
        await observed(
            desk,
            Observation(
                workspace=message.workspace,
                stream=incident.stream,
                command=PostVanished(channel=message.channel, ts=message.ts),
                actor=MUSTER,
                about=f"vanished:{message.channel}:{message.ts}:",
                at=message.as_of,
            ),
        )


async def _keeper(desk: Desk, stream: str | None, message: Said) -> Incident | None:
    """Return the incident that keeps this message in place: as its card or its announcement."""
    place = MessageRef(channel=message.channel, ts=message.ts)
    if stream is not None:
        incident = await desk.dispatcher.current(stream)
        return incident if incident and incident.card == place else None
    announced = await desk.database.read(
        lambda c: queries.stream_of_announcement(c, message.channel, message.ts)
    )
    return None if announced is None else await desk.dispatcher.current(announced)
