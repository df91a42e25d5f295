"""Clicking and choosing: sends the payload to the app, and reports the outcome."""

from dataclasses import dataclass
from typing import Any

from bot.simulator import answers, inputs, interactions, rendering
from bot.simulator.errors import CannotDo
from bot.simulator.interactions import Trigger
from bot.simulator.model import Ephemeral, Json, Message, View
from bot.simulator.people.presence import Presence, Seen
from bot.simulator.transport import Answer

Scene = Message | Ephemeral | View
Where = Scene | str | None  # a channel's name, "home", "modal"; None looks everywhere


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of an action. `error` is how the person learns that it failed."""

    error: str = ""
    view: View | None = None  # the modal that was opened with the action's trigger meanwhile

    @property
    def ok(self) -> bool:
        return not self.error


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An element on the screen, and where it stands."""

    place: Scene
    block: Json
    element: Json


TROUBLE = {
    "timeout": "This app is taking too long to respond",
    "unreachable": "We had some trouble connecting. Try again?",
    "failed": "We had some trouble connecting. Try again?",
}


class Acting(Presence):
    """Elements are found as a person finds them: by what is written on them, newest first."""

    # -- finding -------------------------------------------------------------------------

    def _find(self, wanted: str, where: Where, *, buttons: bool) -> Found:
        """The element of that label, action id, or (for inputs) block id."""
        for place in self._places(where):
            for block, element in inputs.elements_in(self._blocks_of(place)):
                is_button = element["type"] in ("button", "workflow_button")
                if is_button is buttons and wanted in self._names(block, element):
                    return Found(place=place, block=block, element=element)
        raise CannotDo(f"{self.user.name} finds no {wanted!r} in {self._describe(where)}")

    def _names(self, block: Json, element: Json) -> tuple[str, ...]:
        label = element.get("text") or block.get("label") or {}
        shown = rendering.mrkdwn(self._workspace, str(label.get("text", "")), self.user)
        in_input = () if element["type"] == "button" else (block["block_id"],)
        return (element.get("action_id", ""), shown, *in_input)

    def _places(self, where: Where) -> list[Scene]:
        if isinstance(where, (Message, Ephemeral, View)):
            return [where]
        stack = self._workspace.modals.get(self.user.id, [])
        if where == "modal":
            return list(stack[-1:])
        if where == "home":
            return [self.home] if self.home else []
        if where is None:
            everything: list[Scene] = [*stack[-1:], *self._everything()]
            return [*everything, self.home] if self.home else everything
        return list(reversed(self.screen(where)))

    def _blocks_of(self, place: Scene) -> list[Json]:
        if isinstance(place, View):
            return list(place.body["blocks"])
        nested = [each.get("blocks") or [] for each in place.attachments or ()]
        return [*(place.blocks or ()), *(block for blocks in nested for block in blocks)]

    def _describe(self, where: Where) -> str:
        if where is None:
            return "anything they see"
        if isinstance(where, str):
            return where
        if isinstance(where, View):
            shown = rendering.render_blocks(self._workspace, where.body["blocks"], self.user)
        else:
            shown = self.reads(where)
        return f"this:\n{shown}"

    # -- acting --------------------------------------------------------------------------

    async def clicks(self, wanted: str, *, in_: Where = None) -> Outcome:
        """Press a button, found by what is written on it or by its action id.

        `in_` is a channel's name, "home", "modal", a message or a view; without it the open modal
        is looked at first, then all messages, the newest first.
        """
        self._is_active()
        found = self._find(wanted, in_, buttons=True)
        action: Json = {key: found.element[key] for key in ("text", "value", "style", "url")
                  if key in found.element}  # fmt: skip
        return await self._act(found, action)

    async def chooses(self, wanted: str, value: Any, *, in_: Where = None) -> Outcome:  # noqa: ANN401 - as a person thinks of it
        """Choose in a select, radio buttons, checkboxes, a picker or an overflow menu.

        In an input block the app hears of it only when the block says `dispatch_action`.
        """
        self._is_active()
        found = self._find(wanted, in_, buttons=False)
        if found.element["type"] == "overflow":
            option = inputs.option(found.element, str(value))
            return await self._act(found, {"selected_option": option})
        chosen = await self._fill(found, value)
        if found.block["type"] == "input" and not found.block.get("dispatch_action"):
            return Outcome()
        return await self._act(found, {k: v for k, v in chosen.items() if k != "type"})

    async def types_in(
        self, field: str, text: str, *, in_: Where = None, enter: bool = True
    ) -> Outcome:
        """Type into a field, and press Enter unless told otherwise.

        The app hears of it when the block has `dispatch_action`, as its
        `dispatch_action_config` says: on Enter (the default), or with each character.
        """
        self._is_active()
        found = self._find(field, in_, buttons=False)
        typed = await self._fill(found, text)
        config = found.element.get("dispatch_action_config") or {}
        on = config.get("trigger_actions_on") or ["on_enter_pressed"]
        heard = "on_character_entered" in on or (enter and "on_enter_pressed" in on)
        if not (found.block.get("dispatch_action") and heard):
            return Outcome()
        return await self._act(found, {k: v for k, v in typed.items() if k != "type"})

    async def _fill(self, found: Found, value: Any) -> Json:  # noqa: ANN401 - as a person thinks of it
        element = found.element
        if "external_select" in element["type"] and value:
            element = {**element, **await self._suggested(found, value)}
        filled = inputs.fill(self._workspace, element, value)
        state = self._state_of(found.place)
        state.setdefault(found.block["block_id"], {})[element["action_id"]] = filled
        self._workspace.changed("typing", user=self.user.id)
        return filled

    def _state_of(self, place: Scene) -> inputs.State:
        if isinstance(place, View):
            return place.state
        key = (self.user.id, place.channel, place.ts)
        known = self._workspace.message_state.get(key)
        if known is None:
            known = inputs.first_state(self._blocks_of(place))
            self._workspace.message_state[key] = known
        return known

    async def _act(self, found: Found, action: Json) -> Outcome:
        trigger = self._backstage.triggers.mint(self.user.id, self._channel_of(found.place))
        payload = {
            **interactions.common(self._workspace, "block_actions", self.user, trigger),
            **interactions.place_of(self._workspace, found.place, found.block),
            "actions": [
                {
                    "type": found.element["type"],
                    "action_id": found.element["action_id"],
                    "block_id": found.block["block_id"],
                    "action_ts": self._workspace.mint_event_ts(),
                    **action,
                }
            ],
        }
        if not isinstance(found.place, View):
            payload["state"] = {"values": self._state_of(found.place)}
            payload["response_url"] = self._response_url("actions", found.place)
        answer = await self._backstage.deliveries.ask("interactive", payload)
        return self._outcome(answer, trigger)

    def _channel_of(self, place: Scene) -> str:
        return "" if isinstance(place, View) else place.channel

    def _response_url(self, kind: str, seen: Seen) -> str:
        room = self._workspace.channels[seen.channel]
        return self._backstage.response_urls.mint(kind, self.user, room, seen)

    def _outcome(self, answer: Answer, trigger: Trigger) -> Outcome:
        if answer.outcome != "acknowledged":
            return Outcome(error=TROUBLE[answer.outcome])
        opened = self._workspace.view(trigger.opened) if trigger.opened else None
        return Outcome(view=opened)

    async def is_offered(self, field: str, typed: str, *, in_: Where = None) -> list[str]:
        """The labels an external select offers for what was typed."""
        found = self._find(field, in_, buttons=False)
        return [
            each["text"]["text"] for each in inputs.offered(await self._suggested(found, typed))
        ]

    async def _suggested(self, found: Found, typed: Any) -> Json:  # noqa: ANN401 - one text or several
        value = typed if isinstance(typed, str) else str(next(iter(typed), ""))
        payload = {
            **interactions.common(self._workspace, "block_suggestion", self.user, None),
            **interactions.place_of(self._workspace, found.place, found.block),
            "action_id": found.element["action_id"],
            "block_id": found.block["block_id"],
            "value": value,
        }
        answer = await self._backstage.deliveries.ask("interactive", payload)
        return answers.options(answer.body or {})
