"""Handing what was observed in Slack to the rules.

An observation is known again by what it is about and when it happened, whichever event_id it comes
under.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.refusals import NotUnderstood, Refused
from bot.domain.values import Actor, moment_of
from bot.engine.observing import observe
from bot.engine.orders import Order
from bot.slack.desk import Desk

log = structlog.get_logger(__name__)

_LATE = timedelta(seconds=30)
"""From here on a delivery is late, and happened when Slack says; nearer, clocks may differ."""


async def room_of(desk: Desk, channel: str) -> Incident | None:
    """Return the incident whose present room a channel is; an earlier room is no room any more."""
    stream = await desk.message_log.stream_of(channel)
    incident = await desk.dispatcher.current(stream) if stream else None
    if incident is None or incident.room is None or incident.room.channel != channel:
        return None
    return incident


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What was seen in Slack, as a command for the rules.

    `about` and `at` tell it from every other: what it concerns, and the ts at which it happened.
    Where `at` is empty the present was looked at, and nothing later can be known. `happened_at` is
    for what took place at another time than `at`. `room` is where it was seen, if it concerns
    nothing but the incident's present room.
    """

    workspace: str
    stream: str
    command: Command
    actor: Actor
    room: str = ""
    about: str = ""
    at: str = ""
    happened_at: datetime | None = None


async def observed(desk: Desk, seen: Observation) -> None:
    """Carry out what was observed; what the rules do not take is nobody's fault.

    Raises:
        DatabaseAway: nothing was recorded.
        NotUnderstood: a newer version has to decide it. It is not acknowledged, so that Slack
            delivers it again, to another replica or to this one when it has been upgraded.
    """
    now = desk.clock.now()
    order = Order(
        workspace=seen.workspace,
        stream=seen.stream,
        command=seen.command,
        actor=seen.actor,
        cause=f"slack:{seen.about}{seen.at}" if seen.at else "slack:history",
        happened_at=seen.happened_at or _happened(now, seen.at),
        can_wait=True,
        room=seen.room,
    )
    try:
        if seen.at:
            await observe(
                desk.database, desk.dispatcher, order, about=seen.about, at=seen.at, now=now
            )
        else:
            await desk.dispatcher.deliver(order)
    except NotUnderstood:
        raise
    except Refused as refusal:
        what, why = type(seen.command).__name__, type(refusal).__name__
        log.info("observation.refused", what=what, why=why)


def _happened(now: datetime, ts: str) -> datetime | None:
    then = moment_of(ts)
    return then if then is not None and now - then > _LATE else None
