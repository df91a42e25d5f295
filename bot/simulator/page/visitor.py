"""A person whose screen is the page: elements are named by their ids instead of found by words."""

from bot.simulator import inputs
from bot.simulator.errors import CannotDo
from bot.simulator.page import fields
from bot.simulator.people import Outcome, Person, Submission
from bot.simulator.people.acting import Found, Scene
from bot.simulator.workspace import Json, View

BUTTONS = frozenset({"button", "workflow_button"})


class Visitor(Person):
    """The same deeds as any person's, for a client that knows block and action ids."""

    def sees_place(self, asked: Json) -> Scene:
        """The message, ephemeral, modal or home that a deed is about."""
        workspace = self._workspace
        match asked.get("on"):
            case "message":
                room = self.room(str(asked.get("channel")))
                said = room.messages.get(str(asked.get("ts")))
                if said is not None:
                    return said
            case "ephemeral":
                for shown in workspace.ephemerals:
                    if shown.id == asked.get("id") and shown.user == self.id:
                        return shown
            case "modal" | "home":
                stack = workspace.modals.get(self.id, [])
                for view in (*stack, self.home):
                    if view is not None and view.id == asked.get("view"):
                        return view
            case _:
                pass
        raise CannotDo("that is not there any more")

    async def presses(self, asked: Json) -> Outcome:
        """Press or choose one element; what else is typed in the same place goes along."""
        self._is_active()
        found = self._named(asked)
        self.keeps(found.place, asked.get("state"))
        value = asked.get("value")
        given = value if isinstance(value, dict) else {}
        if found.element["type"] in BUTTONS:
            keys = ("text", "value", "style", "url")
            return await self._act(found, {k: found.element[k] for k in keys if k in found.element})
        told = self._heard(found, given)
        return await self._act(found, {k: v for k, v in told.items() if k != "type"})

    def _heard(self, found: Found, given: Json) -> Json:
        """What is chosen, or typed, in an element that is no button."""
        if found.element["type"] not in inputs.KEYS:
            return fields.of_choice(given)
        held = fields.held(self._workspace, self.id, found.element, given)
        if held is not None:
            return held
        of_block = self._state_of(found.place).get(found.block["block_id"], {})
        return of_block.get(found.element["action_id"], {})

    def keeps(self, place: Scene, state: object) -> None:
        """Take over what the page's fields hold."""
        if not isinstance(state, dict):
            return
        held = self._state_of(place)
        for block, element in inputs.elements_in(self._blocks_of(place)):
            of_block = state.get(block["block_id"])
            value = of_block.get(element.get("action_id")) if isinstance(of_block, dict) else None
            if isinstance(value, dict) and value.get("type") == element["type"] in inputs.KEYS:
                given = fields.held(self._workspace, self.id, element, value)
                if given is not None:
                    held.setdefault(block["block_id"], {})[element["action_id"]] = given

    async def hands_in(self, asked: Json) -> Submission:
        """Submit the modal on top with what its fields hold."""
        view = self._on_top(asked)
        self.keeps(view, asked.get("state"))
        return await self.submits()

    async def puts_away(self, asked: Json) -> None:
        """Close the modal on top, or with `all` the whole stack."""
        self._on_top(asked)
        await self.closes_modal(everything=bool(asked.get("all")))

    async def looks_up(self, asked: Json) -> Json:
        """The options an external select offers for what was typed."""
        return await self._suggested(self._named(asked), str(asked.get("query", "")))

    def _on_top(self, asked: Json) -> View:
        stack = self._workspace.modals.get(self.id)
        if not stack or stack[-1].id != asked.get("view"):
            raise CannotDo("that form is not open any more")
        return stack[-1]

    def _named(self, asked: Json) -> Found:
        place = self.sees_place(asked)
        for block, element in inputs.elements_in(self._blocks_of(place)):
            ids = (block["block_id"], element.get("action_id"))
            if ids == (asked.get("block_id"), asked.get("action_id")):
                return Found(place=place, block=block, element=element)
        raise CannotDo("that is not there any more")
