"""A person fills in a modal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator import answers, inputs, interactions, rendering, shapes
from bot.simulator.deeds import views
from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.model import Json, User, View
from bot.simulator.people.acting import TROUBLE, Acting, Found
from bot.simulator.transport import Answer
from bot.simulator.workspace import PATIENCE, Workspace

Result = Literal["closed", "cleared", "updated", "pushed", "errors", "incomplete", "failed"]


class Modal:
    """An open modal as a person reads it."""

    def __init__(self, workspace: Workspace, viewer: User, view: View) -> None:
        self._workspace = workspace
        self._viewer = viewer
        self.view = view

    def __repr__(self) -> str:
        return f"<modal {self.title!r} {self.callback_id}>"

    @property
    def title(self) -> str:
        """What stands at the top."""
        return str(self.view.body["title"]["text"])

    @property
    def callback_id(self) -> str:
        """The app's own name for it."""
        return str(self.view.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app keeps in it."""
        return str(self.view.body.get("private_metadata", ""))

    @property
    def text(self) -> str:
        """Everything in it as lines of plain text."""
        return rendering.render_blocks(self._workspace, self.view.body["blocks"], self._viewer)

    @property
    def fields(self) -> dict[str, Any]:
        """The input blocks by block id, each with what it holds now."""
        return {
            block["block_id"]: _plain(self.view.state[block["block_id"]][element["action_id"]])
            for block, element in _input_blocks(self.view)
        }

    @property
    def errors(self) -> dict[str, str]:
        """What the app found wrong with the last submission, by block id."""
        return dict(self.view.errors)

    def options(self, name: str) -> list[str]:
        """The labels that a select offers."""
        _, element = _field(self.view, name)
        return [each["text"]["text"] for each in inputs.offered(element)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """The outcome of submitting: `incomplete` means that Slack's client itself refused."""

    result: Result
    errors: dict[str, str] = field(default_factory=dict)  # block_id → message
    error: str = ""  # what the person reads when it failed
    view: View | None = None  # what is on top now

    @property
    def ok(self) -> bool:
        return self.result in ("closed", "cleared", "updated", "pushed")


class Filling(Acting):
    """Modals: waiting for one, typing into it, submitting, closing."""

    @property
    def modal(self) -> Modal | None:
        """The modal on top, if one is open."""
        stack = self._workspace.modals.get(self.user.id)
        return Modal(self._workspace, self.user, stack[-1]) if stack else None

    def block_named(self, name: str) -> str:
        """The block id in the open modal for a block id, an action id or a label."""
        if self.modal is None:
            return name
        try:
            return str(_field(self.modal.view, name)[0]["block_id"])
        except CannotDo:
            return name

    async def sees_modal(
        self, callback_id: str = "", *, showing: str = "", within: float = PATIENCE
    ) -> Modal:
        """The open modal, once there is one: of that callback id, showing those words."""

        def seen() -> Modal | None:
            modal = self.modal
            if modal is None or callback_id not in ("", modal.callback_id):
                return None
            return modal if showing in f"{modal.title}\n{modal.text}" else None

        which = f"a modal {callback_id}" + (f" with {showing!r}" if showing else "")
        what = f"{which.strip()} for {self.user.name}"
        return await self._workspace.wait_for(seen, within=within, what=what)

    async def fills(self, values: Mapping[str, Any]) -> None:
        """Type and choose without submitting; names are block ids, action ids or labels."""
        view = self._top()
        for name, value in values.items():
            block, element = _field(view, name)
            await self._fill(Found(place=view, block=block, element=element), value)

    async def submits(self, values: Mapping[str, Any] | None = None) -> Submission:
        """Fill in and press the modal's submit button."""
        self._is_active()
        view = self._top()
        await self.fills(values or {})
        if view.body.get("submit") is None:
            raise CannotDo("this modal has no submit button")
        complaints = {
            block["block_id"]: inputs.complaint(
                block, view.state[block["block_id"]][element["action_id"]]
            )
            for block, element in _input_blocks(view)
        }
        errors = {block_id: words for block_id, words in complaints.items() if words}
        if errors:
            return self._refused(view, "incomplete", errors)
        return await self._submit(view)

    async def _submit(self, view: View) -> Submission:
        trigger = self._backstage.triggers.mint(self.user.id)
        urls = interactions.response_urls(
            self._workspace, self._backstage.response_urls, self.user, view
        )
        payload: Json = {
            **interactions.common(self._workspace, "view_submission", self.user, trigger),
            "view": shapes.view(self._workspace, view),
            "response_urls": urls,
        }
        answer = await self._backstage.deliveries.ask("interactive", payload)
        if answer.outcome != "acknowledged":
            return Submission(result="failed", error=TROUBLE[answer.outcome], view=view)
        try:
            return self._obey(view, answer)
        except SlackError as refused:
            return Submission(result="failed", error=refused.error, view=view)

    def _obey(self, view: View, answer: Answer) -> Submission:
        """Apply the acknowledgement's response_action (contract §6)."""
        body = answer.body or {}
        match body.get("response_action"):
            case None:
                views.close(self._workspace, view)
                return Submission(result="closed", view=self._now())
            case "clear":
                views.close(self._workspace, view, everything=True)
                return Submission(result="cleared")
            case "update":
                checked = views.check(self._workspace, body.get("view"), other_than=view.id)
                views.replace(self._workspace, view, checked)
                return Submission(result="updated", view=view)
            case "push":
                checked = views.check(self._workspace, body.get("view"))
                pushed = views.push(self._workspace, self.user.id, checked)
                return Submission(result="pushed", view=pushed)
            case "errors":
                errors = answers.errors(body)
                known = {block["block_id"] for block, _ in _input_blocks(view)}
                if not errors or not errors.keys() <= known:
                    return Submission(result="failed", error=TROUBLE["failed"], view=view)
                return self._refused(view, "errors", errors)
            case _:
                return Submission(result="failed", error=TROUBLE["failed"], view=view)

    def _refused(self, view: View, result: Result, errors: dict[str, str]) -> Submission:
        view.errors = errors
        self._workspace.changed("view", user=self.user.id)
        return Submission(result=result, errors=errors, view=view)

    async def closes_modal(self, *, everything: bool = False) -> None:
        """Press Cancel; or the cross, which takes `everything` away."""
        view = self._top()
        clear = everything or bool(view.body.get("clear_on_close"))
        closed = self._workspace.modals[self.user.id] if clear else [view]
        views.close(self._workspace, view, everything=clear)
        for each in reversed(closed):
            if each.body.get("notify_on_close"):
                payload = {
                    **interactions.common(self._workspace, "view_closed", self.user, None),
                    "view": shapes.view(self._workspace, each),
                    "is_cleared": clear,
                }
                await self._backstage.deliveries.ask("interactive", payload)

    def _top(self) -> View:
        view = self._now()
        if view is None:
            raise CannotDo(f"{self.user.name} has no modal open")
        return view

    def _now(self) -> View | None:
        stack = self._workspace.modals.get(self.user.id)
        return stack[-1] if stack else None


def _input_blocks(view: View) -> list[tuple[Json, Json]]:
    blocks = view.body["blocks"]
    return [pair for pair in inputs.elements_in(blocks) if pair[0]["type"] == "input"]


def _field(view: View, name: str) -> tuple[Json, Json]:
    """The field of that block id, action id or label; other stateful elements come last."""
    stateful = [pair for pair in inputs.elements_in(view.body["blocks"])
                if pair[1]["type"] in inputs.KEYS]  # fmt: skip
    for block, element in stateful:
        label = block.get("label") or {}
        if name in (block["block_id"], element["action_id"], label.get("text")):
            return block, element
    there = ", ".join(block["block_id"] for block, _ in stateful)
    raise CannotDo(f"this modal has no field {name!r}; there is: {there}")


def _plain(value: Json) -> Any:  # noqa: ANN401 - what a field holds
    held = value.get(inputs.KEYS[value["type"]][0])
    if isinstance(held, dict) and "value" in held:
        return held["value"]
    if isinstance(held, list):
        return [each.get("value", each) if isinstance(each, dict) else each for each in held]
    return held
