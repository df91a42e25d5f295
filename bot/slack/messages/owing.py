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

_LONG = timedelta(minutes=2)
_SHORT = timedelta(seconds=5)
_MOST_FAILURES = 4
_MOST_NAMED = 4
_ONCE = frozenset({"InviteDeclarer", "PinCard", "PostGuidelines", "AddBookmark"})
"""Done once for a room: while one is owed, or has failed, the room is still being made ready."""
_BEHIND_THE_CARD = frozenset({"ShowCard", "PinCard", "PostGuidelines"})
"""Not owed, or not to be seen, before there is a card."""
_SEEN = frozenset(kind.__name__ for kind in get_args(f.Effect) if kind.in_room or kind.missed)
"""What people in the room would miss."""


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
    incident: Incident,
    process: Process,
    owed: Sequence[Pending],
    now: datetime,
    *,
    on_card: bool = True,
    lasting: bool = False,
) -> list[Block]:
    """Return what waits for Slack, once it has waited long enough to be noticed.

    Said on the card itself, the card is there. What is `lasting` stays as it was said, so it names
    a time.
    """
    late: dict[str, Pending] = {}
    for pending in owed:
        waits = pending.kind in _SEEN and not (on_card and pending.kind == "ShowCard")
        if waits and _noteworthy(pending, now):
            late.setdefault(pending.effect.label, pending)
    if not late:
        return []
    names = list(late)
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED], f"{len(late) - _MOST_NAMED} more"]
    what = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    verb = "wait" if len(late) > 1 or what.endswith("s") else "waits"
    longest = max(late.values(), key=lambda pending: pending.due)
    wait = f"{what} {verb} for Slack{_how_long(longest, now, lasting=lasting)}"
    done = _progress(incident, process, owed, on_card=on_card)
    return [context(f"⏳ {done or wait[0].upper()}{wait if done else wait[1:]}.")]


def _noteworthy(pending: Pending, now: datetime) -> bool:
    """Say whether this waits for Slack, and not only behind other posts of the room."""
    waits = abs(pending.due - now) if pending.effect.in_room else pending.due - now
    return pending.attempts > 1 or waits > rules.NOTICED


def _how_long(pending: Pending, now: datetime, *, lasting: bool) -> str:
    """The card is not edited each second: a long wait names a time, a short one its length."""
    left = pending.due - now
    if left > (_SHORT if lasting else _LONG):
        return f" until {when(pending.due, '{time}')}"
    seconds = round(left.total_seconds())
    return f", {seconds} s" if seconds > 0 else ""


def _progress(
    incident: Incident, process: Process, owed: Iterable[Pending], *, on_card: bool
) -> str:
    """Return `7 of 9 done; ` while the room is being made ready."""
    if incident.room is None:
        return ""  # what follows the room is not owed yet
    open_kinds = {pending.kind for pending in owed}
    failed_kinds = {effect.partition(":")[0] for effect in incident.failures}
    if incident.card is None:
        open_kinds |= _BEHIND_THE_CARD
    if not (open_kinds & _ONCE):
        return ""
    parts = _parts(incident, process)
    left = parts & (open_kinds | failed_kinds)
    if on_card:
        left -= {"ShowCard"}
    return f"{len(parts) - len(left)} of {len(parts)} done; "


def _parts(incident: Incident, process: Process) -> frozenset[str]:
    """Return what makes this incident's room ready."""
    parts = {kind.__name__ for kind in get_args(f.Effect) if kind.in_room}
    if not rules.everyone(incident):
        parts -= {"InviteResponders"}
    if not rules.announced(incident, process):
        parts -= {"ShowAnnouncement"}
    return frozenset(parts)
