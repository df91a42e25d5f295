"""Reads Slack's history of a room since it was last complete, and compares the log with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.slack.answers import is_odd
from bot.slack.backfill.patience import RoomRead, pages
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.reading import is_own, is_tombstone, said
from bot.storage import messages
from bot.storage.database import Connection
from bot.storage.messages import Said

log = structlog.get_logger(__name__)

Raw = Mapping[str, Any]

LOOK_BACK = timedelta(hours=1)
"""How far before the last complete reading edits, deletions and reactions are looked for."""
_MOST_THREADS = 50


@dataclass(kw_only=True)
class History:
    """What Slack tells of a room: messages by ts, and how many of them are pinned.

    It was complete up to `seen_to`, and is read again from `oldest` on.
    """

    seen_to: str
    oldest: str
    top: dict[str, Raw] = field(default_factory=dict)
    replies: dict[str, Raw] = field(default_factory=dict)
    threads: set[str] = field(default_factory=set)
    pins: int = 0

    @property
    def newest(self) -> str:
        """Up to where it was read."""
        return max((*self.top, *self.replies), default=self.oldest)

    def all(self) -> Iterable[Raw]:
        """Every message that could be read, threads included."""
        return [raw for raw in self._there() if not is_odd(raw)]

    def odd(self) -> list[str]:
        """The ts of what is there and cannot be read: it is neither new nor gone."""
        return [str(raw["ts"]) for raw in self._there() if is_odd(raw)]

    def _there(self) -> Iterable[Raw]:
        return {**self.replies, **self.top}.values()


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What Slack tells, with what it does not tell any more, and what of it is new to the log.

    `odd` is the ts of what came since the room was complete and cannot be read.
    """

    words: list[Said]
    fresh: list[Said]
    odd: list[str]


async def read(desk: Desk, place: RoomRead, *, thorough: bool = True) -> History:
    """Read the room since it was last complete, and the threads that went on since.

    Unless it is thorough, a thread of which every reply is known is not read again. Below what
    cannot be read there may be one.
    """

    def work(connection: Connection) -> tuple[str, str, list[str], list[Said]]:
        seen_to = messages.seen_to(connection, place.channel)
        oldest = _before(seen_to)
        threads = messages.threads_since(connection, place.channel, oldest, _MOST_THREADS)
        logged = [] if thorough else messages.of_room(connection, place.channel, after=oldest)
        return seen_to, oldest, threads, logged

    seen_to, oldest, threads, logged = await desk.database.read(work)
    history = History(seen_to=seen_to, oldest=oldest)
    where = {"channel": place.channel, "oldest": oldest, "apart": True}
    async for page in pages(desk, "conversations.history", **where):
        history.pins = int(page.get("pin_count") or 0)
        history.top |= {str(raw["ts"]): raw for raw in page["messages"]}
    going_on = [
        ts
        for ts, raw in history.top.items()
        if is_odd(raw) or str(raw.get("latest_reply") or "") > oldest
    ]
    for ts in dict.fromkeys([*going_on, *threads]):
        if thorough or not _all_known(history.top.get(ts, {}), logged, desk.me.user):
            await _read_thread(desk, place, history, ts)
    if odd := history.odd():
        log.warning("room.odd_messages", channel=place.channel, ts=odd)
    return history


def _all_known(parent: Raw, logged: Iterable[Said], myself: str) -> bool:
    """Whether as many replies are in the log as Slack counts, the latest among them.

    What the bot itself says is not in the log, and a thread in which it is alone tells nothing.
    """
    if parent.get("reply_users") == [myself]:
        return True
    ts, latest = parent.get("ts"), parent.get("latest_reply")
    replies = {one.ts for one in logged if one.thread_ts == ts and not one.deleted}
    return latest in replies and len(replies) == parent.get("reply_count")


async def _read_thread(desk: Desk, place: RoomRead, history: History, ts: str) -> None:
    where = {"channel": place.channel, "ts": ts, "oldest": history.oldest, "apart": True}
    try:
        async for page in pages(desk, "conversations.replies", **where):
            for raw in page["messages"]:
                if raw["ts"] != ts:
                    history.replies[str(raw["ts"])] = raw
    except SlackSaidNo as error:
        if error.error != "thread_not_found":
            raise
    history.threads.add(ts)


def _before(seen_to: str) -> str:
    seconds, _, rest = seen_to.partition(".")
    earlier = max(0, int(seconds) - int(LOOK_BACK.total_seconds()))
    return f"{earlier:010d}.{rest or '000000'}"


async def compare(desk: Desk, place: RoomRead, history: History) -> Compared:
    """Return what the log does not say as Slack does."""
    told = [
        message
        for raw in history.all()
        if (is_tombstone(raw) or not is_own(raw, desk.me))
        and (message := said(raw, place.workspace, place.channel)) is not None
    ]
    odd = [ts for ts in history.odd() if ts > history.seen_to]

    def work(connection: Connection) -> tuple[dict[str, Said], list[Said]]:
        known = messages.some(connection, place.channel, (*(one.ts for one in told), *odd))
        return known, messages.of_room(connection, place.channel, after=history.oldest)

    known, logged = await desk.database.read(work)
    gone = [_deleted(one) for one in logged if _is_gone(one, history)]
    fresh = (one for one in told if one.ts not in known and not one.deleted)
    return Compared(
        words=[*told, *gone],
        fresh=sorted(fresh, key=lambda one: one.ts),
        odd=[ts for ts in odd if ts not in known],
    )


def _is_gone(logged: Said, history: History) -> bool:
    """Whether it lies within what was read, and Slack did not return it."""
    if logged.deleted or logged.ts > history.newest or logged.ts in history.top:
        return False
    if logged.thread_ts is None:
        return True
    return logged.thread_ts in history.threads and logged.ts not in history.replies


def _deleted(logged: Said) -> Said:
    return Said(
        workspace=logged.workspace,
        channel=logged.channel,
        ts=logged.ts,
        as_of=logged.as_of,
        user=logged.user,
        thread_ts=logged.thread_ts,
        deleted=True,
    )
