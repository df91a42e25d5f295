"""The timeline of an incident as rows: every event and every marked message, at its own time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from markupsafe import Markup

from bot.domain import events as e
from bot.domain.incident import Incident, Mark
from bot.domain.playbook.events import RunEvent, StepDone, StepOpened
from bot.domain.values import MUSTER, MessageRef
from bot.domain.wording import timeline_line, told_at
from bot.storage.messages import Said
from bot.web.markup import Places, from_slack, http, prose, seen
from bot.web.site import Site

Kind = Literal["update", "decision", "note", "message", "state", "people", "work", "aside"]
"""What sort of thing happened; `aside` concerns the running of the room only."""

SHOWN: Mapping[str, tuple[str, frozenset[str]]] = {
    "all": ("All", frozenset()),
    "updates": ("Updates", frozenset({"update"})),
    "decisions": ("Decisions", frozenset({"decision"})),
    "notes": ("Notes", frozenset({"note"})),
    "messages": ("Messages", frozenset({"message"})),
}
"""What the timeline can be narrowed to: label and kinds; no kinds, no narrowing."""

PAGE = 500
"""How many rows stand on a page."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that happened or was said. `text` is what people wrote, where it stands apart."""

    anchor: str
    at: datetime
    kind: Kind
    told: Markup
    text: Markup
    plain: str
    link: str = ""
    notes: tuple[Markup, ...] = ()
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that belongs on the timeline, before it is put in words."""

    at: datetime
    order: int
    kind: Kind
    what: e.Recorded | MessageRef


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """A page of the timeline, the newest first."""

    rows: tuple[Row, ...]
    show: str
    page: int
    pages: int
    counts: Mapping[str, int]


def kind_of(event: e.Event) -> Kind | None:
    """Return what sort of thing an event is; None where a row would tell nobody anything."""
    match event:
        case e.UpdatePosted():
            return "update"
        case e.DecisionRecorded():
            return "decision"
        case e.NoteAdded():
            return "note"
        case (
            e.IncidentDeclared()
            | e.SeverityChanged()
            | e.StatusChanged()
            | e.ResolutionRecorded()
            | e.MilestoneCorrected()
            | e.ClosedIncomplete()
            | e.DetailsEdited()
        ):
            return "state"
        case e.RoleTaken() | e.RoleDropped() | e.HandoverOffered() | e.HandoverRefused():
            return "people"
        case StepOpened() | StepDone(by=None):
            return "aside"
        case e.TaskAdded() | e.TaskDone() | e.FollowupAdded() | e.FollowupDone():
            return "work"
        case e.MessageMarked() | e.MessageUnmarked() | e.CardPosted() | e.JoinAsked():
            return None  # a marked message stands there itself
        case e.ReviewCompiled(told=False) | e.UpdateNudged(stage="soon"):
            return None
        case _:
            return "work" if isinstance(event, RunEvent) else "aside"


def moments(incident: Incident, events: Sequence[e.Recorded]) -> list[Moment]:
    """Return everything that belongs on the timeline, the newest first."""
    found, marked = [], dict[MessageRef, int]()
    for recorded in events:
        event = recorded.event
        if isinstance(event, e.MessageMarked):
            marked[MessageRef(channel=event.channel, ts=event.ts)] = recorded.version
        kind = kind_of(event)
        if kind is not None:
            at = told_at(recorded)
            found.append(Moment(at=at, order=recorded.version, kind=kind, what=recorded))
    for ref, mark in incident.marks.items():
        order = marked.get(ref, 0)
        found.append(Moment(at=mark.said_at, order=order, kind="message", what=ref))
    found.sort(key=lambda one: (one.at, one.order), reverse=True)
    return found


def excerpt(
    site: Site,
    incident: Incident,
    all_moments: Sequence[Moment],
    said: Mapping[MessageRef, Said],
    *,
    show: str,
    page: int,
) -> Excerpt:
    """Return a page of what is wanted, in words."""
    counts = {name: _count(all_moments, kinds) for name, (_, kinds) in SHOWN.items()}
    kinds = SHOWN[show][1]
    wanted = [one for one in all_moments if not kinds or one.kind in kinds]
    pages = max(1, -(-len(wanted) // PAGE))
    page = min(max(page, 1), pages)
    teller = Teller(site=site, incident=incident, said=said)
    told = (teller.row(one) for one in wanted[(page - 1) * PAGE : page * PAGE])
    rows = tuple(row for row in told if row is not None)
    return Excerpt(rows=rows, show=show, page=page, pages=pages, counts=counts)


def page_with(all_moments: Sequence[Moment], version: int) -> int:
    """Return on which page of the whole timeline an event stands; 1 where it stands nowhere."""
    place = next((n for n, one in enumerate(all_moments) if one.order == version), 0)
    return place // PAGE + 1


def _count(all_moments: Sequence[Moment], kinds: frozenset[str]) -> int:
    return sum(not kinds or one.kind in kinds for one in all_moments)


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Puts moments in words, for readers who see people's names."""

    site: Site
    incident: Incident
    said: Mapping[MessageRef, Said]

    def row(self, moment: Moment) -> Row | None:
        """Return the row of a moment; None where there are no words for it."""
        if isinstance(moment.what, MessageRef):
            return self._message(moment, moment.what, self.incident.marks[moment.what])
        return self._event(moment, moment.what)

    def _event(self, moment: Moment, recorded: e.Recorded) -> Row | None:
        places = Places(self._name)
        sentence = timeline_line(
            recorded,
            self.incident,
            places.person,
            process=self.site.process,
            time_of=places.time,
        )
        if sentence is None:
            return None
        text = _written(recorded.event)
        head = sentence
        if text and sentence.endswith(text):
            head = sentence[: -len(text)].rstrip().removesuffix(":")
        else:
            text = ""
        told = places.filled(head)
        return Row(
            anchor=f"event-{recorded.version}",
            at=moment.at,
            kind=moment.kind,
            told=told,
            text=prose(text),
            plain=f"{told.striptags()}: {seen(text)}" if text else told.striptags(),
            rule=recorded.rule if recorded.actor == MUSTER.user else "",
        )

    def _message(self, moment: Moment, ref: MessageRef, mark: Mark) -> Row:
        said = self.said.get(ref)
        who = self._name(mark.said_by or (said.user if said else ""))
        text, notes = "", list[Markup]()
        if said is None:
            notes.append(Markup("its text is not in the log; the link leads to it"))
        elif said.deleted:
            notes.append(Markup("deleted in Slack"))
        else:
            text = from_slack(said.text, self.site.name_of)
            notes += [Markup("edited")] if said.edited_ts else []
            notes += [Markup("file: {}").format(seen(file.name)) for file in said.files]
        return Row(
            anchor=f"event-{moment.order}",
            at=moment.at,
            kind="message",
            told=Markup("<b>{}</b> said").format(seen(who)),
            text=prose(text),
            plain=f"{seen(who)}: {seen(text)}",
            link=http(mark.permalink),
            notes=tuple(notes),
        )

    def _name(self, user: str) -> str:
        return self.site.name_of(user) if user else "an app"


def _written(event: e.Event) -> str:
    """Return what a person wrote, of events that are mostly that."""
    match event:
        case (
            e.UpdatePosted(text=text)
            | e.DecisionRecorded(text=text)
            | e.NoteAdded(text=text)
            | e.FollowupAdded(text=text)
        ):
            return text
        case e.IncidentDeclared(title=text):
            return text
        case e.ResolutionRecorded(resolution=text):
            return text
        case _:
            return ""


def as_json(row: Row) -> dict[str, str]:
    """Return a row for machines."""
    plain = {"at": row.at.astimezone(UTC).isoformat(), "kind": row.kind, "text": row.plain}
    return {**plain, "link": row.link} if row.link else plain
