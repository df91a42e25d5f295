"""views.*: modals and App Homes (contract §1.8)."""

from collections.abc import Callable

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import views
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.interactions import Trigger
from bot.simulator.model import Json, View


def _trigger(call: ApiCall) -> Trigger:
    wanted = call.text("trigger_id") or call.text("interactivity_pointer")
    if not wanted:
        raise invalid_arguments("missing required field: trigger_id")
    return call.backstage.triggers.spend(wanted)


def _body(call: ApiCall, *, kind: str, other_than: str = "") -> Json:
    body = views.check(call.workspace, call.json("view"), other_than=other_than)
    if body["type"] != kind:
        raise invalid_arguments(f"must be {kind} [json-pointer:/view/type]")
    return body


def _told(call: ApiCall, view: View) -> Json:
    return {"view": shapes.view(call.workspace, view)}


def open_modal(call: ApiCall) -> Json:
    """Open a modal for the person whose trigger it is."""
    return _show(call, views.open_modal)


def push(call: ApiCall) -> Json:
    """Lay a modal over the open one."""
    return _show(call, views.push)


def _show(call: ApiCall, showing: Callable[..., View]) -> Json:
    body = _body(call, kind="modal")
    trigger = _trigger(call)
    view = showing(call.workspace, trigger.user, body, channel=trigger.channel)
    trigger.opened = view.id
    return _told(call, view)


def update(call: ApiCall) -> Json:
    """Change an open view, found by its id or by the app's own."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if view_id and external_id:
        raise invalid_arguments("Cannot provide both `view_id` and `external_id`")
    if not (view_id or external_id):
        raise invalid_arguments("missing required field: view_id")
    view = call.workspace.view(view_id)
    if view is None and external_id:
        view = views.by_external_id(call.workspace, external_id)
    if view is None:
        raise SlackError("not_found")
    _check_hash(call, view)
    views.replace(call.workspace, view, _body(call, kind=view.body["type"], other_than=view.id))
    return _told(call, view)


def publish(call: ApiCall) -> Json:
    """Set somebody's App Home."""
    if not call.app.home_tab:
        raise SlackError("not_enabled")
    user = call.text("user_id")
    if user not in call.workspace.users:
        raise invalid_arguments("invalid user_id")
    known = call.workspace.homes.get(user)
    if known is not None:
        _check_hash(call, known)
    body = _body(call, kind="home", other_than=known.id if known else "")
    return _told(call, views.publish(call.workspace, user, body))


def _check_hash(call: ApiCall, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")


VIEW = ("view",)
METHODS = (
    Method(name="views.open", answer=open_modal, required=VIEW, tier=4),
    Method(name="views.push", answer=push, required=VIEW, tier=4),
    Method(name="views.update", answer=update, required=VIEW, tier=4),
    Method(name="views.publish", answer=publish, required=("user_id", "view"), tier=4),
)
