"""Handing what was observed in Slack to the rules.

An observation is known again by what it is about and when it happened, whichever event_id it comes
under.
"""

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


async def observed(
    desk: Desk,
    *,
    workspace: str,
    stream: str,
    command: Command,
    actor: Actor,
    room: str = "",
    about: str = "",
    at: str = "",
    happened_at: datetime | None = None,
) -> None:
    """Carry out what was observed; what the rules do not take is nobody's fault.

    `at` is the ts at which it happened, which tells earlier from later; where it is empty, the
    present was looked at, and nothing later can be known. `room` is where it was seen, if it
    concerns nothing but the incident's present room. `happened_at` is for what took place at
    another time than what tells it from others.

    Raises:
        DatabaseAway: nothing was recorded.
        NotUnderstood: a newer version has to decide it. It is not acknowledged, so that Slack
            delivers it again, to another replica or to this one when it has been upgraded.
    """
    now = desk.clock.now()
    order = Order(
        workspace=workspace,
        stream=stream,
        command=command,
        actor=actor,
        cause=f"slack:{about}{at}" if at else "slack:history",
        happened_at=happened_at or _happened(now, at),
        can_wait=True,
        room=room,
    )
    try:
        if at:
            await observe(desk.database, desk.dispatcher, order, about=about, at=at, now=now)
        else:
            await desk.dispatcher.deliver(order)
    except NotUnderstood:
        raise
    except Refused as refusal:
        log.info("observation.refused", what=type(command).__name__, why=type(refusal).__name__)


def _happened(now: datetime, ts: str) -> datetime | None:
    then = moment_of(ts)
    return then if then is not None and now - then > _LATE else None
