"""Carrying out what was observed in Slack: once, and not behind something later about the same.

Slack delivers twice, late and out of order, over several sockets. Each observation names what it is
about and when it happened; both together are its identity, whichever event_id it came under.
"""

from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.refusals import Refused
from bot.domain.values import Actor
from bot.engine.dispatcher import Order
from bot.slack.desk import Desk
from bot.storage import messages

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
    about: str = "",
    at: str = "",
    happened: str = "",
) -> bool:
    """Carry out what was observed; says whether the rules took it.

    `at` is the ts that tells earlier from later, and, unless `happened` says otherwise, when; where
    it is empty, the present was looked at, and nothing later can be known.

    Raises:
        DatabaseAway: nothing was recorded.
    """
    if at:
        overtaken = await desk.database.read(
            lambda c: messages.later_happening(c, workspace, about, at)
        )
        if overtaken:
            return False
    order = Order(
        workspace=workspace,
        stream=stream,
        command=command,
        actor=actor,
        identity=f"{about}{at}" if at else None,
        cause=f"slack:{about}{at}" if at else "slack:history",
        happened_at=_happened(desk.clock.now(), happened or at),
    )
    try:
        await desk.dispatcher.deliver(order)
    except Refused as refusal:
        log.info("observation.refused", what=type(command).__name__, why=type(refusal).__name__)
        return False
    return True


def moment(ts: str) -> datetime | None:
    """Return the time that a ts of Slack names."""
    seconds, _, rest = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    micros = int(rest.ljust(6, "0")[:6]) if rest.isascii() and rest.isdigit() else 0
    return datetime.fromtimestamp(int(seconds), tz=UTC) + timedelta(microseconds=micros)


def _happened(now: datetime, ts: str) -> datetime | None:
    then = moment(ts)
    return then if then is not None and now - then > _LATE else None
