"""Block elements checked against their limits (contract §2.5)."""

import re
from collections.abc import Callable
from typing import Any

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
IN_INPUT = SELECTS | MULTI_SELECTS | CHOICES | PICKERS | TYPED | {"file_input"}
RICH_TEXT_PARTS = frozenset(
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
COMMON = frozenset({"type", "action_id", "confirm", "focus_on_load"})


def check_element(check: Checker, element: Any, at: str, *, allowed: frozenset[str]) -> None:  # noqa: ANN401 - unchecked
    """One element in a block that takes these types."""
    if not isinstance(element, dict):
        check.bad("must provide an object", at)
        return
    kind = str(element.get("type"))
    if kind not in allowed or kind not in ELEMENTS:
        check.bad(f"unsupported type: {kind}", f"{at}/type")
        return
    keys, rule = ELEMENTS[kind]
    check.keys(element, at, allowed=COMMON | keys if kind != "image" else {"type", *keys})
    if element.get("action_id") is not None:
        check.string(element["action_id"], f"{at}/action_id", most=255)
    if element.get("placeholder") is not None:
        check.text(element["placeholder"], f"{at}/placeholder", most=150, plain=True)
    if element.get("confirm") is not None:
        _confirm(check, element["confirm"], f"{at}/confirm")
    rule(check, element, at)


def _confirm(check: Checker, confirm: object, at: str) -> None:
    if not isinstance(confirm, dict):
        check.bad("must provide an object", at)
        return
    check.keys(
        confirm,
        at,
        allowed=("title", "text", "confirm", "deny", "style"),
        required=("title", "text", "confirm", "deny"),
    )
    for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm.get(key) is not None:
            check.text(confirm[key], f"{at}/{key}", most=most, plain=key != "text")


def _button(check: Checker, element: Json, at: str) -> None:
    if "text" in element:
        check.text(element["text"], f"{at}/text", most=75, plain=True)
    else:
        check.bad("missing required field: text", at)
    for key, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        if element.get(key) is not None:
            check.string(element[key], f"{at}/{key}", most=most, least=0)
    if element.get("style") not in (None, "primary", "danger"):
        check.bad("must be one of: primary, danger", f"{at}/style")


def check_image(check: Checker, element: Json, at: str) -> None:
    """An image, as a block or as an element."""
    if "image_url" in element:
        url = element["image_url"]
        if check.string(url, f"{at}/image_url", most=3000) and not url.startswith("http"):
            check.bad("invalid url", f"{at}/image_url")
    elif "slack_file" not in element:
        check.bad("missing required field: image_url", at)
    if "alt_text" in element:
        check.string(element["alt_text"], f"{at}/alt_text", most=2000)
    else:
        check.bad("missing required field: alt_text", at)


def check_options(check: Checker, options: Any, at: str, *, most: int, rich: bool = False) -> None:  # noqa: ANN401 - unchecked
    """A list of options; only checkboxes and radio buttons may hold mrkdwn."""
    if not check.listing(options, at, least=1, most=most):
        return
    for place, option in enumerate(options):
        _option(check, option, f"{at}/{place}", rich=rich)


def _option(check: Checker, option: object, at: str, *, rich: bool) -> None:
    if not isinstance(option, dict):
        check.bad("must provide an object", at)
        return
    check.keys(
        option, at, allowed=("text", "value", "description", "url"), required=("text", "value")
    )
    if option.get("text") is not None:
        check.text(option["text"], f"{at}/text", most=75, plain=not rich)
    if option.get("value") is not None:
        check.string(option["value"], f"{at}/value", most=150, least=0)
    if option.get("description") is not None:
        check.text(option["description"], f"{at}/description", most=75, plain=not rich)


def _static_select(check: Checker, element: Json, at: str) -> None:
    if ("options" in element) is ("option_groups" in element):
        check.bad("must provide either options or option_groups", at)
        return
    offered: list[Any] = []
    if "options" in element:
        check_options(check, element["options"], f"{at}/options", most=100)
        offered = element["options"]
    elif check.listing(element["option_groups"], f"{at}/option_groups", least=1, most=100):
        for place, group in enumerate(element["option_groups"]):
            here = f"{at}/option_groups/{place}"
            if not isinstance(group, dict):
                check.bad("must provide an object", here)
                continue
            check.text(group.get("label"), f"{here}/label", most=75, plain=True)
            check_options(check, group.get("options"), f"{here}/options", most=100)
            offered.extend(group.get("options") or ())
    _initial(check, element, at, offered)


def _initial(check: Checker, element: Json, at: str, offered: object) -> None:
    """What is chosen from the start must be among what is offered."""
    values = (
        [each.get("value") for each in offered if isinstance(each, dict)]
        if isinstance(offered, list)
        else []
    )
    chosen = element.get("initial_options")
    for key, each in [
        ("initial_option", element.get("initial_option")),
        *(("initial_options", each) for each in (chosen if isinstance(chosen, list) else ())),
    ]:
        if each is not None and (not isinstance(each, dict) or each.get("value") not in values):
            check.bad(f"{key} must be one of the options", f"{at}/{key}")
    if element.get("max_selected_items") is not None:
        check.number(element["max_selected_items"], f"{at}/max_selected_items", least=1)


def _external_select(check: Checker, element: Json, at: str) -> None:
    if element.get("min_query_length") is not None:
        check.number(element["min_query_length"], f"{at}/min_query_length", least=0)


def _overflow(check: Checker, element: Json, at: str) -> None:
    check_options(check, element.get("options"), f"{at}/options", most=5)


def _choices(check: Checker, element: Json, at: str) -> None:
    check_options(check, element.get("options"), f"{at}/options", most=10, rich=True)
    _initial(check, element, at, element.get("options"))


def _datepicker(check: Checker, element: Json, at: str) -> None:
    initial = element.get("initial_date")
    if initial is not None and not (isinstance(initial, str) and DATE.fullmatch(initial)):
        check.bad("must be a date in the format YYYY-MM-DD", f"{at}/initial_date")


def _timepicker(check: Checker, element: Json, at: str) -> None:
    initial = element.get("initial_time")
    if initial is not None and not (isinstance(initial, str) and TIME.fullmatch(initial)):
        check.bad("must be a time in the format HH:mm", f"{at}/initial_time")


def _datetimepicker(check: Checker, element: Json, at: str) -> None:
    initial = element.get("initial_date_time")
    if initial is not None:
        check.number(initial, f"{at}/initial_date_time", least=10**9, most=10**10 - 1)


def _plain_text_input(check: Checker, element: Json, at: str) -> None:
    if element.get("min_length") is not None:
        check.number(element["min_length"], f"{at}/min_length", least=0, most=3000)
    if element.get("max_length") is not None:
        check.number(element["max_length"], f"{at}/max_length", least=1, most=3000)
    if element.get("initial_value") is not None:
        check.string(element["initial_value"], f"{at}/initial_value", most=3000, least=0)


def _number_input(check: Checker, element: Json, at: str) -> None:
    check.flag(element.get("is_decimal_allowed"), f"{at}/is_decimal_allowed")
    for key in ("min_value", "max_value", "initial_value"):
        if element.get(key) is not None:
            check.string(element[key], f"{at}/{key}", most=30)


def _file_input(check: Checker, element: Json, at: str) -> None:
    if element.get("max_files") is not None:
        check.number(element["max_files"], f"{at}/max_files", least=1, most=10)


def _free(check: Checker, element: Json, at: str) -> None:
    """Has no limits beyond the common ones."""


Rule = Callable[[Checker, Json, str], None]
_MULTI = frozenset({"placeholder", "max_selected_items"})
_TEXT = frozenset({"placeholder", "initial_value", "dispatch_action_config"})
ELEMENTS: dict[str, tuple[frozenset[str], Rule]] = {
    "button": (
        frozenset({"text", "url", "value", "style", "accessibility_label"}),
        _button,
    ),
    "workflow_button": (frozenset({"text", "workflow", "style", "accessibility_label"}), _free),
    "image": (frozenset({"image_url", "slack_file", "alt_text"}), check_image),
    "overflow": (frozenset({"options"}), _overflow),
    "static_select": (
        frozenset({"placeholder", "options", "option_groups", "initial_option"}),
        _static_select,
    ),
    "multi_static_select": (
        _MULTI | {"options", "option_groups", "initial_options"},
        _static_select,
    ),
    "external_select": (
        frozenset({"placeholder", "initial_option", "min_query_length"}),
        _external_select,
    ),
    "multi_external_select": (_MULTI | {"initial_options", "min_query_length"}, _external_select),
    "users_select": (frozenset({"placeholder", "initial_user"}), _free),
    "multi_users_select": (_MULTI | {"initial_users"}, _free),
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
        _free,
    ),
    "multi_conversations_select": (
        _MULTI | {"initial_conversations", "default_to_current_conversation", "filter"},
        _free,
    ),
    "channels_select": (
        frozenset({"placeholder", "initial_channel", "response_url_enabled"}),
        _free,
    ),
    "multi_channels_select": (_MULTI | {"initial_channels"}, _free),
    "checkboxes": (frozenset({"options", "initial_options"}), _choices),
    "radio_buttons": (frozenset({"options", "initial_option"}), _choices),
    "datepicker": (frozenset({"placeholder", "initial_date"}), _datepicker),
    "timepicker": (frozenset({"placeholder", "initial_time", "timezone"}), _timepicker),
    "datetimepicker": (frozenset({"initial_date_time"}), _datetimepicker),
    "plain_text_input": (_TEXT | {"multiline", "min_length", "max_length"}, _plain_text_input),
    "email_text_input": (_TEXT, _free),
    "url_text_input": (_TEXT, _free),
    "number_input": (_TEXT | {"is_decimal_allowed", "min_value", "max_value"}, _number_input),
    "rich_text_input": (_TEXT, _free),
    "file_input": (frozenset({"filetypes", "max_files"}), _file_input),
}
