"""Checks elements that offer a choice against their limits (contract §2.5)."""

from bot.simulator.check import Checker
from bot.simulator.model import Json

MOST_OPTIONS = 100
KINDS_OF_ROOM = ("im", "mpim", "private", "public")


def _options(
    check: Checker, options: object, at: str, *, most: int, rich: bool = False, links: bool = False
) -> None:
    """A list of options; only checkboxes and radio buttons may hold mrkdwn, only menus links."""

    def option(found: Json, here: str) -> None:
        allowed = {"text", "value", "description"} | ({"url"} if links else set())
        check.keys(found, here, allowed=allowed, required=("text", "value"))
        check.texts(found, here, plain=not rich, text=75, description=75)
        check.strings(found, here, value=150)
        if links:
            check.strings(found, here, url=3000)

    check.each(options, at, option, least=1, most=most)


def static_select(check: Checker, element: Json, at: str) -> None:
    """`static_select` and `multi_static_select`: options or option groups."""
    if ("options" in element) is ("option_groups" in element):
        check.bad("must provide either options or option_groups", at)
        return
    offered: list[object] = []

    def group(found: Json, here: str) -> None:
        check.keys(found, here, allowed=("label", "options"), required=("label", "options"))
        check.texts(found, here, plain=True, label=75)
        _options(check, found.get("options"), f"{here}/options", most=MOST_OPTIONS)
        offered.extend(_listed(found.get("options")))

    if "options" in element:
        _options(check, element["options"], f"{at}/options", most=MOST_OPTIONS)
        offered.extend(_listed(element["options"]))
    else:
        groups = element["option_groups"]
        check.each(groups, f"{at}/option_groups", group, least=1, most=MOST_OPTIONS)
    _initial(check, element, at, offered)
    _several(check, element, at)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _initial(check: Checker, element: Json, at: str, offered: list[object]) -> None:
    """Initial options must be among those offered."""
    values = [each.get("value") for each in offered if isinstance(each, dict)]
    chosen = [("initial_option", element.get("initial_option"))]
    chosen += [("initial_options", each) for each in _listed(element.get("initial_options"))]
    for key, each in chosen:
        if each is not None and (not isinstance(each, dict) or each.get("value") not in values):
            check.bad(f"{key} must be one of the options", f"{at}/{key}")
    if element.get("initial_options") is not None:
        check.listing(element["initial_options"], f"{at}/initial_options", least=1, most=None)


def _several(check: Checker, element: Json, at: str) -> None:
    if element.get("max_selected_items") is not None:
        check.number(element["max_selected_items"], f"{at}/max_selected_items", least=1)


def external_select(check: Checker, element: Json, at: str) -> None:
    """Options come from the app."""
    if element.get("min_query_length") is not None:
        check.number(element["min_query_length"], f"{at}/min_query_length", least=0)
    if element.get("initial_option") is not None:
        _options(check, [element["initial_option"]], f"{at}/initial_option", most=1)
    if element.get("initial_options") is not None:
        _options(check, element["initial_options"], f"{at}/initial_options", most=MOST_OPTIONS)
    _several(check, element, at)


def people_select(check: Checker, element: Json, at: str) -> None:
    """`users_select`, `channels_select`, `conversations_select` and their multi versions."""
    kind = str(element["type"]).removesuffix("s_select").removeprefix("multi_")
    check.strings(element, at, least=1, **{f"initial_{kind}": 255})
    several = element.get(f"initial_{kind}s")
    if several is not None:
        here = f"{at}/initial_{kind}s"
        if check.listing(several, here, least=1, most=MOST_OPTIONS):
            for place, each in enumerate(several):
                check.string(each, f"{here}/{place}", most=255)
    check.flags(element, at, "default_to_current_conversation", "response_url_enabled")
    if element.get("response_url_enabled") and check.surface != "modal":
        check.bad("response_url_enabled is for modals", f"{at}/response_url_enabled")
    if element.get("filter") is not None:
        _filter(check, element["filter"], f"{at}/filter")
    _several(check, element, at)


def _filter(check: Checker, value: object, at: str) -> None:
    found = check.thing(value, at)
    if found is None:
        return
    flags = ("exclude_external_shared_channels", "exclude_bot_users")
    check.keys(found, at, allowed=("include", *flags))
    check.flags(found, at, *flags)
    if not any(found.get(each) is not None for each in ("include", *flags)):
        check.bad("must provide at least one filter", at)
    if found.get("include") is not None:
        here = f"{at}/include"
        if check.listing(found["include"], here, least=1, most=len(KINDS_OF_ROOM)):
            for place, each in enumerate(found["include"]):
                check.one_of(each, f"{here}/{place}", *KINDS_OF_ROOM)


def overflow(check: Checker, element: Json, at: str) -> None:
    """A menu of up to five."""
    _options(check, element.get("options"), f"{at}/options", most=5, links=True)


def boxes(check: Checker, element: Json, at: str) -> None:
    """Checkboxes and radio buttons."""
    _options(check, element.get("options"), f"{at}/options", most=10, rich=True)
    _initial(check, element, at, _listed(element.get("options")))
