"""The records of released versions are brought to today's schema, read, and gone on with.

`tests/released/` has one for each schema that was released, made by the code of that release.
"""

from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from bot.clock import Clock
from bot.domain.commands import AddNote, Declare, Resolve
from bot.domain.values import Actor, Text
from bot.engine.orders import Done, Order
from bot.storage import queries, restoring, schema, verifying
from bot.storage.backing_up import no_progress
from bot.storage.backup_file import examine
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from bot.storage.queries import Viewer
from tests.cli.shelf import KINDS, Shelf
from tests.engine.rig import START, Rig, running
from tests.released import making

TEAM = "T0PRETEND"
BOB = Actor(user="U0BOB")
RELEASED = sorted(making.FOLDER.glob("*.backup"))


def as_it_was(connection: Connection, saved: Path) -> None:
    """Fill a database as that version left it, without migrating it."""
    restoring.clear(connection)
    restoring.fill(connection, saved, no_progress)
    restoring.go_on_numbering(connection)


async def test_the_first_schema_is_among_them() -> None:
    assert [path.stem for path in RELEASED][:1] == ["0001"]
    for path in RELEASED:
        header, _ = examine(path)
        assert header.schema == path.stem
        assert schema.is_known(header.schema)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("saved", RELEASED, ids=lambda path: path.stem)
async def test_a_database_of_a_released_version_is_migrated_and_read(
    shelf: Shelf, saved: Path, kind: str
) -> None:
    database = connect(await shelf.new_database(kind))
    await database.write(partial(as_it_was, saved=saved))
    assert await schema.revision(database) == saved.stem
    await shelf.screen.shows("migrate")
    assert await schema.revision(database) == schema.HEAD
    assert "follows from the events" in await shelf.screen.shows("rebuild", "--check")
    listed = await shelf.screen.shows("list", "--all")
    for title in ("checkout is down", "payroll leaks (private)", "an exercise (drill)"):
        assert title in listed
    shown = await shelf.screen.shows("show", "1")
    assert "Note by bob: The pool is full" in shown
    assert "# INC-1: checkout is down" in await shelf.screen.shows("review", "1")
    await _goes_on(database)
    await database.close()
    assert "follows from the events" in await shelf.screen.shows("rebuild", "--check")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("saved", RELEASED, ids=lambda path: path.stem)
async def test_a_backup_of_a_released_version_is_restored(
    shelf: Shelf, saved: Path, kind: str
) -> None:
    database = connect(await shelf.new_database(kind))
    told = await shelf.screen.shows("restore", str(saved))
    assert "without a break" in told
    assert "follows from the events" in told, "a migration leaves the lists as the events have it"
    await _goes_on(database)
    await database.close()


async def _goes_on(database: Database) -> None:
    """What was owed is carried, what came due is decided, and people work on."""
    rig = Rig(database=database, clock=Clock(stopped_at=START + timedelta(hours=8)))
    async with running(rig):
        await rig.rests()
        await rig.passes(minutes=1)
        assert {"PostToRoom", "CreateRoom"} <= set(rig.named()), "what was owed is carried"
        seen = Viewer(workspace=TEAM, user="", everything=True)
        under_way = await database.read(lambda c: queries.by_number(c, seen, 2))
        assert under_way is not None
        assert (await _asks(rig, under_way.stream, AddNote(text=Text("Still slow")))).events
        await _asks(rig, under_way.stream, Resolve(resolution=Text("A new index")))
        declared = await _asks(rig, str(uuid4()), Declare(title=Text("disk is full")))
        assert declared.incident.number == 6
        await rig.rests()
    assert (await database.read(verifying.verify)).breaks == []


async def _asks(rig: Rig, stream: str, command: AddNote | Resolve | Declare) -> Done:
    order = Order(workspace=TEAM, stream=stream, command=command, actor=BOB)
    answered = await rig.dispatcher.deliver(order)
    assert answered.done is not None
    return answered.done
