"""Marks compared with what is known: reactions on what was read again, and the room's pins."""

from collections.abc import Mapping
from typing import Any

from bot.domain.commands import TakeBackFollowup
from bot.domain.incident import Incident
from bot.domain.values import MUSTER, Actor, MessageRef
from bot.slack.backfill.history import History
from bot.slack.backfill.patience import RoomRead, call, tell
from bot.slack.desk import Desk
from bot.slack.events.marking import How, Mark, mark, unmark
from bot.slack.events.reactions import follow_up
from bot.slack.events.reading import said

Raw = Mapping[str, Any]


async def compare_reactions(
    desk: Desk, place: RoomRead, incident: Incident, history: History
) -> None:
    """Set and take back what reactions on these messages say now."""
    speaking = desk.process.reactions
    for raw in history.all():
        users, complete = _reacted(raw, speaking.timeline, desk.me.user)
        marked = _marked_by(incident, place, str(raw["ts"]), "reaction")
        for user in sorted(users - marked):
            await mark(desk, _mark(place, raw, "reaction", user))
        for user in sorted(marked - users) if complete else ():
            await unmark(desk, _mark(place, raw, "reaction", user))
        await _compare_followups(desk, place, incident, raw)


async def _compare_followups(desk: Desk, place: RoomRead, incident: Incident, raw: Raw) -> None:
    users, complete = _reacted(raw, desk.process.reactions.followup, desk.me.user)
    source = MessageRef(channel=place.channel, ts=str(raw["ts"]))
    made = next((each for each in incident.followups if each.source == source), None)
    if made is None and users:
        message = said(raw, place.workspace, place.channel)
        if message is not None:
            await follow_up(desk, place.stream, message, min(users))
    elif made is not None and complete and made.added_by not in users:
        await tell(desk, place, TakeBackFollowup(source=source), Actor(user=made.added_by))


def _reacted(raw: Raw, name: str, myself: str) -> tuple[frozenset[str], bool]:
    """Who set this reaction, and whether Slack named all of them."""
    users: set[str] = set()
    count = 0
    for reaction in raw.get("reactions") or ():
        if str(reaction["name"]).partition("::")[0] == name:
            users |= set(reaction.get("users") or ())
            count += int(reaction.get("count") or 0)
    return frozenset(users - {myself}), len(users) >= count


async def compare_pins(desk: Desk, place: RoomRead, incident: Incident, history: History) -> None:
    """Compare pins; the bot pins the card itself, so Slack is asked only where there are more."""
    marked = {
        ref.ts
        for ref in incident.marks
        if ref.channel == place.channel and _marked_by(incident, place, ref.ts, "pin")
    }
    if history.pins <= 1 and not marked:
        return
    answer = await call(desk, "pins.list", channel=place.channel)
    pinned = {
        str(item["message"]["ts"]): item
        for item in answer["items"]
        if item.get("type") == "message" and item.get("created_by") != desk.me.user
    }
    for ts in sorted(pinned.keys() - marked):
        by = str(pinned[ts].get("created_by") or "")
        await mark(desk, _mark(place, pinned[ts]["message"], "pin", by))
    for ts in sorted(marked - pinned.keys()):
        await unmark(desk, _mark(place, {"ts": ts}, "pin", MUSTER.user))


def _marked_by(incident: Incident, place: RoomRead, ts: str, way: How) -> frozenset[str]:
    found = incident.marks.get(MessageRef(channel=place.channel, ts=ts))
    return frozenset(user for user, how in found.by if how == way) if found else frozenset()


def _mark(place: RoomRead, raw: Raw, how: How, user: str) -> Mark:
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
