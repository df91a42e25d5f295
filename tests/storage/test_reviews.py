"""Reviews: gathered from the record, kept, and read by those who may."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from bot.clock import Clock
from bot.domain import commands as c
from bot.domain.process import Process
from bot.domain.review import plain
from bot.domain.values import Actor, Text
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.engine.reviews import compile_review
from bot.storage import directory, messages, reviews
from bot.storage.database import Database
from bot.storage.directory import Person
from bot.storage.messages import Said, SharedFile
from bot.storage.queries import Viewer
from bot.storage.reviews import PAGE, KeptReview, Terms, review_markdown

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORKSPACE, ANN, BOB = "T1", "U0ANN", "U0BOB"
EVERYBODY = Viewer(workspace=WORKSPACE, user="", everything=True)


@dataclass(frozen=True, kw_only=True)
class Office:
    """A database, what asks of incidents in it, and its time."""

    database: Database
    dispatcher: Dispatcher
    clock: Clock

    async def does(self, stream: str, command: c.Command, by: str = ANN) -> None:
        order = Order(workspace=WORKSPACE, stream=stream, command=command, actor=Actor(user=by))
        await self.dispatcher.deliver(order)

    async def declared(self, *, private: bool = False) -> str:
        """An incident with a room, called Ann's."""
        stream = uuid4().hex
        await self.does(stream, c.Declare(title=Text("checkout is down"), private=private))
        await self.does(stream, c.RoomMade(channel=f"C{stream[:6]}", name="inc-1"))
        await self.does(stream, c.PersonEntered(user=ANN))
        return stream

    async def says(self, stream: str, *lines: str, by: str = BOB) -> None:
        """Lines in the room, a second apart."""
        told = [
            Said(
                workspace=WORKSPACE,
                channel=f"C{stream[:6]}",
                ts=f"{1772625600 + n}.000100",
                as_of=f"{1772625600 + n}.000100",
                user=by,
                text=text,
                files=(SharedFile(name="graph.png"),) if n == 0 else (),
            )
            for n, text in enumerate(lines)
        ]
        await self.database.write(lambda connection: messages.keep(connection, told))

    async def compiles(self, stream: str) -> c.ReviewWasCompiled:
        outcome = await compile_review(self.database, stream, self.terms())
        assert outcome is not None
        return outcome

    async def kept(self, stream: str) -> KeptReview:
        found = await self.database.read(lambda connection: reviews.of_stream(connection, stream))
        assert found is not None
        return found

    def terms(self) -> Terms:
        return Terms(
            process=Process(),
            compiled_at=self.clock.now(),
            page="https://muster.example/incidents/1",
            archive="https://acme.slack.com/",
            word="/incident",
            itself=frozenset({"U0ME"}),
        )


def an_office(database: Database) -> Office:
    clock = Clock(stopped_at=NOON)
    return Office(database=database, dispatcher=Dispatcher(database, clock, Process), clock=clock)


async def test_a_review_is_made_of_what_was_recorded_and_said(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()
    await office.does(stream, c.AddNote(text=Text("the disk is full")))
    await office.says(stream, "look at <@U0ANN>'s graph", "ok")

    await office.compiles(stream)

    text = await review_markdown(database, EVERYBODY, 1)
    assert text is not None
    assert "Note by the commander: the disk is full" in text
    assert "Responder 1: “look at the commander's graph” (file: graph.png)" in text
    assert text.count("Responder 1: “ok”") == 1


async def test_the_outcome_names_the_document_that_was_kept(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()

    outcome = await office.compiles(stream)
    kept = await office.kept(stream)

    assert outcome == c.ReviewWasCompiled(version=4, digest=kept.digest, complete=False)
    assert kept.digest == hashlib.sha256(kept.document.encode()).hexdigest()
    assert (kept.version, kept.complete, kept.compiled_at) == (4, False, NOON)
    assert plain.dumps(kept.opened()) == kept.document


async def test_a_closed_incident_has_a_complete_review(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()
    await office.does(stream, c.Resolve(category="data"))
    await office.does(stream, c.Close(anyway=Text("nothing to learn")))

    assert (await office.compiles(stream)).complete
    assert (await office.kept(stream)).complete


async def test_what_people_wrote_is_still_there_after_compiling_again(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()
    await office.does(stream, c.WriteReview(summary=Text("a full disk")))
    await office.compiles(stream)
    office.clock.advance(timedelta(minutes=5))
    await office.does(stream, c.AddNote(text=Text("one more fact")))

    await office.compiles(stream)

    text = await review_markdown(database, EVERYBODY, 1)
    assert text is not None
    assert "> a full disk" in text
    assert "one more fact" in text


async def test_an_older_compilation_that_comes_late_changes_nothing(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()
    await office.compiles(stream)
    older = await office.kept(stream)
    await office.does(stream, c.AddNote(text=Text("news")))
    await office.compiles(stream)
    newer = await office.kept(stream)

    await database.write(lambda connection: reviews.keep(connection, older))

    assert await office.kept(stream) == newer


async def test_the_same_record_compiled_later_takes_the_place_of_the_earlier(
    database: Database,
) -> None:
    office = an_office(database)
    stream = await office.declared()
    await office.compiles(stream)
    office.clock.advance(timedelta(minutes=1))
    await office.says(stream, "said meanwhile")

    await office.compiles(stream)

    kept = await office.kept(stream)
    assert kept.compiled_at == NOON + timedelta(minutes=1)
    assert "said meanwhile" in kept.document


async def test_a_long_room_is_read_to_its_end_in_order(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()
    lines = [f"line {n}" for n in range(2 * PAGE + 7)]
    await office.says(stream, *lines)

    await office.compiles(stream)

    log = (await office.kept(stream)).opened().sections[-1].blocks[-1]
    said = [row.text for row in getattr(log, "rows", ()) if row.kind == "message"]
    assert said == lines


async def test_names_come_from_the_directory_and_apps_have_none(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()
    ann = Person(
        workspace=WORKSPACE,
        user=ANN,
        name="Ann Arbor",
        timezone="UTC",
        guest=False,
        external=False,
        admin=False,
        deleted=False,
        bot=False,
        seen_at=NOON,
    )
    robot = replace(ann, user="U0BOT", name="Grafana", bot=True)
    elsewhere = replace(ann, workspace="T2", name="Somebody else")
    for person in (ann, robot, elsewhere):
        await database.write(partial(directory.keep, person=person))
    await office.says(stream, "disk 97 %", by="U0BOT")
    await office.compiles(stream)

    text = await review_markdown(database, EVERYBODY, 1)

    assert text is not None
    assert "| the commander | Ann Arbor | Commander |" in text
    assert "An app: “disk 97 %”" in text
    assert "Grafana" not in text
    assert "Somebody else" not in text


async def test_a_private_review_is_there_for_members_of_its_room_only(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared(private=True)
    await office.compiles(stream)

    async def reads(user: str) -> str | None:
        viewer = Viewer(workspace=WORKSPACE, user=user)
        return await review_markdown(database, viewer, 1)

    assert await reads(ANN) is not None
    assert await reads(BOB) is None
    assert await reads("") is None


async def test_another_workspace_sees_nothing(database: Database) -> None:
    office = an_office(database)
    await office.compiles(await office.declared())

    stranger = Viewer(workspace="T2", user=ANN, everything=True)

    assert await review_markdown(database, stranger, 1) is None


async def test_where_no_review_was_compiled_there_is_none(database: Database) -> None:
    office = an_office(database)
    await office.declared()

    assert await review_markdown(database, EVERYBODY, 1) is None
    assert await review_markdown(database, EVERYBODY, 7) is None
    assert await compile_review(database, "nowhere", office.terms()) is None


async def test_compilations_side_by_side_leave_the_newest(database: Database) -> None:
    office = an_office(database)
    stream = await office.declared()

    async def notes_and_compiles(n: int) -> None:
        await office.does(stream, c.AddNote(text=Text(f"fact {n}")))
        await office.compiles(stream)

    await asyncio.gather(*(notes_and_compiles(n) for n in range(5)))

    assert (await office.kept(stream)).version == 9
