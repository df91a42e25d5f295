"""conversations.*: creates, lists and describes channels (contract §1.6)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import dms, rooms
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import inside, need_for, no_dm, page
from bot.simulator.model import Channel, Json

TYPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "mpim": "mpim:read",
    "im": "im:read",
}


def type_of(room: Channel) -> str:
    """How `types` names the kind of channel."""
    if room.kind != "channel":
        return room.kind
    return "private_channel" if room.is_private else "public_channel"


def create(call: ApiCall) -> Json:
    """Make a channel; the app is its creator and first member."""
    is_private = call.flag("is_private")
    call.need("groups:write" if is_private else "channels:manage")
    room = rooms.create(
        call.workspace,
        call.text("name"),
        user=call.bot.user_id,
        is_private=is_private,
        allow_twin=call.workspace.ground.habits.twins,
    )
    return {"channel": rooms.as_slack(call.workspace, room)}


def rename(call: ApiCall) -> Json:
    """Rename a channel that the app made."""
    room = call.channel()
    need_for(call, room, "write")
    no_dm(inside(call, room))
    if room.is_archived:
        raise SlackError("is_archived")
    if room.creator != call.bot.user_id:
        raise SlackError("not_authorized")
    rooms.rename(call.workspace, room, call.text("name"), user=call.bot.user_id)
    return {"channel": rooms.as_slack(call.workspace, room)}


def archive(call: ApiCall) -> Json:
    """Close a channel, which ejects the app from it."""
    room = call.channel()
    need_for(call, room, "write")
    no_dm(room)
    if room.is_archived:
        raise SlackError("already_archived")
    if room.is_general:
        raise SlackError("cant_archive_general")
    inside(call, room)
    rooms.archive(call.workspace, room, user=call.bot.user_id)
    return {}


def unarchive(call: ApiCall) -> Json:
    """Bots cannot: archiving ejected them."""
    room = call.channel()
    need_for(call, room, "write")
    no_dm(room)
    if not room.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def _described(call: ApiCall, narrower: str) -> Channel:
    room = call.channel()
    if room.kind != "channel":
        call.need(f"{room.kind}:write", f"{room.kind}:write.{narrower}")
    elif room.is_private:
        call.need("groups:write", f"groups:write.{narrower}")
    else:
        call.need("channels:manage", f"channels:write.{narrower}")
    inside(call, no_dm(room))
    if room.is_archived:
        raise SlackError("is_archived")
    return room


def set_topic(call: ApiCall) -> Json:
    """Set the topic, plain text of at most 250 characters."""
    room = _described(call, "topic")
    rooms.set_topic(call.workspace, room, call.text("topic"), user=call.bot.user_id)
    return {"channel": rooms.as_slack(call.workspace, room)}


def set_purpose(call: ApiCall) -> Json:
    """Set the purpose, plain text of at most 250 characters."""
    room = _described(call, "topic")
    rooms.set_purpose(call.workspace, room, call.text("purpose"), user=call.bot.user_id)
    return {"channel": rooms.as_slack(call.workspace, room)}


def info(call: ApiCall) -> Json:
    """Describe a channel."""
    room = call.channel()
    need_for(call, room, "read")
    members = call.flag("include_num_members")
    shape = shapes.channel(call.workspace, room, viewer=call.bot.user_id, members=members)
    return {"channel": {**shape, "locale": "en-US"} if call.flag("include_locale") else shape}


def wanted_types(call: ApiCall) -> set[str]:
    """The kinds of channel asked for, each with its scope."""
    types = set(call.listing("types") or ["public_channel"])
    if not types <= TYPES.keys():
        raise SlackError("invalid_types")
    for each in sorted(types):
        call.need(TYPES[each])
    return types


def listing(call: ApiCall) -> Json:
    """The channels the app can see; private ones only where it is a member."""
    types, bot = wanted_types(call), call.bot.user_id
    no_archived = call.flag("exclude_archived")
    found = [
        room
        for room in call.workspace.channels.values()
        if type_of(room) in types
        and room.is_there_for(bot)
        and not (no_archived and room.is_archived)
    ]
    some, metadata = page(call, found, default=100, most=999)
    channels = [shapes.channel(call.workspace, each, viewer=bot, members=True) for each in some]
    return {"channels": channels, "response_metadata": metadata}


def open_direct(call: ApiCall) -> Json:
    """Open a DM with one person, or a group DM with up to eight."""
    if call.has("channel"):
        room = call.channel()
        if room.kind == "channel":
            raise SlackError("channel_not_found")  # only a direct message is opened
        return _opened(call, room, known=True)
    users = [each for each in dict.fromkeys(call.listing("users")) if each != call.bot.user_id]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > dms.MOST_OTHERS:
        raise SlackError("too_many_users")
    for each in users:
        person = call.workspace.users.get(each)
        if person is None:
            raise SlackError("user_not_found")
        if person.deleted:
            raise SlackError("user_disabled")
    call.need("im:write" if len(users) == 1 else "mpim:write")
    known = dms.between(call.workspace, [call.bot.user_id, *users])
    if known is None and call.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    room = dms.with_app(call.workspace, *users)
    return _opened(call, room, known=known is not None)


def _opened(call: ApiCall, room: Channel, *, known: bool) -> Json:
    body: Json = {"channel": {"id": room.id}}
    if call.flag("return_im"):
        body["channel"] = rooms.as_slack(call.workspace, room)
    was_open, room.closed = known and not room.closed, False
    return {**body, "no_op": True, "already_open": True} if was_open else body


def close(call: ApiCall) -> Json:
    """Take a DM off the app's list; it stays where it is."""
    room = call.channel()
    if room.kind == "channel":
        raise SlackError("method_not_supported_for_channel_type")
    call.need(f"{room.kind}:write")
    was_closed, room.closed = room.closed, True
    return {"no_op": True, "already_closed": True} if was_closed else {}


def mark(call: ApiCall) -> Json:
    """Move the app's own read mark."""
    room = call.channel()
    need_for(call, room, "write")
    inside(call, room)
    if call.text("ts") not in room.messages:
        raise SlackError("invalid_timestamp")
    room.last_read[call.bot.user_id] = call.text("ts")
    return {}


CHANNEL = ("channel",)
METHODS = (
    Method(name="conversations.create", answer=create, tier=2),
    Method(name="conversations.rename", answer=rename, required=CHANNEL, tier=2),
    Method(name="conversations.archive", answer=archive, required=CHANNEL, tier=2),
    Method(name="conversations.unarchive", answer=unarchive, required=CHANNEL, tier=2),
    Method(name="conversations.setTopic", answer=set_topic, required=CHANNEL, tier=2),
    Method(name="conversations.setPurpose", answer=set_purpose, required=CHANNEL, tier=2),
    Method(name="conversations.info", answer=info, required=CHANNEL),
    Method(name="conversations.list", answer=listing, tier=2),
    Method(name="conversations.open", answer=open_direct),
    Method(name="conversations.close", answer=close, required=CHANNEL, tier=2),
    Method(name="conversations.mark", answer=mark, required=("channel", "ts")),
)
