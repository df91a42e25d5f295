"""users.*: people and the channels they are in (contract §1.10)."""

from bot.simulator import shapes
from bot.simulator.api import LARGEST_LIMIT, ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import page
from bot.simulator.methods.conversations import type_of, wanted_types
from bot.simulator.model import Json, User


def _shape(call: ApiCall, person: User) -> Json:
    with_email = "users:read.email" in call.workspace.scopes
    return shapes.user(call.workspace, person, with_email=with_email)


def info(call: ApiCall) -> Json:
    """Describe a person."""
    shape = _shape(call, call.user())
    return {"user": {**shape, "locale": "en-US"} if call.flag("include_locale") else shape}


def profile(call: ApiCall) -> Json:
    """A person's profile by itself, the app's own by default."""
    person = call.user() if call.has("user") else call.workspace.users[call.bot.user_id]
    return {"profile": _shape(call, person)["profile"]}


def listing(call: ApiCall) -> Json:
    """Everybody, deactivated people too; in pages, where there are many."""
    people = list(call.workspace.users.values())
    if len(people) > LARGEST_LIMIT and not call.text("limit"):
        raise SlackError("limit_required")
    some, metadata = page(call, people, default=len(people), most=LARGEST_LIMIT)
    return {
        "members": [_shape(call, each) for each in some],
        "cache_ts": call.workspace.seconds(),
        "response_metadata": metadata,
    }


def lookup_by_email(call: ApiCall) -> Json:
    """Find a person by address."""
    wanted = call.text("email").lower()
    for person in call.workspace.users.values():
        if person.email.lower() == wanted and not person.deleted:
            return {"user": _shape(call, person)}
    raise SlackError("users_not_found")


def conversations(call: ApiCall) -> Json:
    """The channels a person, the app by default, is in."""
    types = wanted_types(call)
    member, bot = call.text("user", call.bot.user_id), call.bot.user_id
    if member not in call.workspace.users:
        raise SlackError("user_not_found")
    no_archived = call.flag("exclude_archived")
    found = [
        room
        for room in call.workspace.channels.values()
        if room.is_member(member)
        and type_of(room) in types
        and room.is_there_for(bot)
        and not (no_archived and room.is_archived)
    ]
    some, metadata = page(call, found, default=100, most=999)
    channels = [shapes.channel(call.workspace, each, viewer=bot) for each in some]
    return {"channels": channels, "response_metadata": metadata}


def presence(call: ApiCall) -> Json:
    """Whether a person is there; here, everybody who was not deactivated is."""
    person = call.user() if call.has("user") else call.workspace.users[call.bot.user_id]
    return {"presence": "away" if person.deleted else "active"}


AT_REST: Json = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}


def dnd(call: ApiCall) -> Json:
    """Whether somebody wants to be left alone: here nobody does."""
    if call.has("user"):
        call.user()
    return {**AT_REST, "snooze_enabled": False}


def dnd_of_several(call: ApiCall) -> Json:
    """The same of several people."""
    known = call.workspace.users
    return {"users": {each: AT_REST for each in call.listing("users") if each in known}}


READ = ("users:read",)
METHODS = (
    Method(name="users.info", answer=info, scopes=READ, required=("user",), tier=4),
    Method(name="users.list", answer=listing, scopes=READ, tier=2),
    Method(
        name="users.lookupByEmail",
        answer=lookup_by_email,
        scopes=("users:read.email",),
        required=("email",),
    ),
    Method(name="users.conversations", answer=conversations),
    Method(name="users.profile.get", answer=profile, scopes=("users.profile:read",), tier=4),
    Method(name="users.getPresence", answer=presence, scopes=READ),
    Method(name="dnd.info", answer=dnd, scopes=("dnd:read",)),
    Method(
        name="dnd.teamInfo",
        answer=dnd_of_several,
        scopes=("dnd:read",),
        required=("users",),
        tier=2,
    ),
)
