"""The room itself and who is in it, compared with what is known."""

from bot.domain.commands import (
    PersonEntered,
    PersonLeft,
    RoomWasArchived,
    RoomWasMadePrivate,
    RoomWasRenamed,
    RoomWasUnarchived,
)
from bot.domain.incident import Incident
from bot.domain.values import Actor
from bot.slack.backfill.patience import RoomRead, call, pages, tell
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.membership import is_bot, taken_out

_OUT_OF_REACH = frozenset({"channel_not_found", "not_in_channel"})


async def compare_room(desk: Desk, place: RoomRead, incident: Incident) -> bool:
    """Follow what was done to the room; says whether it can be read."""
    try:
        answer = await call(desk, "conversations.info", channel=place.channel)
    except SlackSaidNo as error:
        if error.error in _OUT_OF_REACH:
            await tell(desk, place, taken_out(place.channel))
            return False
        raise
    room = answer["channel"]
    await tell(desk, place, RoomWasRenamed(name=str(room["name"])))
    if room.get("is_private"):
        await tell(desk, place, RoomWasMadePrivate())
    if room.get("is_archived"):
        await tell(desk, place, RoomWasArchived())
        return False
    if incident.room and incident.room.archived:
        await tell(desk, place, RoomWasUnarchived())
    if room.get("is_member") is False:
        await tell(desk, place, taken_out(place.channel))
        return False
    return True


async def compare_members(desk: Desk, place: RoomRead, incident: Incident) -> None:
    """Follow who came and who left."""
    here = {
        str(user)
        async for page in pages(desk, "conversations.members", channel=place.channel)
        for user in page["members"]
    } - {desk.me.user}
    for user in sorted(here - incident.members):
        if await is_bot(desk, place.workspace, user):
            continue
        await tell(desk, place, PersonEntered(user=user), Actor(user=user))
    for user in sorted(incident.members - here):
        await tell(desk, place, PersonLeft(user=user), Actor(user=user))
