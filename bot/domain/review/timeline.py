"""What happened and what was said, at the time of it, with a picture.

What concerns the running of the room only (who came and went, posts that were made anew) stands in
the full log of the appendix.
"""

from collections.abc import Iterator

from bot.domain import events as e
from bot.domain.playbook.events import StepOpened
from bot.domain.review.case import Case, begun
from bot.domain.review.document import Block, Section, Timeline, TimelineRow
from bot.domain.review.glance import picture
from bot.domain.review.record import Message
from bot.domain.state import Mark
from bot.domain.values import MessageRef

ASIDE = (
    e.RoomRenamed,
    e.RoomArchived,
    e.RoomUnarchived,
    e.AnnouncementPosted,
    e.PostLost,
    e.PersonJoined,
    e.PersonParted,
    e.UpdatesSnoozed,
    e.TaskReminded,
    e.MessageMarked,
    e.MessageUnmarked,
    e.MarkedMessageChanged,
    e.ReviewWritten,
    e.ReviewCompiled,
    e.PlaybookOffered,
    e.EffectFailed,
    e.EffectRetried,
    e.EffectRecovered,
    StepOpened,
)
"""In the full log only. Marked messages stand on the timeline themselves."""


def section(case: Case) -> Section:
    """Return the picture, and every step of the way with its link."""
    rows = [row for recorded, row in case.event_rows if not _aside(recorded.event)]
    rows += marked(case)
    rows.sort(key=lambda row: row.at)
    blocks: tuple[Block, ...] = (picture(case), Timeline(rows=tuple(rows)))
    return Section(key="timeline", title="Timeline", blocks=blocks)


def _aside(event: e.Event) -> bool:
    """Whether an event stands in the full log only; that who declares leads, needs no saying."""
    declared = isinstance(event, e.RoleTaken) and event.how == "declared"
    return declared or isinstance(event, ASIDE)


def marked(case: Case) -> Iterator[TimelineRow]:
    """Yield the messages whose mark stands, at the time they were said."""
    for ref, mark in case.incident.marks.items():
        message = case.messages.get(ref)
        if message is not None:
            yield case.message_row(message, mark.permalink)
        else:
            yield _lost(case, ref, mark)


def _lost(case: Case, ref: MessageRef, mark: Mark) -> TimelineRow:
    """A message that the log does not have, as when it was marked outside the room."""
    known = Message(channel=ref.channel, ts=ref.ts, user=mark.said_by, text="", at=mark.said_at)
    return TimelineRow(
        at=mark.said_at,
        text="",
        kind="message",
        link=case.address(mark.permalink) or case.permalink(known),
        who=begun(case.who(mark.said_by)),
        notes=("its text is not in the log; the link leads to it",),
    )
