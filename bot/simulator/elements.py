"""Block elements: where each may stand, and what it may hold (contract §2.5)."""

import re
from collections.abc import Callable
from typing import Any

from bot.simulator import choices, entries
from bot.simulator.check import Checker
from bot.simulator.model import Json

SELECTS = frozenset(
    {
        "static_select",
        "external_select",
        "users_select",
        "conversations_select",
        "channels_select",
    }
)
MULTI_SELECTS = frozenset(f"multi_{each}" for each in SELECTS)
CHOICES = frozenset({"checkboxes", "radio_buttons"})
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
TYPED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)
IN_ACTIONS = SELECTS | CHOICES | PICKERS | {"button", "overflow", "workflow_button"}
IN_SECTION = (IN_ACTIONS | MULTI_SELECTS | {"image"}) - {"datetimepicker"}
IN_CONTEXT = frozenset({"icon_button", "feedback_buttons"})
IN_INPUT = SELECTS | MULTI_SELECTS | CHOICES | PICKERS | TYPED | {"file_input"}
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:\S+")
COMMON = frozenset({"type", "action_id", "confirm", "focus_on_load"})


def check_element(check: Checker, element: Any, at: str, *, allowed: frozenset[str]) -> None:  # noqa: ANN401 - unchecked
    """One element in a block that takes these types."""
    found = check.thing(element, at)
    if found is None:
        return
    kind = str(found.get("type"))
    if kind not in allowed or kind not in ELEMENTS:
        check.bad(f"unsupported type: {kind}", f"{at}/type")
        return
    keys, rule = ELEMENTS[kind]
    check.keys(found, at, allowed=COMMON | keys if kind != "image" else {"type", *keys})
    check.strings(found, at, least=1, action_id=255)
    check.texts(found, at, plain=True, placeholder=150)
    if found.get("confirm") is not None:
        _confirm(check, found["confirm"], f"{at}/confirm")
    if found.get("focus_on_load") is not None:
        _focus(check, found["focus_on_load"], f"{at}/focus_on_load")
    rule(check, found, at)


def _focus(check: Checker, value: object, at: str) -> None:
    check.flag(value, at)
    check.focused += value is True
    if check.focused > 1:
        check.bad("only one element may have focus_on_load", at)


def _confirm(check: Checker, confirm: object, at: str) -> None:
    found = check.thing(confirm, at)
    if found is None:
        return
    needed = ("title", "text", "confirm", "deny")
    check.keys(found, at, allowed=(*needed, "style"), required=needed)
    check.texts(found, at, plain=True, title=100, confirm=30, deny=30)
    check.texts(found, at, text=300)
    if found.get("style") is not None:
        check.one_of(found["style"], f"{at}/style", "primary", "danger")


def _button(check: Checker, element: Json, at: str) -> None:
    if element.get("text") is None:
        check.bad("missing required field: text", at)
    check.texts(element, at, plain=True, text=75)
    check.strings(element, at, value=2000, url=3000, accessibility_label=75)
    url = element.get("url")
    if isinstance(url, str) and url and not ADDRESS.fullmatch(url):
        check.bad("invalid url", f"{at}/url")
    if element.get("style") is not None:
        check.one_of(element["style"], f"{at}/style", "primary", "danger")


def _workflow_button(check: Checker, element: Json, at: str) -> None:
    _button(check, element, at)
    if element.get("workflow") is None:
        check.bad("missing required field: workflow", at)


def check_image(check: Checker, element: Json, at: str) -> None:
    """An image, as a block or as an element: from an address, or from a file in Slack."""
    url, kept = element.get("image_url"), element.get("slack_file")
    if (url is None) is (kept is None):
        problem = "missing required field: image_url" if url is None else "must provide one source"
        check.bad(problem, at)
    if url is not None:
        check.address(url, f"{at}/image_url", "http://", "https://")
    if kept is not None and (found := check.thing(kept, f"{at}/slack_file")) is not None:
        check.keys(found, f"{at}/slack_file", allowed=("id", "url"))
        check.strings(found, f"{at}/slack_file", least=1, id=255, url=3000)
        if ("id" in found) is ("url" in found):
            check.bad("must provide either id or url", f"{at}/slack_file")
    if element.get("alt_text") is None:
        check.bad("missing required field: alt_text", at)
    check.strings(element, at, least=1, alt_text=2000)


def _icon_button(check: Checker, element: Json, at: str) -> None:
    _button(check, {key: element[key] for key in element if key != "icon"}, at)
    check.one_of(element.get("icon"), f"{at}/icon", "trash")


def _feedback(check: Checker, element: Json, at: str) -> None:
    for key in ("positive_button", "negative_button"):
        found = check.thing(element.get(key), f"{at}/{key}")
        if found is not None:
            here = f"{at}/{key}"
            check.keys(found, here, allowed=("text", "value", "accessibility_label"))
            _button(check, found, here)


Rule = Callable[[Checker, Json, str], None]
_MULTI = frozenset({"placeholder", "max_selected_items"})
_TEXT = frozenset({"placeholder", "initial_value", "dispatch_action_config"})
ELEMENTS: dict[str, tuple[frozenset[str], Rule]] = {
    "button": (
        frozenset({"text", "url", "value", "style", "accessibility_label"}),
        _button,
    ),
    "workflow_button": (
        frozenset({"text", "workflow", "style", "accessibility_label"}),
        _workflow_button,
    ),
    "icon_button": (
        frozenset({"icon", "text", "value", "accessibility_label", "visible_to_user_ids"}),
        _icon_button,
    ),
    "feedback_buttons": (frozenset({"positive_button", "negative_button"}), _feedback),
    "image": (frozenset({"image_url", "slack_file", "alt_text"}), check_image),
    "overflow": (frozenset({"options"}), choices.overflow),
    "static_select": (
        frozenset({"placeholder", "options", "option_groups", "initial_option"}),
        choices.static_select,
    ),
    "multi_static_select": (
        _MULTI | {"options", "option_groups", "initial_options"},
        choices.static_select,
    ),
    "external_select": (
        frozenset({"placeholder", "initial_option", "min_query_length"}),
        choices.external_select,
    ),
    "multi_external_select": (
        _MULTI | {"initial_options", "min_query_length"},
        choices.external_select,
    ),
    "users_select": (frozenset({"placeholder", "initial_user"}), choices.people_select),
    "multi_users_select": (_MULTI | {"initial_users"}, choices.people_select),
    "conversations_select": (
        frozenset(
            {
                "placeholder",
                "initial_conversation",
                "default_to_current_conversation",
                "filter",
                "response_url_enabled",
            }
        ),
        choices.people_select,
    ),
    "multi_conversations_select": (
        _MULTI | {"initial_conversations", "default_to_current_conversation", "filter"},
        choices.people_select,
    ),
    "channels_select": (
        frozenset({"placeholder", "initial_channel", "response_url_enabled"}),
        choices.people_select,
    ),
    "multi_channels_select": (_MULTI | {"initial_channels"}, choices.people_select),
    "checkboxes": (frozenset({"options", "initial_options"}), choices.boxes),
    "radio_buttons": (frozenset({"options", "initial_option"}), choices.boxes),
    "datepicker": (frozenset({"placeholder", "initial_date"}), entries.datepicker),
    "timepicker": (frozenset({"placeholder", "initial_time", "timezone"}), entries.timepicker),
    "datetimepicker": (frozenset({"initial_date_time"}), entries.datetimepicker),
    "plain_text_input": (
        _TEXT | {"multiline", "min_length", "max_length"},
        entries.plain_text_input,
    ),
    "email_text_input": (_TEXT, entries.line_input),
    "url_text_input": (_TEXT, entries.line_input),
    "number_input": (
        _TEXT | {"is_decimal_allowed", "min_value", "max_value"},
        entries.number_input,
    ),
    "rich_text_input": (_TEXT, entries.rich_text_input),
    "file_input": (frozenset({"filetypes", "max_files"}), entries.file_input),
}
