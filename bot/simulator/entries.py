"""Checks elements for typed or picked values against their limits (contract §2.5)."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.simulator.check import Checker
from bot.simulator.model import Json
from bot.simulator.rich import check_rich_text

DATE = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
TRIGGERS = ("on_enter_pressed", "on_character_entered")


def datepicker(check: Checker, element: Json, at: str) -> None:
    """An existing date."""
    initial = element.get("initial_date")
    if initial is None:
        return
    try:
        good = DATE.fullmatch(initial) and date.fromisoformat(initial)
    except (TypeError, ValueError):
        good = None
    if not good:
        check.bad("must be a date in the format YYYY-MM-DD", f"{at}/initial_date")


def timepicker(check: Checker, element: Json, at: str) -> None:
    """A time of day."""
    initial = element.get("initial_time")
    if initial is not None and not (isinstance(initial, str) and TIME.fullmatch(initial)):
        check.bad("must be a time in the format HH:mm", f"{at}/initial_time")
    check.strings(element, at, least=1, timezone=100)


def datetimepicker(check: Checker, element: Json, at: str) -> None:
    """A Unix timestamp of ten digits."""
    initial = element.get("initial_date_time")
    if initial is not None:
        check.number(initial, f"{at}/initial_date_time", least=10**9, most=10**10 - 1)


def plain_text_input(check: Checker, element: Json, at: str) -> None:
    """One or several lines of text."""
    for key, least in (("min_length", 0), ("max_length", 1)):
        if element.get(key) is not None:
            check.number(element[key], f"{at}/{key}", least=least, most=3000)
    shortest, longest = element.get("min_length"), element.get("max_length")
    if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
        check.bad("min_length must not be more than max_length", f"{at}/min_length")
    check.strings(element, at, initial_value=3000)
    check.flags(element, at, "multiline")
    _dispatch(check, element, at)


def line_input(check: Checker, element: Json, at: str) -> None:
    """A URL or an e-mail address."""
    check.strings(element, at, initial_value=3000)
    _dispatch(check, element, at)


def number_input(check: Checker, element: Json, at: str) -> None:
    """A number, whose limits are strings."""
    if element.get("is_decimal_allowed") is None:
        check.bad("missing required field: is_decimal_allowed", at)
    check.flags(element, at, "is_decimal_allowed")
    found = {}
    for key in ("min_value", "max_value", "initial_value"):
        if element.get(key) is None or not check.string(element[key], f"{at}/{key}", most=30):
            continue
        try:
            found[key] = Decimal(element[key])
        except InvalidOperation:
            check.bad("must be a number", f"{at}/{key}")
            continue
        if not found.pop(key).is_finite():
            check.bad("must be a number", f"{at}/{key}")
        else:
            found[key] = Decimal(element[key])
    if "min_value" in found and "max_value" in found and found["min_value"] > found["max_value"]:
        check.bad("min_value must not be more than max_value", f"{at}/min_value")
    _dispatch(check, element, at)


def rich_text_input(check: Checker, element: Json, at: str) -> None:
    """Formatted text."""
    if element.get("initial_value") is not None:
        found = check.thing(element["initial_value"], f"{at}/initial_value")
        if found is not None:
            check_rich_text(check, found, f"{at}/initial_value")
    _dispatch(check, element, at)


def file_input(check: Checker, element: Json, at: str) -> None:
    """Files, in modals."""
    if element.get("max_files") is not None:
        check.number(element["max_files"], f"{at}/max_files", least=1, most=10)
    kinds = element.get("filetypes")
    if kinds is not None and check.listing(kinds, f"{at}/filetypes", least=1, most=None):
        for place, each in enumerate(kinds):
            check.string(each, f"{at}/filetypes/{place}", most=100)
    if check.surface != "modal":
        check.bad("unsupported type: file_input", f"{at}/type")


def _dispatch(check: Checker, element: Json, at: str) -> None:
    value = element.get("dispatch_action_config")
    if value is None:
        return
    here = f"{at}/dispatch_action_config"
    found = check.thing(value, here)
    if found is None:
        return
    check.keys(found, here, allowed=("trigger_actions_on",))
    triggers = found.get("trigger_actions_on")
    if triggers is None:
        return
    here = f"{here}/trigger_actions_on"
    if check.listing(triggers, here, least=1, most=len(TRIGGERS)):
        for place, each in enumerate(triggers):
            check.one_of(each, f"{here}/{place}", *TRIGGERS)
