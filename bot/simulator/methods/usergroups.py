"""usergroups.*: groups of people that can be mentioned at once (contract §1.10)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.model import Json, Usergroup


def listing(call: ApiCall) -> Json:
    """All groups; disabled ones on request."""
    users, number = call.flag("include_users"), call.flag("include_count")
    disabled = call.flag("include_disabled")
    return {
        "usergroups": [
            shapes.usergroup(call.workspace, group, users=users, number=number)
            for group in call.workspace.usergroups.values()
            if disabled or not group.disabled_at
        ]
    }


def _group(call: ApiCall) -> Usergroup:
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None or (group.disabled_at and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return group


def users_list(call: ApiCall) -> Json:
    """The ids of a group's people."""
    return {"users": list(_group(call).users)}


def _check_free(call: ApiCall, name: str, handle: str, *, but: str = "") -> None:
    for group in call.workspace.usergroups.values():
        if group.id == but:
            continue
        if group.name == name:
            raise SlackError("name_already_exists")
        if group.handle == handle:
            raise SlackError("handle_already_exists")


def create(call: ApiCall) -> Json:
    """Make a group without people."""
    workspace = call.workspace
    name = call.text("name")
    handle = call.text("handle") or name.lower().replace(" ", "-")
    _check_free(call, name, handle)
    now = workspace.seconds()
    group = Usergroup(
        id=workspace.mint_id("S"),
        name=name,
        handle=handle,
        users=[],
        created=now,
        updated=now,
        creator=call.bot.user_id,
        description=call.text("description"),
        channels=call.channels("channels"),
    )
    workspace.usergroups[group.id] = group
    return _changed(call, group, "subteam_created")


def update(call: ApiCall) -> Json:
    """Change name, handle, description or channels; what is not given stays."""
    group = _group(call)
    name, handle = call.text("name", group.name), call.text("handle", group.handle)
    _check_free(call, name, handle, but=group.id)
    channels = call.channels("channels") if call.has("channels") else group.channels
    group.name, group.handle, group.channels = name, handle, channels
    group.description = call.text("description", group.description)
    return _changed(call, group, "subteam_updated")


def disable(call: ApiCall) -> Json:
    """Put a group away; its people and its name stay."""
    group = _group(call)
    group.disabled_at = call.workspace.seconds()
    return _changed(call, group, "subteam_updated")


def enable(call: ApiCall) -> Json:
    """Bring a group back."""
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    group.disabled_at = 0
    return _changed(call, group, "subteam_updated")


def users_update(call: ApiCall) -> Json:
    """Replace a group's people."""
    group, users = _group(call), call.listing("users")
    if not users:
        raise SlackError("no_users_provided")
    if any(each not in call.workspace.users for each in users):
        raise SlackError("invalid_users")
    before, group.users = group.users, list(dict.fromkeys(users))
    added = [each for each in group.users if each not in before]
    removed = [each for each in before if each not in group.users]
    call.workspace.happened(
        {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": call.workspace.team.id,
            "date_previous_update": group.updated,
            "date_update": call.workspace.seconds(),
            "added_users": added,
            "removed_users": removed,
            "added_users_count": str(len(added)),
            "removed_users_count": str(len(removed)),
            "event_ts": call.workspace.mint_event_ts(),
        }
    )
    return _changed(call, group, "subteam_updated")


def _changed(call: ApiCall, group: Usergroup, event: str) -> Json:
    group.updated = call.workspace.seconds()
    shape = shapes.usergroup(call.workspace, group, users=True, number=True)
    call.workspace.changed("usergroup")
    call.workspace.happened(
        {"type": event, "subteam": shape, "event_ts": call.workspace.mint_event_ts()}
    )
    return {"usergroup": shape}


READ, WRITE = ("usergroups:read",), ("usergroups:write",)
GROUP = ("usergroup",)
METHODS = (
    Method(name="usergroups.list", answer=listing, scopes=READ, tier=2),
    Method(name="usergroups.users.list", answer=users_list, scopes=READ, required=GROUP, tier=2),
    Method(name="usergroups.create", answer=create, scopes=WRITE, required=("name",), tier=2),
    Method(name="usergroups.update", answer=update, scopes=WRITE, required=GROUP, tier=2),
    Method(name="usergroups.enable", answer=enable, scopes=WRITE, required=GROUP, tier=2),
    Method(name="usergroups.disable", answer=disable, scopes=WRITE, required=GROUP, tier=2),
    Method(
        name="usergroups.users.update", answer=users_update, scopes=WRITE, required=GROUP, tier=2
    ),
)
