"""How JSON of Slack's may look: what is relied on is written down as a shape, and compared.

A key that ends with `?` may be missing or null. Here is what deliveries and answers share:
`payloads.py` has the kinds of deliveries, `answers.py` the answers of methods.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

Shape = Any
"""A type, a check, `[shape]` for a list, `{key: shape}`, or `{"*": shape}` whatever the keys."""

_ID = re.compile(r"[A-Za-z0-9][\w-]{0,254}", re.ASCII)
_TS = re.compile(r"\d{1,11}\.\d{1,9}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LAST_SECOND = 32_503_680_000
"""The year 3000: no clock of ours goes there, and no calendar breaks before."""


def an_id(value: object) -> bool:
    """Whether this can be an id of Slack: of a person, a channel, a team, a view."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def a_ts(value: object) -> bool:
    """Whether this can name a message or a moment."""
    return isinstance(value, str) and _TS.fullmatch(value) is not None


def text(value: object) -> bool:
    """Whether this is text that every database and every JSON takes."""
    return isinstance(value, str) and "\0" not in value and _encodes(value)


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def seconds(value: object) -> bool:
    """Whether this is a second since 1970 that a calendar can show."""
    return type(value) is int and 0 <= value < _LAST_SECOND


def day(value: object) -> bool:
    """Whether this is a day of the calendar."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_FILE = {"title?": str, "name?": str, "id?": str, "permalink?": str, "mimetype?": str}
_ATTACHED = {"fallback?": str, "text?": str, "title?": str}
MESSAGE = {
    "ts?": a_ts,
    "text?": str,
    "user?": text,
    "bot_id?": text,
    "thread_ts?": a_ts,
    "subtype?": text,
    "files?": [_FILE],
    "attachments?": [_ATTACHED],
    "edited?": {"ts?": a_ts},
}
"""What somebody said. Its texts are made storable where they are read: some apps write odd ones."""
_PROFILE = {"display_name?": text, "real_name?": text}
USER = {
    "id": an_id,
    "team_id?": text,
    "name?": text,
    "real_name?": text,
    "tz?": text,
    "profile?": _PROFILE,
}


def misfit(value: object, shape: Shape, path: str) -> str:
    """Return the path to the first part that does not fit."""
    match shape:
        case {"*": each}:
            if not isinstance(value, dict):
                return path
            found = (misfit(one, each, f"{path}.*") for one in value.values())
            return next(filter(None, found), "")
        case dict():
            return _misfit_of_key(value, shape, path)
        case [each]:
            if not isinstance(value, list):
                return path
            found = (misfit(one, each, f"{path}[]") for one in value)
            return next(filter(None, found), "")
        case type():
            return "" if isinstance(value, shape) else path
        case _:
            return "" if shape(value) else path


def _misfit_of_key(value: object, shape: Mapping[str, Shape], path: str) -> str:
    if not isinstance(value, dict):
        return path or "no object"
    for key, inner in shape.items():
        name = key.removesuffix("?")
        if value.get(name) is None and name != key:
            continue
        wrong = misfit(value.get(name), inner, f"{path}.{name}".lstrip("."))
        if wrong:
            return wrong
    return ""
