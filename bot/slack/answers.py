"""What an answer of Slack's must look like before anything is read of it.

Here is written down what is relied on, as `payloads.py` does for deliveries. A method that is not
here is called for what it does alone: no more is asked of its answer than to be an object.

An answer that does not fit is no answer, and never a part of one: of a room whose list of members
holds something odd it cannot be said who has left, and of a history with something odd in it not
that a post is missing. Only who asks for it has each message of a history looked at by itself: what
some app posts must not keep a whole room unread. One without a valid ts cannot be told from others,
and spoils the answer for all.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.slack.shapes import MESSAGE, USER, Shape, a_ts, an_id, misfit, seconds, text

_ODD = "odd"
"""The subtype under which is told that a message is there, and not as Slack's documents say."""
_WORD = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_PAGED = {"response_metadata?": {"next_cursor?": text}}
_NAMED = {"id": an_id, "name": text}
_MADE = {"created?": seconds, "creator?": text}
_MARKED = {**MESSAGE, "ts": a_ts, "permalink?": text}
_TOLD = {
    **_MARKED,
    "metadata?": {"event_type?": text, "event_payload?": {}},
    "reactions?": [{"name": text, "users?": [an_id], "count?": int}],
    "reply_count?": int,
    "reply_users?": [text],
    "latest_reply?": a_ts,
}
"""A message as a room's history tells it."""
_HISTORY = {**_PAGED, "messages": [_TOLD], "pin_count?": int}
_ABOUT_A_ROOM = {
    "name": text,
    "topic?": {"value?": text},
    "is_private?": bool,
    "is_archived?": bool,
    "is_member?": bool,
}
_INVITED = {"errors?": [{"user?": an_id, "error?": text}]}


def _pin(value: object) -> bool:
    """Whether this is a pin; what is pinned may be no message."""
    if misfit(value, {"type": text, "created_by?": text, "message?": _MARKED}, "pin"):
        return False
    return isinstance(value, dict) and (value["type"] != "message" or bool(value.get("message")))


ANSWERS: Mapping[str, Shape] = {
    "auth.test": {"team_id": an_id, "user_id": an_id, "bot_id": an_id, "url": text},
    "bookmarks.add": {"bookmark": {"id": an_id}},
    "bookmarks.list": {"bookmarks": [{"id": an_id, "link?": text, "date_created?": seconds}]},
    "chat.getPermalink": {"permalink": text},
    "chat.postMessage": {"channel": an_id, "ts": a_ts},
    "conversations.create": {"channel": _NAMED},
    "conversations.history": _HISTORY,
    "conversations.info": {"channel": _ABOUT_A_ROOM},
    "conversations.invite": _INVITED,
    "conversations.list": {**_PAGED, "channels": [_NAMED]},
    "conversations.members": {**_PAGED, "members": [an_id]},
    "conversations.open": {"channel": {"id": an_id}},
    "conversations.rename": {"channel": {"name": text}},
    "conversations.replies": _HISTORY,
    "pins.list": {"items": [_pin]},
    "usergroups.users.list": {"users": [an_id]},
    "users.conversations": {**_PAGED, "channels": [{**_NAMED, **_MADE}]},
    "users.info": {"user": USER},
}
"""What is relied on in the answer of each method that something is read of."""

_REFUSALS: Mapping[str, Shape] = {"conversations.invite": _INVITED}
"""The same of methods that say more than a word when they refuse."""


def legible(history: Any) -> Any:
    """Return a history with nothing of an odd message but that it is there."""
    told = history.get("messages") if isinstance(history, dict) else None
    return {**history, "messages": list(map(_legible, told))} if isinstance(told, list) else history


def _legible(raw: Any) -> Any:
    there = isinstance(raw, dict) and a_ts(raw.get("ts"))
    return {"ts": raw["ts"], "subtype": _ODD} if there and misfit(raw, _TOLD, "") else raw


def is_odd(raw: Mapping[str, Any]) -> bool:
    """Whether of this message is known only that it is there."""
    return raw.get("subtype") == _ODD


def misread(method: str, answer: Any) -> str:
    """Return what in an answer is not as Slack's documents say, "" where all of it is."""
    refused = isinstance(answer, dict) and not answer.get("ok")
    return misfit(answer, (_REFUSALS if refused else ANSWERS).get(method, {}), "")


def refusal(answer: Any) -> str:
    """Return Slack's word for why it refuses, "" where it gives none."""
    word = answer.get("error") if isinstance(answer, dict) else None
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""
