"""Opens, updates, stacks and closes views (contract §1.8)."""

from bot.simulator import blocks as block_kit
from bot.simulator import inputs
from bot.simulator.deeds.messages import with_block_ids
from bot.simulator.errors import SlackError
from bot.simulator.model import Json, View
from bot.simulator.workspace import Workspace

DEEPEST = 3


def check(workspace: Workspace, body: object, *, other_than: str = "") -> Json:
    """The view as it can be shown; refuses as views.open would."""
    problems = block_kit.problems_in_view(body)
    if problems or not isinstance(body, dict):
        raise SlackError(
            "invalid_arguments",
            response_metadata={"messages": [f"[ERROR] {each}" for each in problems]},
        )
    if block_kit.is_too_large(body):
        raise SlackError("view_too_large")
    external_id = body.get("external_id")
    if external_id:
        known = by_external_id(workspace, external_id)
        if known is not None and known.id != other_than:
            raise SlackError("duplicate_external_id")
    return {**body, "blocks": with_block_ids(body.get("blocks") or [], workspace.mint_secret(2))}


def by_external_id(workspace: Workspace, external_id: str) -> View | None:
    """The view that the app gave this id."""
    stacks = [*workspace.modals.values(), list(workspace.homes.values())]
    for stack in stacks:
        for view in stack:
            if view.body.get("external_id") == external_id:
                return view
    return None


def open_modal(workspace: Workspace, user: str, body: Json, *, channel: str = "") -> View:
    """Show a modal; whatever modal was open before is gone."""
    view = _new(workspace, user, body, channel=channel)
    workspace.modals[user] = [view]
    workspace.changed("view", user=user)
    return view


def push(workspace: Workspace, user: str, body: Json, *, channel: str = "") -> View:
    """Push a view onto the stack."""
    stack = workspace.modals.get(user)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    view = _new(workspace, user, body, channel=channel)
    view.root_id = stack[0].root_id
    view.previous_id = stack[-1].id
    stack.append(view)
    workspace.changed("view", user=user)
    return view


def replace(workspace: Workspace, view: View, body: Json) -> None:
    """Replace a view's content; typed values stay where block and action id stay."""
    view.body = body
    view.state = inputs.kept_state(view.state, body["blocks"])
    view.errors = {}
    view.hash = _hash(workspace)
    workspace.changed("home" if body["type"] == "home" else "view", user=view.user)


def publish(workspace: Workspace, user: str, body: Json) -> View:
    """Set a person's App Home."""
    known = workspace.homes.get(user)
    if known is not None:
        replace(workspace, known, body)
        return known
    view = _new(workspace, user, body)
    workspace.homes[user] = view
    workspace.changed("home", user=user)
    return view


def close(workspace: Workspace, view: View, *, everything: bool = False) -> None:
    """Close the view, or its whole stack."""
    stack = workspace.modals.get(view.user, [])
    left = [] if everything else [each for each in stack if each is not view]
    if left:
        workspace.modals[view.user] = left
    else:
        workspace.modals.pop(view.user, None)
    workspace.changed("view", user=view.user)


def _new(workspace: Workspace, user: str, body: Json, *, channel: str = "") -> View:
    view_id = workspace.mint_id("V")
    return View(
        id=view_id,
        user=user,
        body=body,
        hash=_hash(workspace),
        root_id=view_id,
        state=inputs.first_state(body["blocks"], current_channel=channel),
    )


def _hash(workspace: Workspace) -> str:
    return f"{workspace.seconds()}.{workspace.mint_secret(4)}"
