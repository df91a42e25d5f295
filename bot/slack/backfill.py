"""What happened in a room while the bot was away, read from Slack's history, as far as it tells.

Read again is what was said since the room was last seen to be complete, and a little before: there,
edits, deletions, reactions and threads are brought up to date as well. Members, pins and the room's
own name and state are compared with what is known. What history does not tell, such as a reaction
taken back from an older message, stays as it was.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.domain.commands import (
    Command,
    HistoryWasRead,
    PersonEntered,
    PersonLeft,
    RoomWasArchived,
    RoomWasRenamed,
    RoomWasUnarchived,
    TakeBackFollowup,
)
from bot.domain.incident import Incident
from bot.domain.values import MUSTER, Actor, MessageRef
from bot.engine.verdicts import Doubt, NotYet, RetryAt, Verdict
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.marking import How, Mark, mark, unmark
from bot.slack.events.membership import is_bot, taken_out
from bot.slack.events.observing import moment, observed
from bot.slack.events.reactions import follow_up
from bot.slack.events.reading import is_own, is_tombstone, said
from bot.storage import messages, queries
from bot.storage.database import Connection
from bot.storage.messages import Said

log = structlog.get_logger(__name__)

Raw = Mapping[str, Any]

LOOK_BACK = timedelta(hours=1)
"""How far before the last complete reading edits, deletions and reactions are looked for."""
_PAGE = 200
_MOST_THREADS = 50
_TRIES = 30
_LONGEST_WAIT = 60.0
_OUT_OF_REACH = frozenset({"channel_not_found", "not_in_channel"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """A room that is read."""

    channel: str
    stream: str
    workspace: str


@dataclass(kw_only=True)
class History:
    """What Slack tells of a room: messages by ts, and how many of them are pinned."""

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
        """Every message that was read, threads included."""
        return {**self.replies, **self.top}.values()


async def backfill(desk: Desk, *, thorough: bool = True) -> frozenset[str]:
    """Read what was missed in the rooms of open incidents, the gravest first.

    `thorough` compares members, pins and the room itself too, as after a long absence. Returns the
    rooms that could not be read.
    """
    rooms = await desk.database.read(queries.open_rooms)
    unread = set()
    for channel, stream, workspace in rooms:
        place = Place(channel=channel, stream=stream, workspace=workspace)
        try:
            await _catch_up(desk, place, thorough=thorough)
        except (SlackSaidNo, Verdict) as fault:
            log.warning("room.not_read", channel=channel, why=repr(fault))
            unread.add(channel)
    return frozenset(unread)


async def _catch_up(desk: Desk, place: Place, *, thorough: bool) -> None:
    incident = await desk.dispatcher.current(place.stream)
    if incident is None or incident.room is None or incident.room.channel != place.channel:
        return
    if thorough and not await _compare_room(desk, place, incident):
        return
    history = await _read(desk, place)
    fresh = await _log(desk, place, history)
    await _compare_reactions(desk, place, incident, history)
    if thorough:
        await _compare_pins(desk, place, incident, history)
        await _compare_members(desk, place, incident)
    await desk.message_log.read_to(place.channel, history.newest)
    if fresh:
        await _say_so(desk, place, fresh)


# ── The room itself ─────────────────────────────────────────────────────────────────────────────


async def _compare_room(desk: Desk, place: Place, incident: Incident) -> bool:
    """Follow what was done to the room; says whether it can be read."""
    try:
        answer = await _call(desk, "conversations.info", channel=place.channel)
    except SlackSaidNo as error:
        if error.error in _OUT_OF_REACH:
            await _tell(desk, place, taken_out(place.channel))
            return False
        raise
    room = answer["channel"]
    await _tell(desk, place, RoomWasRenamed(name=str(room["name"])))
    if room.get("is_archived"):
        await _tell(desk, place, RoomWasArchived())
        return False
    if incident.room and incident.room.archived:
        await _tell(desk, place, RoomWasUnarchived())
    if not room.get("is_member", True):
        await _tell(desk, place, taken_out(place.channel))
        return False
    return True


async def _compare_members(desk: Desk, place: Place, incident: Incident) -> None:
    here = {
        str(user)
        async for page in _pages(desk, "conversations.members", channel=place.channel)
        for user in page["members"]
    } - {desk.me.user}
    for user in sorted(here - incident.members):
        if await is_bot(desk, place.workspace, user):
            continue
        await _tell(desk, place, PersonEntered(user=user), Actor(user=user))
    for user in sorted(incident.members - here):
        await _tell(desk, place, PersonLeft(user=user), Actor(user=user))


# ── What was said ───────────────────────────────────────────────────────────────────────────────


async def _read(desk: Desk, place: Place) -> History:
    """Read the room since it was last complete, and the threads that went on since."""

    def work(connection: Connection) -> tuple[str, list[str]]:
        oldest = _before(messages.seen_to(connection, place.channel))
        threads = messages.threads_since(connection, place.channel, oldest, _MOST_THREADS)
        return oldest, threads

    oldest, threads = await desk.database.read(work)
    history = History(oldest=oldest)
    where = {"channel": place.channel, "oldest": oldest}
    async for page in _pages(desk, "conversations.history", **where):
        history.pins = int(page.get("pin_count") or 0)
        history.top |= {str(raw["ts"]): raw for raw in page["messages"]}
    going_on = [
        ts for ts, raw in history.top.items() if str(raw.get("latest_reply") or "") > oldest
    ]
    for ts in dict.fromkeys([*going_on, *threads]):
        await _read_thread(desk, place, history, ts)
    return history


async def _read_thread(desk: Desk, place: Place, history: History, ts: str) -> None:
    where = {"channel": place.channel, "ts": ts, "oldest": history.oldest}
    try:
        async for page in _pages(desk, "conversations.replies", **where):
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


async def _log(desk: Desk, place: Place, history: History) -> list[Said]:
    """Bring the log up to date; returns what is new in it."""
    told = [
        message
        for raw in history.all()
        if (is_tombstone(raw) or not is_own(raw, desk.me))
        and (message := said(raw, place.workspace, place.channel)) is not None
    ]

    def work(connection: Connection) -> tuple[dict[str, Said], list[Said]]:
        known = messages.some(connection, place.channel, (one.ts for one in told))
        return known, messages.of_room(connection, place.channel, after=history.oldest)

    known, logged = await desk.database.read(work)
    gone = [_deleted(one) for one in logged if _is_gone(one, history)]
    await desk.message_log.keep(*told, *gone)
    return sorted(
        (one for one in told if one.ts not in known and not one.deleted), key=lambda one: one.ts
    )


def _is_gone(logged: Said, history: History) -> bool:
    """It stood where Slack was asked, and Slack does not know it any more."""
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


# ── What was marked ─────────────────────────────────────────────────────────────────────────────


async def _compare_reactions(
    desk: Desk, place: Place, incident: Incident, history: History
) -> None:
    speaking = desk.process.reactions
    for raw in history.all():
        users, complete = _reacted(raw, speaking.timeline, desk.me.user)
        marked = _marked_by(incident, place, str(raw["ts"]), "reaction")
        for user in sorted(users - marked):
            await mark(desk, _mark(place, raw, "reaction", user))
        for user in sorted(marked - users) if complete else ():
            await unmark(desk, _mark(place, raw, "reaction", user))
        await _compare_followups(desk, place, incident, raw)


async def _compare_followups(desk: Desk, place: Place, incident: Incident, raw: Raw) -> None:
    users, complete = _reacted(raw, desk.process.reactions.followup, desk.me.user)
    source = MessageRef(channel=place.channel, ts=str(raw["ts"]))
    made = next((each for each in incident.followups if each.source == source), None)
    if made is None and users:
        message = said(raw, place.workspace, place.channel)
        if message is not None:
            await follow_up(desk, place.stream, message, min(users))
    elif made is not None and complete and made.added_by not in users:
        await _tell(desk, place, TakeBackFollowup(source=source), Actor(user=made.added_by))


def _reacted(raw: Raw, name: str, myself: str) -> tuple[frozenset[str], bool]:
    """Who set this reaction, and whether Slack named all of them."""
    users: set[str] = set()
    count = 0
    for reaction in raw.get("reactions") or ():
        if str(reaction["name"]).partition("::")[0] == name:
            users |= set(reaction.get("users") or ())
            count += int(reaction.get("count") or 0)
    return frozenset(users - {myself}), len(users) >= count


async def _compare_pins(desk: Desk, place: Place, incident: Incident, history: History) -> None:
    """The card is pinned by the bot itself; only where there is more, Slack is asked which."""
    marked = {
        ref.ts
        for ref in incident.marks
        if ref.channel == place.channel and _marked_by(incident, place, ref.ts, "pin")
    }
    if history.pins <= 1 and not marked:
        return
    answer = await _call(desk, "pins.list", channel=place.channel)
    pinned = {
        str(item["message"]["ts"]): item
        for item in answer.get("items") or ()
        if item.get("type") == "message" and item.get("created_by") != desk.me.user
    }
    for ts in sorted(pinned.keys() - marked):
        by = str(pinned[ts].get("created_by") or "")
        await mark(desk, _mark(place, pinned[ts]["message"], "pin", by))
    for ts in sorted(marked - pinned.keys()):
        await unmark(desk, _mark(place, {"ts": ts}, "pin", MUSTER.user))


def _marked_by(incident: Incident, place: Place, ts: str, way: How) -> frozenset[str]:
    found = incident.marks.get(MessageRef(channel=place.channel, ts=ts))
    return frozenset(user for user, how in found.by if how == way) if found else frozenset()


def _mark(place: Place, raw: Raw, how: How, user: str) -> Mark:
    return Mark(
        workspace=place.workspace,
        stream=place.stream,
        channel=place.channel,
        ts=str(raw["ts"]),
        how=how,
        user=user,
        author=str(raw.get("user") or raw.get("bot_id") or ""),
        permalink=str(raw.get("permalink") or ""),
    )


# ── Telling ─────────────────────────────────────────────────────────────────────────────────────


async def _tell(desk: Desk, place: Place, command: Command, actor: Actor = MUSTER) -> None:
    await observed(
        desk, workspace=place.workspace, stream=place.stream, command=command, actor=actor
    )


async def _say_so(desk: Desk, place: Place, fresh: list[Said]) -> None:
    """The gap goes on the record, and the room is told in one line.

    Since when, is Slack's word. Replicas that come back together read the same: one says so.
    """
    now = desk.clock.now()
    log.info("room.caught_up", channel=place.channel, messages=len(fresh))
    await observed(
        desk,
        workspace=place.workspace,
        stream=place.stream,
        command=HistoryWasRead(messages=len(fresh), since=moment(fresh[0].ts) or now),
        actor=MUSTER,
        about=f"history:{place.channel}:",
        at=fresh[-1].ts,
        happened_at=now,
    )


async def _pages(desk: Desk, method: str, **where: Any) -> AsyncIterator[Raw]:
    cursor: str | None = None
    while True:
        page = await _call(desk, method, cursor=cursor, limit=_PAGE, **where)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return


async def _call(desk: Desk, method: str, **arguments: Any) -> Raw:
    """Read from Slack; waits as long as Slack says, since nobody waits for this."""
    for left in range(_TRIES, 0, -1):
        try:
            return await desk.calls.call(method, **arguments)
        except (RetryAt, Doubt, NotYet) as verdict:
            if left == 1:
                raise
            seconds = (verdict.at - desk.clock.now()).total_seconds()
            await asyncio.sleep(min(max(seconds, 0.1), _LONGEST_WAIT))
    raise AssertionError
