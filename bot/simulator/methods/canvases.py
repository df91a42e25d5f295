"""canvases.* and conversations.canvases.create: documents of the workspace (contract §1.12)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import canvases
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.methods.common import inside
from bot.simulator.model import Canvas, Channel, Json

KINDS = frozenset({"h1", "h2", "h3", "any_header"})


def _canvas(call: ApiCall, level: str = "write") -> Canvas:
    """The canvas meant; one that the app may not read does not exist for it."""
    canvas, user = call.workspace.canvases.get(call.text("canvas_id")), call.bot.user_id
    if canvas is None or not canvases.may(call.workspace, canvas, user, "read"):
        raise SlackError("canvas_not_found")
    if canvas.deleted:
        raise SlackError("canvas_deleted" if level == "read" else "canvas_not_found")
    if not canvases.may(call.workspace, canvas, user, level):
        raise SlackError("restricted_action")
    return canvas


def _markdown(call: ApiCall) -> str:
    content = call.json("document_content")
    if content is None:
        return ""
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise invalid_arguments("must be markdown [json-pointer:/document_content/type]")
    if not isinstance(content.get("markdown"), str):
        raise invalid_arguments("must be a string [json-pointer:/document_content/markdown]")
    return str(content["markdown"])


def _create(call: ApiCall, room: Channel | None) -> Json:
    canvas = canvases.create(
        call.workspace,
        title=call.text("title"),
        markdown=_markdown(call),
        user=call.bot.user_id,
        channel=room,
    )
    return {"canvas_id": canvas.id}


def create(call: ApiCall) -> Json:
    """Make a canvas; with a channel it becomes the channel's own."""
    return create_in_channel(call) if call.text("channel_id") else _create(call, None)


def create_in_channel(call: ApiCall) -> Json:
    """Make the channel's own canvas."""
    return _create(call, inside(call, call.channel("channel_id")))


def edit(call: ApiCall) -> Json:
    """Change a canvas; one change at a time."""
    canvas, changes = _canvas(call), call.json("changes")
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise invalid_arguments("must provide one change [json-pointer:/changes]")
    canvases.edit(call.workspace, canvas, changes[0], user=call.bot.user_id)
    return {}


def lookup(call: ApiCall) -> Json:
    """Find the sections of a kind, or with a text in them."""
    canvas, criteria = _canvas(call, "read"), call.json("criteria")
    if not isinstance(criteria, dict):
        raise invalid_arguments("must provide an object [json-pointer:/criteria]")
    kinds, text = criteria.get("section_types") or [], criteria.get("contains_text") or ""
    known = isinstance(kinds, list) and all(isinstance(k, str) and k in KINDS for k in kinds)
    if not known or not isinstance(text, str) or not (kinds or text):
        raise invalid_arguments("must hold section_types or contains_text [json-pointer:/criteria]")
    return {"sections": [{"id": each.id} for each in canvases.sections(canvas, kinds, text)]}


def delete(call: ApiCall) -> Json:
    """Take a canvas away."""
    canvases.delete(call.workspace, _canvas(call, "owner"))
    return {}


def _entities(call: ApiCall) -> list[str]:
    people = call.listing("user_ids")
    if bool(call.listing("channel_ids")) is bool(people):
        raise SlackError("invalid_parameters")
    rooms = call.channels("channel_ids")
    if any(each not in call.workspace.users for each in people):
        raise SlackError("user_not_found")
    return rooms or people


def access_set(call: ApiCall) -> Json:
    """Let channels or people read, write or own a canvas."""
    canvas, entities, level = _canvas(call), _entities(call), call.text("access_level")
    if level not in canvases.LEVELS:
        raise invalid_arguments("must be one of: read, write, owner [json-pointer:/access_level]")
    if level == "owner" and call.has("channel_ids"):
        raise SlackError("invalid_parameters")
    canvas.access.update(dict.fromkeys(entities, level))
    call.workspace.changed("canvas", channel=canvas.channel)
    return {}


def access_delete(call: ApiCall) -> Json:
    """Take that away again."""
    canvas = _canvas(call)
    for each in _entities(call):
        canvas.access.pop(each, None)
    call.workspace.changed("canvas", channel=canvas.channel)
    return {}


READ, WRITE = ("canvases:read",), ("canvases:write",)
ID = ("canvas_id",)
METHODS = (
    Method(name="canvases.create", answer=create, scopes=WRITE, tier=2),
    Method(
        name="conversations.canvases.create",
        answer=create_in_channel,
        scopes=WRITE,
        required=("channel_id",),
        tier=2,
    ),
    Method(name="canvases.edit", answer=edit, scopes=WRITE, required=(*ID, "changes")),
    Method(name="canvases.delete", answer=delete, scopes=WRITE, required=ID),
    Method(name="canvases.sections.lookup", answer=lookup, scopes=READ, required=(*ID, "criteria")),
    Method(
        name="canvases.access.set",
        answer=access_set,
        scopes=WRITE,
        required=(*ID, "access_level"),
    ),
    Method(name="canvases.access.delete", answer=access_delete, scopes=WRITE, required=ID),
)
