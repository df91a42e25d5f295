"""Which calls replicas made for one another, by what the pretend Slack has recorded."""

import json
from collections.abc import Iterable

from bot.simulator.record import Call


def effect_of(call: Call) -> str:
    """The id of the effect that a post carries, "" for anything else."""
    metadata = call.args.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return str(metadata.get("event_payload", {}).get("effect", ""))


def done_instead(calls: Iterable[Call], held: Call) -> Call:
    """The first call with which another replica has done what a call that was held back was for."""
    others = [
        each
        for each in calls
        if each.number > held.number
        and each.method == held.method
        and effect_of(each) == effect_of(held)
    ]
    assert others, f"nobody has done {held.args}"
    return others[0]


def taken_away(calls: Iterable[Call], late: Call) -> Call:
    """The call that has deleted what landed late; others may have tried it, too."""
    (deleted,) = [
        each
        for each in calls
        if each.method == "chat.delete"
        and each.args["ts"] == late.answer["ts"]
        and each.answer.get("ok")
    ]
    return deleted
