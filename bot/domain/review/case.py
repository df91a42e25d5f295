"""The record as sections read it: people by their part, sentences, links, spans of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from bot.domain import events as e
from bot.domain.naming import in_utc
from bot.domain.process import Process
from bot.domain.review.document import Cell, Fact, Missing, TimelineRow
from bot.domain.review.people import People
from bot.domain.review.record import Message, Record
from bot.domain.state import Incident
from bot.domain.values import MessageRef, Milestone, Text
from bot.domain.wording import timeline_line, told_at

E = TypeVar("E")

DELETED = "deleted in Slack"
EDITED = "edited"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One incident's record, with the people in it turned into parts."""

    record: Record
    people: People

    @property
    def incident(self) -> Incident:
        """The state that the record leads to."""
        return self.record.incident

    @property
    def process(self) -> Process:
        """The organisation's process."""
        return self.record.process

    # Words

    def who(self, user: str) -> str:
        """Return what a person is called."""
        return self.people.who(user)

    def role(self, key: str) -> str:
        """Return what a role is called, also one that the organisation no longer has."""
        role = self.process.role(key)
        return role.label if role else key

    def words(self, text: Text | str) -> str:
        """Return what a person wrote, its mentions turned into parts."""
        return self.people.plain(text)

    def asks(self, what: str, word: str, *, needed: bool = False) -> Missing:
        """Return a gap with the command that fills it, in the form that works from anywhere.

        What is `needed` is what `lifecycle.missing` names, and the close asks for.
        """
        first, _, rest = word.partition(" ")
        parts = (self.record.word, first, self.incident.name.lower(), rest)
        command = " ".join(part for part in parts if part)
        return Missing(what=what, how=f"Add it with `{command}`.", needed=needed)

    def line(self, recorded: e.Recorded) -> str | None:
        """Return what happened, in a sentence; None for what tells nothing."""
        told = timeline_line(
            recorded, self.incident, self.who, process=self.process, time_of=in_utc
        )
        return None if told is None else begun(self.words(told))

    # Places

    def link(self, recorded: e.Recorded) -> str:
        """Return where an event stands on the incident's page."""
        return f"{self.record.page}#event-{recorded.version}"

    def permalink(self, message: Message) -> str:
        """Return where a message stands in Slack, in the form that Slack gives such links."""
        if not self.record.archive:
            return self.record.page
        place = f"archives/{message.channel}/p{message.ts.replace('.', '')}"
        thread = ""
        if message.thread_ts and message.thread_ts != message.ts:
            thread = f"?thread_ts={message.thread_ts}&cid={message.channel}"
        return f"{self.record.archive.rstrip('/')}/{place}{thread}"

    def address(self, link: str) -> str:
        """Return an address that people gave, if it leads to a page; a script is no address."""
        return link if link.lower().startswith(("https://", "http://")) else ""

    # Events

    def all_of(self, kind: type[E]) -> Iterator[tuple[e.Recorded, E]]:
        """Yield what happened of one kind, in order."""
        for recorded in self.record.events:
            if isinstance(recorded.event, kind):
                yield recorded, recorded.event

    @cached_property
    def event_rows(self) -> tuple[tuple[e.Recorded, TimelineRow], ...]:
        """Everything that was recorded and tells people something, as rows."""
        rows = []
        for recorded in self.record.events:
            text = self.line(recorded)
            if text is not None:
                at, link = told_at(recorded), self.link(recorded)
                rows.append((recorded, TimelineRow(at=at, text=text, kind="event", link=link)))
        return tuple(rows)

    # Messages

    @cached_property
    def messages(self) -> dict[MessageRef, Message]:
        """The log by channel and ts."""
        return {MessageRef(channel=m.channel, ts=m.ts): m for m in self.record.messages}

    def message_row(self, message: Message, link: str = "") -> TimelineRow:
        """Return a message as it stands in Slack now; what was deleted there is not repeated."""
        if message.deleted:
            text, notes = "", (DELETED,)
        else:
            text = self.people.from_slack(message.text)
            files = (f"file: {self.words(file.name)}" for file in message.files)
            notes = (*((EDITED,) if message.edited else ()), *files)
        return TimelineRow(
            at=message.at,
            text=text,
            kind="message",
            link=self.address(link) or self.permalink(message),
            who=begun(self.who(message.user)),
            notes=notes,
        )

    # Times

    def milestone(self, milestone: Milestone) -> Cell:
        """Return when a milestone was reached, or that it is not known."""
        return when(self.incident.at(milestone))

    @property
    def until(self) -> datetime:
        """Where the incident itself ends: when it came to rest, or the moment of compiling."""
        ends = (self.incident.at("resolved"), self.incident.at("closed"))
        if self.incident.at_rest:
            return next((end for end in ends if end is not None), self.last_at)
        return self.record.compiled_at

    @property
    def last_at(self) -> datetime:
        """When something was last recorded."""
        events = self.record.events
        return events[-1].happened_at if events else self.record.compiled_at


def begun(sentence: str) -> str:
    """Begin a sentence with a capital, also one that begins with a part such as `responder 3`."""
    return sentence[:1].upper() + sentence[1:]


def when(at: datetime | None) -> Cell:
    """Return a time as a cell."""
    return Cell(text="not known") if at is None else Cell(at=at)


def fact(label: str, text: str = "", *, at: datetime | None = None, link: str = "") -> Fact:
    """Return a term with its value."""
    return Fact(label=label, value=Cell(text=text, at=at, link=link))


def span(length: timedelta) -> str:
    """Write a stretch of time as people say it: the two largest units that matter."""
    seconds = round(abs(length.total_seconds()))
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    for place, (size, unit) in enumerate(units):
        if seconds >= size:
            count, rest = divmod(seconds, size)
            smaller = units[place + 1] if place + 1 < len(units) else None
            more = rest // smaller[0] if smaller else 0
            return f"{count} {unit}" + (f" {more} {smaller[1]}" if smaller and more else "")
    return "0 min"


def one_or_many(count: int, one: str, many: str = "") -> str:
    """Write a number of things."""
    return f"{count} {one if count == 1 else many or one + 's'}"
