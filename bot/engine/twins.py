"""Twins: what stands in Slack twice, since a call reached it after somebody else had done the work.

A replica that sleeps past its lease, a request that a network held back, a process that dies while
its call is under way: each can bring about in Slack what was looked for, not found, and done by
another meanwhile. Nothing can prevent it, so it is found and taken away (`ClearTwins`), in three
ways: whoever comes back and has lost its lane owes it; whoever took over looks again a little
later; and a message that Slack tells of is compared with where its effect is known to stand.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.effects import ClearTwins
from bot.domain.values import Origin, Place
from bot.engine.carrying import Carried
from bot.engine.verdicts import Doubt, ForNewer, GiveUp, NotYet, RetryAt
from bot.storage import outbox
from bot.storage.database import Connection, Database
from bot.storage.outbox import Owing

log = structlog.get_logger(__name__)

AT_ONCE = timedelta()
SOON = timedelta(seconds=10)
"""How long after a doubt to look again: a call takes no longer than eight seconds."""
LATER = timedelta(seconds=35)
"""How long after a lane was taken over to look once more: whoever had it may have slept for longer.
What lands right behind the first look is gone within thirty seconds all the same."""
_MANY = 2
"""After more attempts than this, an earlier call may still be under way."""


def looks(one: Carried, *, ours: bool) -> list[tuple[ClearTwins, timedelta]]:
    """Return what is owed to clear what this effect may have left twice, and after which time.

    `ours` says whether the lane was still held when it came back.
    """
    effect, trace = one.claimed.effect, one.trace
    if isinstance(effect, ClearTwins) or not (effect.twin or (effect.once and effect.methods)):
        return []
    clear = ClearTwins(stream=effect.stream, effect_id=one.claimed.effect_id)
    if not ours:
        return _after_losing(one, clear)
    if isinstance(one.verdict, RetryAt | NotYet | ForNewer | Doubt):
        return []
    if one.claimed.taken_over:
        return [(clear, SOON), (clear, LATER)]
    if trace.several:
        return [(clear, AT_ONCE)]
    may_land = trace.sent or _is_to_be_gone(one) or one.claimed.attempts > _MANY
    return [(clear, SOON)] if one.claimed.doubt and may_land and effect.twin else []


def _is_to_be_gone(one: Carried) -> bool:
    """Whether it is a message that is to stand nowhere, as what was made private."""
    landed = one.trace.landed
    return one.claimed.effect.twin == "message" and landed is not None and not landed.item


def _after_losing(one: Carried, clear: ClearTwins) -> list[tuple[ClearTwins, timedelta]]:
    """Return the same where somebody else has the lane while this call may have had its effect."""
    if one.trace.sent and one.trace.landed is not None:
        known = replace(clear, place=str(one.trace.landed))
        return [(known, AT_ONCE)]
    match one.verdict:
        case RetryAt() | NotYet() | ForNewer() | GiveUp():
            return [(clear, SOON)] if one.trace.sent else []
        case Doubt():
            return [(clear, SOON)]
        case _:
            return [(clear, AT_ONCE)]


async def sighted(database: Database, effect_id: str, place: Place, now: datetime) -> bool:
    """Owe the removal of a message that bears this effect's id, if its effect stands elsewhere.

    Returns whether that is so. While the effect is still open it cannot be told: whoever settles it
    in doubt looks again.
    """

    def look(connection: Connection) -> list[Owing]:
        fate = outbox.fate(connection, effect_id)
        if fate is None or fate.open or fate.landed is None or fate.effect is None:
            return []
        if fate.landed.same(place):
            return []
        clear = ClearTwins(stream=fate.effect.stream, effect_id=effect_id, place=str(place))
        origin = Origin(
            workspace=fate.workspace, cause=f"sighted:{effect_id}", correlation=fate.correlation
        )
        return outbox.owing([clear], origin, now)

    owing = await database.read(look)
    if owing:
        log.warning("twin.sighted", effect_id=effect_id, channel=place.channel)
        await database.write(lambda connection: outbox.owe(connection, owing, now))
    return bool(owing)
