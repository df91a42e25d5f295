"""Validates the field values that a page sends, and converts them to Slack's shape."""

from collections.abc import Callable
from typing import Any

from bot.simulator import composer, documents, inputs
from bot.simulator.entries import DATE, TIME
from bot.simulator.errors import CannotDo
from bot.simulator.model import Json
from bot.simulator.page import uploads
from bot.simulator.workspace import Workspace

MOST_CHOSEN = 1_000


def held(workspace: Workspace, user: str, element: Json, value: Json) -> Json | None:
    """The value as Slack writes it; None when it is as it was.

    Raises:
        CannotDo: no field of that type can hold it.
    """
    kind = element["type"]
    key, _ = inputs.KEYS[kind]
    if kind == "rich_text_input":
        return _rich(workspace, value["typed"]) if "typed" in value else None
    if key not in value:
        raise _wrong(kind)
    if kind == "file_input":
        return {"type": kind, key: _files(workspace, user, value[key])}
    zone = {"timezone": element["timezone"]} if "timezone" in element else {}
    return {"type": kind, key: _checked(workspace, kind, value[key]), **zone}


def of_choice(value: Json) -> Json:
    """What an overflow menu, or a button that says something of its own, tells the app.

    Raises:
        CannotDo: that is no choice.
    """
    told: Json = {}
    if "selected_option" in value:
        told["selected_option"] = _option(value["selected_option"])
    for key in ("value", "text"):
        if key in value:
            told[key] = _text(value[key])
    return told


def _checked(workspace: Workspace, kind: str, given: object) -> Any:  # noqa: ANN401 - as the kind is
    check = _check_of(workspace, kind)
    if kind in inputs.SEVERAL:
        if not isinstance(given, list) or len(given) > MOST_CHOSEN:
            raise _wrong(kind)
        return [check(each) for each in given]
    return None if given is None else check(given)


def _check_of(workspace: Workspace, kind: str) -> Callable[[object], Any]:
    if "users_select" in kind:
        return lambda given: _known(workspace.users, given)
    if "conversations_select" in kind or "channels_select" in kind:
        return lambda given: _known(workspace.channels, given)
    match kind:
        case "datepicker":
            return lambda given: _matching(DATE.fullmatch, given)
        case "timepicker":
            return lambda given: _matching(TIME.fullmatch, given)
        case "datetimepicker":
            return _moment
        case _:
            return _text if inputs.KEYS[kind][0] == "value" else _option


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise CannotDo("the page sent something that nobody can type there")
    return given


def _matching(pattern: Callable[[str], object], given: object) -> str:
    if not isinstance(given, str) or not pattern(given):
        raise CannotDo("the page sent something that nobody can pick there")
    return given


def _moment(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise CannotDo("the page sent something that nobody can pick there")
    return given


def _known(there: Json | dict[str, Any], given: object) -> str:
    if not isinstance(given, str) or given not in there:
        raise CannotDo("what was chosen there is not in this workspace any more")
    return given


def _option(given: object) -> Json:
    """One option, as the app offered it."""
    if not isinstance(given, dict):
        raise CannotDo("the page sent something that is not offered there")
    words = given.get("text")
    if not isinstance(words, dict) or not isinstance(words.get("text"), str):
        raise CannotDo("the page sent something that is not offered there")
    if not isinstance(given.get("value", ""), str):
        raise CannotDo("the page sent something that is not offered there")
    return given


def _rich(workspace: Workspace, typed: object) -> Json:
    pieces = list(composer.pieces(workspace, _text(typed)))
    written = composer.rich_text_block(pieces) if typed else None
    return {"type": "rich_text_input", "rich_text_value": written}


def _files(workspace: Workspace, user: str, given: object) -> list[Json]:
    if not isinstance(given, list):
        raise _wrong("file_input")
    ids = [each.get("id") for each in given if isinstance(each, dict)]
    return [documents.file(workspace, each) for each in uploads.waiting(workspace, user, ids)]


def _wrong(kind: str) -> CannotDo:
    return CannotDo(f"the page sent something that a {kind} cannot hold")
