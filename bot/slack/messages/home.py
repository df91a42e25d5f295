"""App Home: my incidents, what is overdue, and the button that opens a new one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.commands import FinishFollowup
from bot.domain.process import Process
from bot.slack.messages.deeds import do_button
from bot.slack.messages.lists import incident_line, titled
from bot.slack.messages.text import (
    Block,
    actions,
    brief_words,
    button,
    context,
    day,
    escape,
    header,
    section,
    when,
)
from bot.storage.queries import Listed, OwedFollowup

_MOST = 10
_GUESTS = (
    "Something is wrong? Tell a member of this workspace: guests do not declare incidents here. "
    "Where you were let in you can help: join, look, and note what you see."
)


def home(
    mine: Sequence[Listed],
    overdue: Sequence[Listed],
    followups: Sequence[OwedFollowup],
    *,
    word: str,
    now: datetime,
    process: Process | None = None,
    declares: bool = True,
) -> dict[str, Any]:
    """Return the home tab of one person; `declares`: they may declare incidents."""
    known = process or Process()
    way_in = (
        actions(button("Declare an incident", "word:declare", style="primary")),
        context(f"Or type `{escape(word)} declare checkout is down` anywhere."),
    )
    blocks = [
        *(way_in if declares else (section(_GUESTS),)),
        *_overdue(overdue),
        header("My open incidents"),
        *_incidents(mine, known),
        header("My follow-ups"),
        *_followups(followups, now),
    ]
    return {"type": "home", "blocks": blocks}


def _overdue(listed: Sequence[Listed]) -> list[Block]:
    if not listed:
        return []
    blocks = [header("⏰ Updates overdue")]
    for each in listed[:_MOST]:
        since = f", promised for {when(each.update_due_at)}" if each.update_due_at else ""
        post = button("Post update", "word:update", each.stream)
        text = f"{titled(each)}{since}"
        blocks.append(section(text, accessory=post))
    return blocks + _more(len(listed))


def _incidents(listed: Sequence[Listed], process: Process) -> list[Block]:
    if not listed:
        return [section("You are part of no open incident. Good.")]
    blocks = [
        section(incident_line(each, process), accessory=button("Show", "word:show", each.stream))
        for each in listed[:_MOST]
    ]
    return blocks + _more(len(listed))


def _followups(owed: Sequence[OwedFollowup], now: datetime) -> list[Block]:
    if not owed:
        return [section("Nothing is waiting for you.")]
    blocks = []
    for each in owed[:_MOST]:
        late = "⏰ " if each.due and each.due < now else ""
        due = f" · due {day(each.due)}" if each.due else ""
        lock = "🔒 " if each.private else ""
        text = f"{late}{brief_words(each.text, 250)} · {lock}INC-{each.incident}{due}"
        done = do_button("Done", each.stream, FinishFollowup(number=each.number))
        blocks.append(section(text, accessory=done) if done else section(text))
    return blocks + _more(len(owed))


def _more(count: int) -> list[Block]:
    return [context(f"{count - _MOST} more.")] if count > _MOST else []
