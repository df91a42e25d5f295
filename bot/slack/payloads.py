"""What a delivery must look like before anything is read of it.

Slack's payloads are JSON of any shape. Here is written down what is relied on, no more: a key that
ends with `?` may be missing or null. What does not fit is acknowledged and not looked at again,
since it would come a second time just the same.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Check = Callable[[Any], bool]
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


_TEAM = {"id": an_id}
_PERSON = {"id": an_id, "team_id?": an_id}
_OPTION = {"value": text}
_INPUT = {
    "value?": text,
    "selected_option?": _OPTION,
    "selected_options?": [_OPTION],
    "selected_user?": an_id,
    "selected_date_time?": seconds,
    "selected_date?": day,
}
_STATE = {"values": {"*": {"*": _INPUT}}}
_VIEW = {
    "id": an_id,
    "type": text,
    "callback_id": text,
    "private_metadata?": text,
    "previous_view_id?": text,
    "app_installed_team_id?": text,
}
_FILE = {"title?": text, "name?": text, "id?": text, "permalink?": text, "mimetype?": text}
_ATTACHED = {"fallback?": str, "text?": str, "title?": str}
_MESSAGE = {
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
_WHOLE = {
    "enterprise?": {"id?": text},
    "enterprise_id?": text,
    "authorizations?": [{"team_id?": text, "enterprise_id?": text}],
    "trigger_id?": text,
    "response_url?": text,
    "bot_access_token?": text,
    "function_data?": {},
    "assistant_thread?": {},
}
"""What is looked at in whatever is delivered, by bolt too."""
_INTERACTION = {
    **_WHOLE,
    "team?": _TEAM,
    "user": _PERSON,
    "channel?": {"id": an_id},
    "message?": _MESSAGE,
}
_PRESSED = {
    **_INTERACTION,
    "view?": {
        **_VIEW,
        "callback_id?": text,
        "state?": _STATE,
        "blocks?": [{"block_id?": text}],
        "hash?": text,
    },
    "container?": {"is_ephemeral?": bool},
}
_ACTION = {"action_id": text, "block_id?": text, "value?": text}

KINDS: Mapping[str, Shape] = {
    "slash command": {
        **_WHOLE,
        "command": text,
        "user_id": an_id,
        "team_id": an_id,
        "channel_id": an_id,
        "text?": text,
    },
    "block_actions": {**_PRESSED, "actions": [_ACTION]},
    "view_submission": {**_INTERACTION, "view": {**_VIEW, "state": _STATE}},
    "view_closed": {**_INTERACTION, "view": _VIEW},
    "shortcut": {**_INTERACTION, "callback_id": text},
    "message_action": {
        **_INTERACTION,
        "callback_id": text,
        "channel": {"id": an_id},
        "message": {**_MESSAGE, "ts": a_ts},
    },
    "block_suggestion": {**_INTERACTION, "action_id": text},
    "event_callback": {**_WHOLE, "team_id?": an_id, "event": {"type": text}},
    "url_verification": {"challenge": text},
    "app_rate_limited": _WHOLE,
}
"""Each kind of delivery, and what is relied on in it."""

_ITEM = {"type?": text, "channel?": an_id, "ts?": a_ts}
_REACTION = {
    "user": an_id,
    "reaction": text,
    "item": _ITEM,
    "item_user?": text,
    "event_ts": a_ts,
}
_PIN = {
    "user": an_id,
    "channel_id?": an_id,
    "item": {**_ITEM, "message?": {**_MESSAGE, "permalink?": text}},
    "item_user?": text,
    "event_ts": a_ts,
}
_CHANNEL = {"channel": an_id, "user?": text, "actor_id?": text, "event_ts": a_ts}
_RENAMED = {"channel": {"id": an_id, "name": text}, "event_ts": a_ts}
_MEMBER = {"user": an_id, "channel": an_id, "inviter?": an_id, "event_ts": a_ts}
_PROFILE = {"display_name?": text, "real_name?": text}
_USER = {
    "id": an_id,
    "team_id?": an_id,
    "name?": text,
    "real_name?": text,
    "tz?": text,
    "profile?": _PROFILE,
}
_PERSON_CHANGED = {"user": _USER, "event_ts?": a_ts}

EVENTS: Mapping[str, Shape] = {
    "message": {
        **_MESSAGE,
        "ts": a_ts,
        "channel": an_id,
        "channel_type?": text,
        "deleted_ts?": a_ts,
        "message?": _MESSAGE,
        "previous_message?": _MESSAGE,
    },
    **dict.fromkeys(("reaction_added", "reaction_removed"), _REACTION),
    **dict.fromkeys(("pin_added", "pin_removed"), _PIN),
    **dict.fromkeys(("member_joined_channel", "member_left_channel"), _MEMBER),
    **dict.fromkeys(
        (
            "channel_left",
            "group_left",
            "channel_archive",
            "group_archive",
            "channel_unarchive",
            "group_unarchive",
            "channel_deleted",
            "group_deleted",
        ),
        _CHANNEL,
    ),
    **dict.fromkeys(("channel_rename", "group_rename"), _RENAMED),
    "channel_id_changed": {"old_channel_id": an_id, "new_channel_id": an_id},
    "app_home_opened": {"user": an_id, "tab?": text},
    **dict.fromkeys(("user_change", "team_join"), _PERSON_CHANGED),
}
"""Each event that is acted on; all others are acknowledged unread."""


def misshapen(body: object) -> str:
    """Return what in a delivery is not as Slack's documents say, "" where all of it is."""
    if not isinstance(body, dict):
        return "no object"
    kind = "slash command" if "command" in body else body.get("type")
    shape = KINDS.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return "type"
    wrong = _wrong(body, shape, "")
    if wrong or kind != "event_callback":
        return wrong or _pressed_nothing(body)
    return _wrong(body["event"], EVENTS.get(body["event"]["type"], {}), "event")


def _pressed_nothing(body: dict[str, Any]) -> str:
    return "actions" if body.get("type") == "block_actions" and not body["actions"] else ""


def _wrong(value: object, shape: Shape, path: str) -> str:
    """Return the path to the first part that does not fit."""
    match shape:
        case {"*": each}:
            if not isinstance(value, dict):
                return path
            found = (_wrong(one, each, f"{path}.*") for one in value.values())
            return next(filter(None, found), "")
        case dict():
            return _wrong_key(value, shape, path)
        case [each]:
            if not isinstance(value, list):
                return path
            found = (_wrong(one, each, f"{path}[]") for one in value)
            return next(filter(None, found), "")
        case type():
            return "" if isinstance(value, shape) else path
        case _:
            return "" if shape(value) else path


def _wrong_key(value: object, shape: Mapping[str, Shape], path: str) -> str:
    if not isinstance(value, dict):
        return path or "no object"
    for key, inner in shape.items():
        name = key.removesuffix("?")
        if value.get(name) is None and name != key:
            continue
        wrong = _wrong(value.get(name), inner, f"{path}.{name}".lstrip("."))
        if wrong:
            return wrong
    return ""
