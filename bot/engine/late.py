"""What landed late: calls that reach Slack when somebody else has done their work already.

A replica that sleeps past its lease, a request that a network held back, a process that dies while
its call is under way: each can bring about in Slack what was looked for, not found, and done by
another meanwhile. Nothing can prevent it, so it is found and taken away (`ClearTwins`), in three
ways: whoever comes back and has lost its lane owes it; whoever took over looks again a little
later; and a message that Slack tells of is compared with where its effect is known to stand.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.effects import ClearTwins
from bot.engine.carrying import Carried
from bot.engine.verdicts import Doubt, ForNewer, GiveUp, NotYet, RetryAt
from bot.storage import outbox
from bot.storage.database import Connection, Database
from bot.storage.outbox import Owing

log = structlog.get_logger(__name__)

AT_ONCE = timedelta()
SOON = timedelta(seconds=10)
"""When it is looked again after a doubt: a call takes no longer than eight seconds."""
LATER = timedelta(seconds=35)
"""And once more after a lane was taken over: whoever had it may be asleep for longer. What lands
right behind the first look, unseen, is gone within thirty seconds all the same."""
_MANY = 2
"""Attempts after which more than one call may still be under way."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in Slack: a channel, or a message or bookmark (`item`) of it.

    `thread` is the ts of the message that it replies to.
    """

    channel: str
    item: str = ""
    thread: str = ""

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read what `str` gave."""
        channel, item, thread = (*text.split(":"), "", "")[:3]
        return cls(channel=channel, item=item, thread=thread)

    def __str__(self) -> str:
        """Return it as it is stored."""
        return f"{self.channel}:{self.item}:{self.thread}".rstrip(":")

    def same(self, other: "Place") -> bool:
        """Whether both are the same thing."""
        return (self.channel, self.item) == (other.channel, other.item)


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
    doubted = one.claimed.doubt and (trace.sent or one.claimed.attempts > _MANY)
    return [(clear, SOON)] if doubted and effect.twin else []


def _after_losing(one: Carried, clear: ClearTwins) -> list[tuple[ClearTwins, timedelta]]:
    """Somebody else has it, while this call may have had its effect, or is known to have."""
    if one.trace.sent and one.trace.landed is not None:
        known = ClearTwins(stream=clear.stream, effect_id=clear.effect_id, place=one.trace.landed)
        return [(known, AT_ONCE)]
    match one.verdict:
        case RetryAt() | NotYet() | ForNewer() | GiveUp():
            return [(clear, SOON)] if one.trace.sent else []
        case Doubt():
            return [(clear, SOON)]
        case _:
            return [(clear, AT_ONCE)]


async def sighted(database: Database, effect_id: str, place: Place, now: datetime) -> bool:
    """A message bears this effect's id: where that stands elsewhere, this one is a twin.

    Says whether it is. While the effect is still open nothing can be said: whoever settles it in
    doubt looks again.
    """

    def look(connection: Connection) -> list[Owing]:
        fate = outbox.fate(connection, effect_id)
        if fate is None or fate.open or fate.landed is None or fate.effect is None:
            return []
        if Place.read(fate.landed).same(place):
            return []
        clear = ClearTwins(stream=fate.effect.stream, effect_id=effect_id, place=str(place))
        return outbox.owing(
            [clear],
            workspace=fate.workspace,
            now=now,
            cause=f"sighted:{effect_id}",
            correlation=fate.correlation,
        )

    owing = await database.read(look)
    if owing:
        log.warning("twin.sighted", effect_id=effect_id, channel=place.channel)
        await database.write(lambda connection: outbox.owe(connection, owing, now))
    return bool(owing)
