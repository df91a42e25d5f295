"""The room itself: made once, filled, named and decorated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain import effects as f
from bot.domain import owing
from bot.domain.commands import Command, RoomMade, RoomWasRenamed
from bot.domain.incident import Incident
from bot.domain.values import Place
from bot.engine.carrying import Carrying
from bot.engine.verdicts import GiveUp
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.naming import PROVISIONAL, names_room_of, room_name, topic
from bot.slack.messages.phrases import not_brought_in
from bot.slack.performers.common import still_ours, the_incident, the_room
from bot.storage import queries

_CLOCKS_DIFFER = 60
_SUFFIXES = 20
_INVITED_AT_ONCE = 100


async def create(desk: Desk, effect: f.CreateRoom, carrying: Carrying) -> Command | None:
    """Make the channel, or find the one that an attempt in doubt has made."""
    incident = the_incident(carrying)
    if incident.rooms >= effect.suffix:
        return None
    names = [room_name(incident, suffix) for suffix in range(effect.suffix, _SUFFIXES)]
    if carrying.doubt:
        found = await find_made(desk, incident, carrying.first_attempt_at)
        if found:
            carrying.trace.several = len(found) > 1
            return _made(carrying, found[0])
    for name in names:
        still_ours(carrying)
        carrying.trace.sent = True
        try:
            answer = await desk.calls.call(
                "conversations.create", name=name, is_private=incident.private
            )
        except SlackSaidNo as error:
            if error.error == "name_taken":
                continue
            raise
        return _made(carrying, answer["channel"])
    raise GiveUp(f"The room: all names like {names[0]} are taken in this workspace.")


def _made(carrying: Carrying, channel: dict[str, Any]) -> RoomMade:
    carrying.trace.landed = Place(channel=channel["id"])
    return RoomMade(channel=channel["id"], name=channel["name"])


async def find_made(desk: Desk, incident: Incident, attempted: datetime) -> list[dict[str, Any]]:
    """Look among the bot's own channels for those that it made since, and that nobody owns.

    They are known by the incident's number: the title may have changed since. The earliest is
    first.
    """
    since = int(attempted.timestamp()) - _CLOCKS_DIFFER
    own = desk.calls.listed(
        "users.conversations",
        "channels",
        types="public_channel,private_channel",
        exclude_archived=True,
        limit=999,
    )
    found = [
        channel
        async for channel in own
        if channel.get("creator") == desk.me.user
        and names_room_of(incident, channel["name"])
        and int(channel.get("created") or 0) >= since
        and await unowned(desk, channel["id"])
    ]
    return sorted(found, key=lambda channel: int(channel.get("created") or 0))


async def unowned(desk: Desk, channel: str) -> bool:
    """Whether a channel is no incident's room."""
    owner = await desk.database.read(lambda c: queries.stream_of_room(c, channel))
    return owner is None


async def invite_declarer(
    desk: Desk, effect: f.InviteDeclarer, carrying: Carrying
) -> Command | None:
    """Bring the declarer in, before anything is decorated."""
    room = the_room(carrying)
    if not owing.wanted(the_incident(carrying), effect.user):
        return None
    try:
        await desk.calls.call("conversations.invite", channel=room.channel, users=effect.user)
    except SlackSaidNo as error:
        if error.error not in _FINE:
            raise
    return None


_FINE = frozenset({"already_in_channel", "cant_invite_self"})


async def invite_responders(
    desk: Desk, effect: f.InviteResponders, carrying: Carrying
) -> Command | None:
    """Bring people and groups in; one bad id does not keep the others out.

    Somebody of a group may have left a private room, or have been taken out of it, before.
    """
    room = the_room(carrying)
    users = owing.wanted(the_incident(carrying), *await expanded(desk, effect.who))
    refused = await bring_in(desk, room.channel, users)
    if refused:
        raise GiveUp(f"{not_brought_in(refused)} Everybody else was invited.")
    return None


async def bring_in(desk: Desk, channel: str, users: Sequence[str]) -> dict[str, str]:
    """Invite these people and return whom Slack refused, with its word for why.

    Raises:
        Verdict: Slack did not answer; asking again brings in who is not there yet.
    """
    refused: dict[str, str] = {}
    for start in range(0, len(users), _INVITED_AT_ONCE):
        refused |= await _invite(desk, channel, users[start : start + _INVITED_AT_ONCE])
    return refused


async def _invite(desk: Desk, channel: str, users: Sequence[str]) -> dict[str, str]:
    """Invite with `force`, so that one bad id does not keep the others out.

    Whether a partial refusal is an `ok: true` or not, it lists each person under `errors`.
    """
    try:
        answer = await desk.calls.call(
            "conversations.invite", channel=channel, users=",".join(users), force=True
        )
        everybody = ""
    except SlackSaidNo as error:
        answer, everybody = error.data, error.error
    refused = {
        e["user"]: e.get("error") or everybody for e in answer.get("errors") or () if e.get("user")
    }
    if everybody and not refused:
        refused = dict.fromkeys(users, everybody)
    return {user: why for user, why in refused.items() if why not in _FINE}


async def expanded(desk: Desk, who: tuple[str, ...]) -> list[str]:
    """Replace user groups by their members, once each; the bot itself is in already."""
    users: dict[str, None] = {}
    for one in who:
        if one.startswith("S"):
            try:
                answer = await desk.calls.call("usergroups.users.list", usergroup=one)
            except SlackSaidNo:
                continue
            users |= dict.fromkeys(answer["users"])
        else:
            users[one] = None
    users.pop(desk.me.user, None)
    return list(users)


async def show_topic(desk: Desk, effect: f.ShowTopic, carrying: Carrying) -> Command | None:
    """Say severity, status and commander in the topic; no times, so that waiting edits nothing."""
    room = the_room(carrying)
    incident = the_incident(carrying)
    text = topic(incident, desk.process, await _commander_name(desk, incident))
    if (carrying.doubt or effect.again) and await topic_of(desk, room.channel) == text:
        return None  # the room is told of each setting, so it is not set twice
    await desk.calls.call("conversations.setTopic", channel=room.channel, topic=text)
    return None


async def topic_of(desk: Desk, channel: str) -> str:
    """Return the topic that stands in a room now."""
    answer = await desk.calls.call("conversations.info", channel=channel)
    return str((answer["channel"].get("topic") or {}).get("value") or "")


async def _commander_name(desk: Desk, incident: Incident) -> str | None:
    """A topic shows plain text: mentions are not resolved there."""
    if incident.commander is None:
        return None
    person = await desk.people.person(incident.workspace, incident.commander)
    return person.name if person else None


async def rename(desk: Desk, _effect: f.RenameRoom, carrying: Carrying) -> Command | None:
    """Give a room that began provisionally the incident's name; what people named it, it keeps."""
    room, incident = the_room(carrying), the_incident(carrying)
    answer = await desk.calls.call("conversations.info", channel=room.channel)
    if not str(answer["channel"]["name"]).startswith(PROVISIONAL):
        return RoomWasRenamed(name=str(answer["channel"]["name"]))
    for suffix in range(incident.rooms, _SUFFIXES):
        name = await _renamed(desk, room.channel, room_name(incident, suffix))
        if name is not None:
            return RoomWasRenamed(name=name)
    raise GiveUp(f"The room's name: all names like {room_name(incident)} are taken.")


async def _renamed(desk: Desk, channel: str, name: str) -> str | None:
    """Return the name as Slack took it; None where another channel has it."""
    try:
        answer = await desk.calls.call("conversations.rename", channel=channel, name=name)
    except SlackSaidNo as error:
        if error.error == "name_taken":
            return None
        raise
    return str(answer["channel"]["name"])


async def add_bookmark(desk: Desk, _effect: f.AddBookmark, carrying: Carrying) -> Command | None:
    """Bookmark the incident's page, where a link that is the same for everybody opens it."""
    room = the_room(carrying)
    link = desk.common_link(the_incident(carrying))
    if not link:
        return None
    if carrying.doubt:
        found = await find_bookmarks(desk, room.channel, link)
        if found:
            carrying.trace.several = len(found) > 1
            carrying.trace.landed = Place(channel=room.channel, item=found[0])
            return None
    still_ours(carrying)
    carrying.trace.sent = True
    answer = await desk.calls.call(
        "bookmarks.add", channel_id=room.channel, title="Incident page", type="link", link=link
    )
    carrying.trace.landed = Place(channel=room.channel, item=answer["bookmark"]["id"])
    return None


async def find_bookmarks(desk: Desk, channel: str, link: str) -> list[str]:
    """Return the ids of the bookmarks with this link, the earliest first."""
    known = await desk.calls.call("bookmarks.list", channel_id=channel)
    found = [mark for mark in known["bookmarks"] if mark.get("link") == link]
    found.sort(key=lambda mark: int(mark.get("date_created") or 0))
    return [str(mark["id"]) for mark in found]
