"""What a delivery must look like before anything is read of it.

Slack's payloads are JSON of any shape. Here is written down what is relied on, no more. What does
not fit is acknowledged and not looked at again, since it would come a second time just the same.
"""

from collections.abc import Mapping
from typing import Any

from bot.slack.shapes import MESSAGE, USER, Shape, a_ts, an_id, day, misfit, seconds, text

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


def _named(value: object) -> bool:
    """Whether bolt can look for an id here: it is one, or an object."""
    return isinstance(value, str | dict)


_EVENT = {"type": text, "channel?": _named, "user?": _named, "item?": {"channel?": _named}}
"""What bolt looks at first in any event, whether anything is done about it or not."""
_INTERACTION = {
    **_WHOLE,
    "team?": _TEAM,
    "user": _PERSON,
    "channel?": {"id": an_id},
    "message?": MESSAGE,
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
        "message": {**MESSAGE, "ts": a_ts},
    },
    "block_suggestion": {**_INTERACTION, "action_id": text},
    "event_callback": {**_WHOLE, "team_id?": an_id, "event": _EVENT},
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
    "item": {**_ITEM, "message?": {**MESSAGE, "permalink?": text}},
    "item_user?": text,
    "event_ts": a_ts,
}
_CHANNEL = {"channel": an_id, "user?": text, "actor_id?": text, "event_ts": a_ts}
_RENAMED = {"channel": {"id": an_id, "name": text}, "event_ts": a_ts}
_MEMBER = {"user": an_id, "channel": an_id, "inviter?": an_id, "event_ts": a_ts}
_PERSON_CHANGED = {"user": USER, "event_ts?": a_ts}

EVENTS: Mapping[str, Shape] = {
    "message": {
        **MESSAGE,
        "ts": a_ts,
        "channel": an_id,
        "channel_type?": text,
        "deleted_ts?": a_ts,
        "message?": MESSAGE,
        "previous_message?": MESSAGE,
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
    wrong = misfit(body, shape, "")
    if wrong or kind != "event_callback":
        return wrong or _pressed_nothing(body)
    return misfit(body["event"], EVENTS.get(body["event"]["type"], {}), "event")


def _pressed_nothing(body: dict[str, Any]) -> str:
    return "actions" if body.get("type") == "block_actions" and not body["actions"] else ""
