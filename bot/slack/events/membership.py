"""Who comes into a room and who leaves it; the bot itself being taken out is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.commands import EffectGivenUp, EffectWorked, PersonEntered, PersonLeft
from bot.domain.effects import ShowCard
from bot.domain.values import MUSTER, Actor
from bot.slack.desk import Desk
from bot.slack.events.observing import Observation, observed, room_of
from bot.slack.moments import a_moment

Raw = Mapping[str, Any]

_KEEPING = ShowCard.__name__
"""What the bot cannot do any more outside of the room: the failure that people are told of."""


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Somebody is in a channel now, or is not any more."""

    user: str
    channel: str
    at: str
    here: bool
    unasked: bool = False
    """Slack names whoever brought them in; it names nobody where they came by themselves."""


def parse(event: Raw) -> Membership:
    """Read a person's coming or going."""
    return Membership(
        user=str(event["user"]),
        channel=str(event["channel"]),
        at=str(event["event_ts"]),
        here=event["type"] == "member_joined_channel",
        unasked=not event.get("inviter"),
    )


async def take(desk: Desk, workspace: str, event: Raw) -> None:
    """Keep who is in a room."""
    await _keep(desk, workspace, parse(event))


async def take_removal(desk: Desk, workspace: str, event: Raw) -> None:
    """Note that the bot is out of a channel; these events name nobody else."""
    gone = Membership(
        user=desk.me.user, channel=str(event["channel"]), at=str(event["event_ts"]), here=False
    )
    await _keep(desk, workspace, gone)


async def _keep(desk: Desk, workspace: str, membership: Membership) -> None:
    if membership.user == desk.me.user:
        await _keep_self(desk, workspace, membership)
        return
    incident = await room_of(desk, membership.channel)
    if incident is None or await is_bot(desk, workspace, membership.user):
        return
    entered = PersonEntered(user=membership.user, unasked=membership.unasked)
    left = PersonLeft(user=membership.user)
    await observed(
        desk,
        Observation(
            workspace=workspace,
            stream=incident.stream,
            command=entered if membership.here else left,
            actor=Actor(user=membership.user),
            room=membership.channel,
            about=f"member:{membership.channel}:{membership.user}:",
            at=membership.at,
        ),
    )


async def _keep_self(desk: Desk, workspace: str, membership: Membership) -> None:
    """Note that the bot was taken out of a room, or was brought back."""
    incident = await room_of(desk, membership.channel)
    if incident is None or (incident.room and incident.room.archived):
        return
    back = EffectWorked(effect=_KEEPING)
    await observed(
        desk,
        Observation(
            workspace=workspace,
            stream=incident.stream,
            command=back if membership.here else taken_out(membership.channel),
            actor=MUSTER,
            room=membership.channel,
            about=f"member:{membership.channel}:{membership.user}:",
            at=membership.at,
        ),
    )


async def is_bot(desk: Desk, workspace: str, user: str) -> bool:
    """Whether this is another app: one that joins is no sign that somebody is at work."""
    try:
        async with a_moment():
            person = await desk.people.person(workspace, user)
    except TimeoutError:
        return False
    return person is not None and person.bot


def taken_out(channel: str) -> EffectGivenUp:
    """Return what people are told when the bot is not in its room any more."""
    return EffectGivenUp(
        effect=_KEEPING,
        why=f"Muster was taken out of <#{channel}> and cannot keep its card and its timeline any "
        "more. Invite it back, then press Retry.",
    )
