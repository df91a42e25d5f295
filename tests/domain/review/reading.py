"""The words in which the review is tested: an incident's story, compiled and read."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.domain import commands as c
from bot.domain.playbook import Playbook
from bot.domain.process import Process
from bot.domain.review.compiling import compiled
from bot.domain.review.document import (
    Block,
    Cell,
    Document,
    Facts,
    Missing,
    Section,
    Table,
    Timeline,
    TimelineRow,
    Words,
)
from bot.domain.review.markdown import markdown
from bot.domain.review.record import File, Message, Record
from bot.domain.shapes import Principal
from bot.domain.steps import Checklist, Task
from bot.domain.steps.checklist import Item
from bot.domain.values import Actor, Text
from tests.domain.vocabulary import ANN, BOB, CLEO, DAN, ROOM, Story, minutes, with_room

PAGE = "https://muster.example/incidents/42"
ARCHIVE = "https://acme.slack.com/"
NAMES = {ANN: "Ann Arbor", BOB: "Bob Stone", CLEO: "Cleo Park", DAN: "Dan Frost"}
PLAYBOOK = Playbook(
    id="outage",
    name="Service outage",
    version="1.2.0",
    steps=(
        Checklist(
            id="triage",
            name="Triage",
            items=(
                Item(id="disk", text="Check the disk"),
                Item(id="graph", text="Link the graph", evidence="link"),
                Item(id="blame", text="Look for a deploy", required=False),
            ),
        ),
        Task(
            id="call",
            title="Call the supplier",
            assignee=Principal(kind="role", name="operations"),
        ),
    ),
)
PROCESS = Process(playbooks={"outage": PLAYBOOK}, services=("checkout",))


def recorded(story: Story, *messages: Message) -> Record:
    """All that is known of the story at its present moment."""
    return Record(
        incident=story.incident,
        events=tuple(story.record),
        messages=messages,
        names=NAMES,
        process=story.process,
        compiled_at=story.now,
        page=PAGE,
        archive=ARCHIVE,
    )


def review(story: Story, *messages: Message) -> Document:
    """The review of the story as it stands."""
    return compiled(recorded(story, *messages))


def section(story: Story, key: str, *messages: Message) -> Section:
    """One section of the review."""
    return next(s for s in review(story, *messages).sections if s.key == key)


def facts(part: Section) -> dict[str, Cell]:
    """The terms of a section."""
    rows = (row for block in part.blocks if isinstance(block, Facts) for row in block.rows)
    return {row.label: row.value for row in rows}


def table(part: Section, caption: str) -> list[list[str]]:
    """The texts of a table, row by row; a time is given as hours and minutes."""
    found = next(b for b in part.blocks if isinstance(b, Table) and b.caption == caption)
    return [[shown(cell) for cell in row] for row in found.rows]


def shown(cell: Cell) -> str:
    """The text of a cell, with its time as hours and minutes."""
    time = f"{cell.at:%H:%M}" if cell.at else ""
    return " ".join(part for part in (cell.text, time) if part)


def captions(part: Section) -> list[str]:
    """The tables of a section."""
    return [block.caption for block in part.blocks if isinstance(block, Table)]


def written(part: Section) -> list[str]:
    """What people wrote in a section."""
    return [block.text for block in part.blocks if isinstance(block, Words)]


def gaps(part: Section) -> list[str]:
    """What a section says is missing."""
    return [f"{b.what} {b.how}" for b in part.blocks if isinstance(b, Missing)]


def rows(part: Section) -> list[TimelineRow]:
    """The rows of the timeline in a section."""
    return [row for b in part.blocks if isinstance(b, Timeline) for row in b.rows]


def texts(blocks: Iterator[Block] | tuple[Block, ...]) -> str:
    """Everything that blocks say, links included."""
    whole = Section(key="k", title="t", blocks=tuple(blocks))
    document = Document(
        number=1,
        title="",
        drill=False,
        private=False,
        complete=False,
        version=1,
        compiled_at=Story().now,
        page="",
        sections=(whole,),
    )
    return markdown(document)


def said(story: Story, by: str, text: str, ts: str = "1767614460.000100") -> Message:
    """A message of the room, as the log has it."""
    return Message(channel=ROOM, ts=ts, user=by, text=text, at=story.now)


def whole_incident() -> tuple[Story, tuple[Message, ...]]:
    """An incident from its declaration to its close, with a bit of everything."""
    begin = Story().now
    story = with_room(
        c.Declare(
            title=Text("checkout is down"),
            summary=Text("Nobody can pay."),
            severity="sev2",
            category="availability",
            services=("checkout",),
            started_at=begin - minutes(12),
            number=42,
        ),
        process=PROCESS,
    )
    story.do(c.PersonEntered(user=BOB, unasked=True))
    story.do(c.PersonEntered(user=CLEO))
    story.now += minutes(3)
    story.do(c.TakeRole(role="operations"), BOB)
    story.do(c.StartPlaybook(playbook="outage"))
    story.do(c.SetStatus(status="investigating"))
    story.now += minutes(4)
    story.do(c.CompletePath(path="disk", note=Text("97 % full")), BOB)
    story.do(c.CompletePath(path="graph", link="https://graphs.example/7"), BOB)
    first = said(story, BOB, "the disk of <@UANN>'s node is &gt; 97 % full", "1767614820.000100")
    story.do(_marked(first), CLEO)
    story.now += minutes(5)
    story.do(c.SetSeverity(severity="sev1", reason=Text("all regions")))
    story.do(c.PostUpdate(text=Text("Looking at the disks."), impact=Text("No payments at all.")))
    story.passes(minutes(45))
    story.do(c.PostUpdate(text=Text("Log files are being removed.")))
    story.do(c.RecordDecision(text=Text("Remove the old logs | all of them")))
    story.do(c.SkipPath(path="blame", reason=Text("no deploy today")), BOB)
    story.do(c.OfferHandover(to=CLEO))
    story.do(c.AcceptHandover(), CLEO)
    second = Message(
        channel=ROOM,
        ts="1767617600.000200",
        user=DAN,
        text="graph: <https://graphs.example/8|payments>",
        at=story.now,
        thread_ts="1767614820.000100",
        files=(File(name="graph.png", link="https://files.example/1"),),
        edited=True,
    )
    story.now += minutes(6)
    story.do(c.SetStatus(status="mitigated", reason=Text("space again")), CLEO)
    story.do(c.AddNote(text=Text("The supplier called back."), at=story.now - minutes(2)), BOB)
    story.now += minutes(14)
    story.do(
        c.Resolve(resolution=Text("Removed old logs."), impact_ended_at=story.now - minutes(10)),
        CLEO,
    )
    story.do(c.AddFollowup(text=Text("Alert on full disks"), owner=BOB, due=begin + 7 * _DAY), CLEO)
    story.do(c.AddFollowup(text=Text("Rotate logs")), CLEO)
    story.do(c.FinishFollowup(number=2), BOB)
    story.do(
        c.WriteReview(
            summary=Text("A full disk stopped all payments.\nRemoving logs ended it."),
            cause=Text("Logs were kept for ever."),
            went_well=Text("# The graph was found at once"),
            was_hard=Text("Nobody knew whom to call."),
        ),
        CLEO,
    )
    story.now += minutes(30)
    story.do(c.Close(), CLEO)
    return story, (first, second)


_DAY = timedelta(days=1)


def _marked(message: Message) -> c.MarkMessage:
    return c.MarkMessage(
        channel=message.channel,
        ts=message.ts,
        how="reaction",
        said_by=message.user,
        said_at=message.at,
        permalink=f"{ARCHIVE}archives/{message.channel}/p{message.ts.replace('.', '')}",
    )


def does(story: Story, by: str, *commands: c.AskedOfIncident) -> Story:
    """Let somebody do several things."""
    for command in commands:
        story.do(command, Actor(user=by))
    return story


if __name__ == "__main__":
    told, log = whole_incident()
    Path(__file__).with_name("golden.md").write_text(markdown(review(told, *log)), "utf-8")
