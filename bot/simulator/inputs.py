"""Inputs in views and messages: their initial state, and what can be typed or chosen (§6)."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

from bot.simulator.entries import DATE, TIME
from bot.simulator.errors import CannotDo
from bot.simulator.model import Blocks, Json
from bot.simulator.workspace import Workspace

State = dict[str, dict[str, Json]]
# element type → (key of its value in the state, key of its initial value in the block)
KEYS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
SEVERAL = frozenset(
    kind for kind in KEYS if kind.startswith("multi_") or kind in ("checkboxes", "file_input")
)


def elements_in(blocks: Blocks) -> Iterator[tuple[Json, Json]]:
    """Every element a person can act upon, with its block."""
    for block in blocks:
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict) and block[key].get("type") != "image":
                yield block, block[key]
        if block.get("type") in ("actions", "context_actions"):
            for element in block["elements"]:
                yield block, element


def first_state(blocks: Blocks, *, current_channel: str = "") -> State:
    """The inputs' initial state."""
    state: State = {}
    for block, element in elements_in(blocks):
        kind = element["type"]
        if kind in KEYS:
            held = state.setdefault(block["block_id"], {})
            held[element["action_id"]] = _first_value(element, current_channel)
    return state


def _first_value(element: Json, current_channel: str) -> Json:
    kind = element["type"]
    key, initial = KEYS[kind]
    value = element.get(initial)
    if value is None and element.get("default_to_current_conversation") and current_channel:
        value = current_channel if kind not in SEVERAL else [current_channel]
    if value is None and kind in SEVERAL:
        value = []
    body: Json = {"type": kind, key: value}
    if kind == "timepicker" and element.get("timezone"):
        body["timezone"] = element["timezone"]
    return body


def kept_state(old: State, blocks: Blocks, *, current_channel: str = "") -> State:
    """The state after an update: what was typed stays where block and action id stay (§1.8)."""
    state = first_state(blocks, current_channel=current_channel)
    for block_id, held in state.items():
        for action_id, value in held.items():
            typed = old.get(block_id, {}).get(action_id)
            if typed is not None and typed["type"] == value["type"]:
                held[action_id] = typed
    return state


def is_blank(value: Json) -> bool:
    """Whether the input is empty."""
    held = value.get(KEYS[value["type"]][0])
    return held is None or held in ("", [])


def fill(workspace: Workspace, element: Json, wanted: Any) -> Json:  # noqa: ANN401 - as a person thinks of it
    """The element's state after a person typed or chose what is `wanted`.

    Raises CannotDo when that is not possible for a person: not offered, not a date, nobody of
    that name.
    """
    kind = element["type"]
    if kind not in KEYS:
        raise CannotDo(f"nothing can be entered into a {kind}")
    key, _ = KEYS[kind]
    body = _first_value({"type": kind, "timezone": element.get("timezone")}, "")
    if wanted is None or wanted in ("", []):
        return body
    if kind in SEVERAL:
        several = wanted if isinstance(wanted, (list, tuple, set)) else [wanted]
        body[key] = [_one(workspace, element, each) for each in several]
        most = element.get("max_selected_items")
        if most is not None and len(body[key]) > most:
            raise CannotDo(f"at most {most} can be chosen in {element['action_id']}")
    else:
        body[key] = _one(workspace, element, wanted)
    return body


def _one(workspace: Workspace, element: Json, wanted: Any) -> Any:  # noqa: ANN401 - many shapes
    kind = element["type"]
    if kind == "rich_text_input":
        return rich_text(str(wanted))
    if kind.endswith("text_input") or kind == "number_input":
        return _typed(element, str(wanted))
    if "users_select" in kind:
        return _found(workspace.user_named, wanted)
    if "conversations_select" in kind or "channels_select" in kind:
        return _found(workspace.channel_named, wanted)
    if kind in ("datepicker", "timepicker", "datetimepicker"):
        return _moment(kind, wanted)
    if kind == "file_input":
        return wanted
    return option(element, str(wanted))


def _typed(element: Json, text: str) -> str:
    longest = element.get("max_length", 3000)
    if len(text) > longest:
        raise CannotDo(f"{element.get('action_id')} takes at most {longest} characters")
    return text


def _found(look_up: Any, wanted: Any) -> str:  # noqa: ANN401 - a user's or a channel's
    try:
        found: str = look_up(str(wanted)).id
    except LookupError as unknown:
        raise CannotDo(str(unknown)) from None
    return found


def _moment(kind: str, wanted: Any) -> str | int:  # noqa: ANN401 - text, number or date
    if kind == "datetimepicker":
        try:
            return int(wanted.timestamp()) if isinstance(wanted, datetime) else int(wanted)
        except (TypeError, ValueError, OverflowError):
            raise CannotDo(f"{str(wanted)[:40]!r} cannot be picked in a {kind}") from None
    if kind == "datepicker":
        text = wanted.isoformat() if isinstance(wanted, date) else str(wanted)
        pattern = DATE
    else:
        text = wanted.strftime("%H:%M") if isinstance(wanted, time_of_day) else str(wanted)
        pattern = TIME
    if not pattern.fullmatch(text):
        raise CannotDo(f"{text!r} cannot be picked in a {kind}")
    return text


def offered(element: Json) -> list[Json]:
    """The options of a select, its groups one after another."""
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options.extend(group["options"])
    return options


def option(element: Json, wanted: str) -> Json:
    """The option of that value or label, as payloads carry it."""
    for each in offered(element):
        if wanted in (each.get("value"), each["text"]["text"]):
            return {key: each[key] for key in ("text", "value", "description") if key in each}
    labels = ", ".join(each["text"]["text"] for each in offered(element))
    raise CannotDo(f"{wanted!r} is not offered by {element.get('action_id')}; there is: {labels}")


def rich_text(text: str) -> Json:
    """Plain words as a rich text value."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def complaint(block: Json, value: Json) -> str:
    """What Slack's client says of an invalid value before it submits; empty if valid."""
    element = block["element"]
    if is_blank(value):
        return "" if block.get("optional") else "Please complete this required field."
    held, kind = value.get("value"), element["type"]
    if kind == "email_text_input" and not EMAIL.fullmatch(str(held)):
        return "Must be a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+", str(held)):
        return "Must be a valid URL."
    if kind == "number_input":
        return _number_complaint(element, str(held))
    if kind == "plain_text_input" and len(str(held)) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    return ""


def _number_complaint(element: Json, held: str) -> str:
    try:
        number = float(held) if element.get("is_decimal_allowed") else int(held)
    except ValueError:
        return "Must be a number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Must be {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Must be {element['max_value']} or less."
    return ""
