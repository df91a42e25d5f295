"""`backup` and `restore`: the whole record saved while the bot runs, and gone on with elsewhere."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.engine.restoring import restore
from bot.storage import tables
from bot.storage.backing_up import tables_in
from bot.storage.backup_file import examine
from bot.storage.opening import connect
from tests.cli.shelf import KINDS, Shelf, an_incident
from tests.people import World, a_world

UPDATE = "📣 Update\n> We are emptying the pool"
"""As it is posted; the card quotes it, too."""


@pytest.fixture(params=KINDS)
async def world(request: pytest.FixtureRequest, shelf: Shelf) -> AsyncIterator[World]:
    """A world on each kind of database, which the terminal knows, too."""
    url = await shelf.new_database(request.param)
    await shelf.screen.shows("migrate")
    async with a_world(shelf.folder, database_url=url) as opened:
        yield opened


async def moves(world: World, shelf: Shelf, kind: str, *more: str) -> str:
    """Restore `one.backup` into another database, which the terminal and the next bot then use."""
    world.database_url = await shelf.new_database(kind)
    return await shelf.screen.shows("restore", shelf.file("one"), *more)


async def test_every_table_can_be_held_by_a_backup(world: World) -> None:
    """A column of a type that is new needs its kind in `backup_form`."""
    found = await world.bot.database.read(tables_in)
    assert [one.name for one in found] == sorted(tables.metadata.tables)
    for table in tables.metadata.sorted_tables:
        assert not table.foreign_keys, f"{table.name}: a restore fills tables in any order"


@pytest.mark.parametrize("target", KINDS)
async def test_a_record_moves_to_another_database_and_people_go_on(
    world: World, shelf: Shelf, target: str
) -> None:
    await an_incident(world)
    told = await shelf.screen.shows("backup", shelf.file("one"))  # the bot runs
    assert "2 incidents" in told
    await world.stops()
    told = await moves(world, shelf, target)
    for proof in (
        "It is whole",
        "follow each other without a break",
        "follows from the events",
        "Owed: 0",
    ):
        assert proof in told
    await shelf.screen.shows("backup", shelf.file("two"))
    assert examine(shelf.path("one"))[1].tables == examine(shelf.path("two"))[1].tables

    await world.starts()
    room = await world.room()
    await world.bob.says("/incident update We are emptying the pool", in_=room.name)
    await world.bob.says("/incident declare search is slow --sev 4")
    assert room.text().count(UPDATE) == 1
    listed = (await shelf.screen.shows("list")).splitlines()[1:]
    assert sorted(line.split()[0] for line in listed) == ["INC-1", "INC-2", "INC-3"]
    await world.passes(minutes=61)
    assert "follows from the events" in await shelf.screen.shows("rebuild", "--check")


@pytest.mark.faults("a backup is gone on with elsewhere")
@pytest.mark.parametrize("carried", [True, False])
async def test_what_was_owed_is_looked_up_before_it_is_done_again(
    world: World, shelf: Shelf, *, carried: bool
) -> None:
    await an_incident(world)
    room = await world.room()
    away = world.sim.faults.add("chat.postMessage", kind="http", status=503, times=None)
    await world.bob.hands.types(room.name, "/incident update We are emptying the pool")
    await world.bob.hands.types(room.name, "/incident decision Add a second one")  # not yet tried
    await shelf.screen.shows("backup", shelf.file("one"))
    away.times = 0
    if carried:  # the old bot goes on for a while
        await world.settles()
    await world.crashes()
    told = await moves(world, shelf, "sqlite")
    owed = re.search(r"Owed: (\d+)", told)
    assert owed is not None
    assert int(owed[1]) > 0
    world.clock.advance(timedelta(hours=3))
    await world.starts()
    await world.settles()
    assert room.text().count(UPDATE) == 1
    assert room.text().count("🚩 Decision by @bob\n> Add a second one") == 1


@pytest.mark.faults("a backup is gone on with elsewhere")
async def test_numbers_that_were_given_out_after_the_backup_can_be_left_out(
    world: World, shelf: Shelf
) -> None:
    await an_incident(world)
    await shelf.screen.shows("backup", shelf.file("one"))
    await world.ann.says("/incident declare the disk is full --sev 4")
    await world.crashes()
    await moves(world, shelf, "sqlite", "--next", "INC-40")
    await world.starts()
    await world.ann.says("/incident declare search is slow --sev 4")
    assert (await world.incident(40)).title == "search is slow"


async def test_after_hours_each_incident_is_reminded_once(world: World, shelf: Shelf) -> None:
    await an_incident(world)
    room = await world.room()
    await shelf.screen.shows("backup", shelf.file("one"))
    await world.stops()
    await moves(world, shelf, "postgresql")
    world.clock.advance(timedelta(hours=9))
    await world.starts()
    await world.settles()
    assert room.text("bob").count("Incident Bot: ⏰") == 1, room.text("bob")
    room.shows("the update promised for 11:00 AM never came", "bob")


async def test_what_was_said_after_the_backup_is_read_from_slack(
    world: World, shelf: Shelf
) -> None:
    await an_incident(world)
    room = await world.room()
    await shelf.screen.shows("backup", shelf.file("one"))
    await world.bob.hands.posts(room.name, "said after the backup")
    await world.settles()
    await world.stops()
    await moves(world, shelf, "sqlite")
    await world.starts()
    await world.settles()
    await shelf.screen.shows("backup", shelf.file("two"))
    content = gzip.decompress(shelf.path("two").read_bytes()).decode()
    assert content.count("said after the backup") == 1


async def test_no_secret_is_in_a_backup(world: World, shelf: Shelf) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": world.sim.bot_token,
        "SLACK_APP_TOKEN": world.sim.app_token,
        "SLACK_SIGNING_SECRET": "planted-signing-secret",
        "MUSTER_PAGES_SECRET": "planted-pages-secret",
        "MUSTER_METRICS_TOKEN": "planted-metrics-token",
    }
    for name, value in secrets.items():
        shelf.patch.setenv(name, value)
    await an_incident(world)
    await shelf.screen.shows("backup", shelf.file("one"))
    content = gzip.decompress(shelf.path("one").read_bytes()).decode()
    assert "The pool is full" in content
    for secret in (*secrets.values(), world.database_url):
        assert secret not in content


async def test_every_backup_that_is_taken_while_people_write_is_of_one_moment(
    world: World, shelf: Shelf
) -> None:
    async def works(person: str) -> None:
        hands = world.person(person).hands
        for number in range(1, 6):
            await hands.types("general", f"/incident declare {person} sees {number} --sev 4")
            await hands.types("general", f"/incident note inc-{number} seen")

    taken: list[str] = []

    async def take_one() -> None:
        taken.append(str(len(taken)))
        await shelf.screen.shows("backup", shelf.file(taken[-1]))

    await take_one()
    working = asyncio.gather(works("ann"), works("bob"))
    while not working.done():
        await take_one()
    await working
    await world.settles()
    await take_one()
    counts = []
    for name in (taken[0], taken[len(taken) // 2], taken[-1]):
        database = connect(await shelf.new_database("sqlite"))
        found = await restore(database, shelf.path(name))
        await database.close()
        assert not found.broken
        assert not found.written_anew
        counts.append(found.manifest.count("events"))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1], "the backups are of different moments"


async def test_a_number_that_was_given_out_is_no_next_one(world: World, shelf: Shelf) -> None:
    await an_incident(world)
    shelf.uses(world.database_url)
    await shelf.screen.shows("backup", shelf.file("b"))
    await shelf.new_database("sqlite")
    told = await shelf.screen.shows("restore", shelf.file("b"), "--next", "1", status=1)
    assert "--next must be INC-3 or higher" in told
    await shelf.screen.shows("restore", shelf.file("b"), "--next", "INC-3")
