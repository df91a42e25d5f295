"""What the bot has yet to do, and what it could not do: said where people look, with a Retry."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import owing as rules
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages.deeds import do_button
from bot.slack.messages.text import Block, context, section, sentence, when
from bot.storage.outbox import Pending

_NOTEWORTHY = timedelta(seconds=3)
_LONG = timedelta(minutes=2)
_MOST_FAILURES = 4
_MOST_NAMED = 4
_ONCE = frozenset({"InviteDeclarer", "PinCard", "PostGuidelines", "AddBookmark"})
"""Done once for a room: while one is owed, or has failed, the room is still being made ready."""


_SEEN = frozenset(
    {kind.__name__ for kind in get_args(f.Effect) if kind.in_room} - {"ShowCard"}
    | {"PostToRoom", "PostToFeed", "TellPerson"}
)
"""What people in the room would miss; the card itself is there when it says so."""


def failed(incident: Incident) -> list[Block]:
    """Return what was given up, with why and a Retry each."""
    blocks = []
    for place, failure in enumerate(list(incident.failures.values())[:_MOST_FAILURES]):
        text = f"⚠️ {sentence(failure.why, 300)}"
        retry = do_button(
            "Retry",
            incident.stream,
            c.RetryEffect(effect=failure.effect),
            nth=f"retry{place}",
        )
        blocks.append(section(text, accessory=retry) if retry else section(text))
    rest = len(incident.failures) - _MOST_FAILURES
    if rest > 0:
        blocks.append(context(f"⚠️ {rest} more could not be done."))
    return blocks


def waiting(
    incident: Incident, process: Process, owed: Sequence[Pending], now: datetime
) -> list[Block]:
    """Return what waits for Slack, once it has waited long enough to be noticed."""
    late: dict[str, Pending] = {}
    for pending in owed:
        if pending.kind in _SEEN and _noteworthy(pending, now):
            late.setdefault(pending.effect.label, pending)
    if not late:
        return []
    names = list(late)
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED], f"{len(late) - _MOST_NAMED} more"]
    what = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    verb = "wait" if len(late) > 1 or what.endswith("s") else "waits"
    longest = max(late.values(), key=lambda pending: pending.due)
    wait = f"{what} {verb} for Slack{_how_long(longest, now)}"
    return [context(f"⏳ {_progress(incident, process, owed)}{wait}.")]


def _noteworthy(pending: Pending, now: datetime) -> bool:
    return pending.attempts > 1 or abs(now - pending.due) > _NOTEWORTHY


def _how_long(pending: Pending, now: datetime) -> str:
    """The card is not edited each second: a long wait names a time, a short one its length."""
    left = pending.due - now
    if left > _LONG:
        return f" until {when(pending.due, '{time}')}"
    seconds = round(left.total_seconds())
    return f", {seconds} s" if seconds > 0 else ""


def _progress(incident: Incident, process: Process, owed: Iterable[Pending]) -> str:
    """Return `7 of 9 done; ` while the room is being made ready."""
    open_kinds = {pending.kind for pending in owed}
    failed_kinds = {effect.partition(":")[0] for effect in incident.failures}
    if not (open_kinds & _ONCE):
        return ""
    parts = _parts(incident, process)
    left = parts & (open_kinds | failed_kinds) - {"ShowCard"}  # whoever reads this sees the card
    return f"{len(parts) - len(left)} of {len(parts)} done; "


def _parts(incident: Incident, process: Process) -> frozenset[str]:
    """Return what makes this incident's room ready."""
    parts = {kind.__name__ for kind in get_args(f.Effect) if kind.in_room}
    if not rules.everyone(incident):
        parts -= {"InviteResponders"}
    if not rules.announced(incident, process):
        parts -= {"ShowAnnouncement"}
    return frozenset(parts)
