"""What happened in a room while the bot was away, read from Slack's history, as far as it tells.

Read again is what was said since the room was last seen to be complete, and a little before: there,
edits, deletions, reactions and threads are brought up to date as well. Members, pins and the room's
own name and state are compared with what is known. What history does not tell, such as a reaction
taken back from an older message, stays as it was.
"""

from collections.abc import Container
from datetime import timedelta

import structlog

from bot.domain.commands import HistoryWasRead
from bot.domain.incident import Incident
from bot.domain.refusals import NotUnderstood
from bot.domain.values import MUSTER, Absence, moment_of
from bot.engine.verdicts import Verdict
from bot.slack.backfill import history, marks, rooms
from bot.slack.backfill.history import Compared
from bot.slack.backfill.patience import RoomRead
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.changing import keep_changes
from bot.slack.events.observing import Observation, observed
from bot.storage import queries

log = structlog.get_logger(__name__)

_UNNOTICED = timedelta(minutes=1)
"""How long a dead connection may go unnoticed."""


async def backfill(
    desk: Desk,
    *,
    thorough: bool = True,
    only: Container[str] | None = None,
    away: Absence | None = None,
) -> frozenset[str]:
    """Read what was missed in the rooms of open incidents, the gravest first.

    `thorough` compares members, pins and the room itself too, and has people looked up again,
    as after a long absence; `only` names the rooms to read; `away` is for how long nothing was
    heard. Returns those that could not be read.
    """
    if thorough and only is None:
        desk.people.doubt()
    listed = await desk.database.read(lambda c: queries.open_rooms(c, desk.process.gravest_first))
    unread = set()
    for channel, stream, workspace in listed:
        if only is not None and channel not in only:
            continue
        place = RoomRead(channel=channel, stream=stream, workspace=workspace)
        try:
            await catch_up(desk, place, thorough=thorough, away=away)
        except (SlackSaidNo, Verdict) as fault:
            log.warning("room.not_read", **_facts(desk, place), why=repr(fault))
            unread.add(channel)
        except NotUnderstood:
            log.info("room.left_to_newer", **_facts(desk, place))
            unread.add(channel)
        except Exception:
            log.exception("room.not_read", **_facts(desk, place))
            unread.add(channel)
    return frozenset(unread)


async def catch_up(
    desk: Desk, place: RoomRead, *, thorough: bool = True, away: Absence | None = None
) -> None:
    """Read what was missed in one room.

    Raises:
        SlackSaidNo: the room cannot be read.
        Verdict: not now.
        NotUnderstood: only a newer version can decide what follows. What was said is in the log,
            but the room does not count as read, so that the newer version reads it again.
    """
    try:
        incident = await _understood(desk, place.stream)
    except NotUnderstood:
        read = await history.read(desk, place, thorough=False)
        await keep_changes(desk, place.stream, (await history.compare(desk, place, read)).words)
        raise
    if incident is None or incident.room is None or incident.room.channel != place.channel:
        return
    if thorough and not await rooms.compare_room(desk, place, incident):
        return
    read = await history.read(desk, place, thorough=thorough)
    compared = await history.compare(desk, place, read)
    if compared.fresh or compared.odd:
        await _say_so(desk, place, compared, away)
    await keep_changes(desk, place.stream, compared.words)
    await marks.compare_reactions(desk, place, incident, read)
    if thorough:
        await marks.compare_pins(desk, place, incident, read)
        await rooms.compare_members(desk, place, incident)
    await desk.message_log.read_to(place.channel, read.newest)


async def _understood(desk: Desk, stream: str) -> Incident | None:
    """Return the incident.

    Raises:
        NotUnderstood: a newer version has changed it.
    """
    incident = await desk.dispatcher.current(stream)
    if incident is not None and incident.holds_unknown:
        raise NotUnderstood
    return incident


async def _say_so(desk: Desk, place: RoomRead, new: Compared, away: Absence | None) -> None:
    """Record the gap, and have the room told in one line.

    This comes before the log has the words: whoever dies in between finds them new the next time,
    and the line said. So a gap is known again by what was said first in it; its line counts what
    there was when it was first read, and not what was said between that and the next try. Of
    replicas that come back together, one says so. The absence is named only if something was said
    during it.
    """
    now = desk.clock.now()
    said = sorted([*(one.ts for one in new.fresh), *new.odd])
    meanwhile = away and any(_in(away, ts) for ts in said)
    counts = {"messages": len(new.fresh), "unreadable": len(new.odd)}
    log.info("room.caught_up", **_facts(desk, place), **counts)
    await observed(
        desk,
        Observation(
            workspace=place.workspace,
            stream=place.stream,
            command=HistoryWasRead(
                **counts,
                since=moment_of(said[0]) or now,
                away=away if meanwhile else None,
            ),
            actor=MUSTER,
            about=f"history:{place.channel}:",
            at=said[0],
            happened_at=now,
        ),
    )


def _facts(desk: Desk, place: RoomRead) -> dict[str, str | None]:
    return {"incident": desk.dispatcher.name_of(place.stream), "channel": place.channel}


def _in(away: Absence, ts: str) -> bool:
    at = moment_of(ts)
    return at is not None and at > away.since - _UNNOTICED
