"""conversations.*: members of a channel, joining and leaving (contract §1.6)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import rooms
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import inside, need_for, no_dm, page
from bot.simulator.model import Channel, Json

MOST_INVITED = 100


def invite(call: ApiCall) -> Json:
    """Invite people: all of them or nobody, unless `force` skips invalid ids."""
    room = call.channel()
    _need_invites(call, room)
    inside(call, no_dm(room))
    if room.is_archived:
        raise SlackError("is_archived")
    users = list(dict.fromkeys(call.listing("users")))
    if not users:
        raise SlackError("no_user")
    if len(users) > MOST_INVITED:
        raise SlackError("too_many_users")
    hindrances = {each: _hindrance(call, room, each) for each in users}
    errors = [
        {"user": each, "ok": False, "error": error} for each, error in hindrances.items() if error
    ]
    if errors and not call.flag("force"):
        raise SlackError(str(errors[0]["error"]), errors=errors)
    for each, error in hindrances.items():
        if not error:
            rooms.join(call.workspace, room, each, inviter=call.bot.user_id)
    if errors:
        raise SlackError(str(errors[0]["error"]), errors=errors)
    return {"channel": rooms.as_slack(call.workspace, room)}


def _need_invites(call: ApiCall, room: Channel) -> None:
    if room.is_private:
        call.need("groups:write", "groups:write.invites")
    else:
        call.need("channels:manage", "channels:write.invites")


def _hindrance(call: ApiCall, room: Channel, user_id: str) -> str:
    """Why that person cannot be invited, or an empty text."""
    person = call.workspace.users.get(user_id)
    if person is None:
        return "user_not_found"
    if user_id == call.bot.user_id:
        return "cant_invite_self"
    if room.is_member(user_id):
        return "already_in_channel"
    if person.deleted or person.id == "USLACKBOT":
        return "cant_invite"
    if person.is_stranger and not room.is_shared:
        return "no_external_invite_permission"
    if person.is_ultra_restricted:
        return "ura_max_channels"
    return ""


def kick(call: ApiCall) -> Json:
    """Remove somebody."""
    room = call.channel()
    need_for(call, room, "write")
    inside(call, no_dm(room))
    person = call.user()
    if person.id == call.bot.user_id:
        raise SlackError("cant_kick_self")
    if room.is_general:
        raise SlackError("cant_kick_from_general")
    if not room.is_member(person.id):
        raise SlackError("not_in_channel")
    rooms.leave(call.workspace, room, person.id)
    return {"errors": {}}


def join(call: ApiCall) -> Json:
    """Become a member of a public channel."""
    call.need("channels:join")
    room = call.channel()
    if room.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")
    if room.is_member(call.bot.user_id):
        call.warnings.append("already_in_channel")
    else:
        rooms.join(call.workspace, room, call.bot.user_id)
    return {"channel": rooms.as_slack(call.workspace, room)}


def leave(call: ApiCall) -> Json:
    """Leave a channel."""
    room = call.channel()
    need_for(call, room, "write")
    no_dm(room)
    if not room.is_member(call.bot.user_id):
        return {"not_in_channel": True}
    if room.is_archived:
        raise SlackError("is_archived")
    if room.is_general:
        raise SlackError("cant_leave_general")
    if len(room.members) == 1:
        raise SlackError("last_member")
    rooms.leave(call.workspace, room, call.bot.user_id)
    return {}


def members(call: ApiCall) -> Json:
    """The ids of the members."""
    room = call.channel()
    need_for(call, room, "read")
    some, metadata = page(call, list(room.members), default=100, most=999)
    return {"members": list(some), "response_metadata": metadata}


CHANNEL = ("channel",)
METHODS = (
    Method(name="conversations.invite", answer=invite, required=CHANNEL),
    Method(name="conversations.kick", answer=kick, required=("channel", "user")),
    Method(name="conversations.join", answer=join, required=CHANNEL),
    Method(name="conversations.leave", answer=leave, required=CHANNEL),
    Method(name="conversations.members", answer=members, required=CHANNEL, tier=4),
)
