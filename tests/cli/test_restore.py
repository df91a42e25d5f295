"""What stands in the way of a backup or a restore is said, and leaves nothing half done."""

import asyncio
import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from sqlite3 import connect as open_sqlite

import pytest

from bot.storage import schema
from bot.storage.awaited import AwaitedDatabase, Lost
from bot.storage.opening import connect, only_process, remember
from tests.cli.shelf import KINDS, Shelf, an_incident
from tests.cli.terminal import REPOSITORY
from tests.people import a_world


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the record is kept that the first of these tests plays."""
    return tmp_path_factory.mktemp("played")


@pytest.fixture
async def saved(shelf: Shelf, played: Path) -> Shelf:
    """`one.backup` of a small record that lies in `old.db`; the terminal's database is new."""
    first = replace(shelf, folder=played)
    if not first.left("one"):
        async with a_world(played, database_url=first.sqlite("old")) as world:
            first.uses(world.database_url)
            await an_incident(world)
            await first.screen.shows("backup", first.file("one"))
    for name in ("old.db", "one.backup"):
        copyfile(played / name, shelf.folder / name)
    shelf.uses(shelf.sqlite("new"))
    return shelf


async def test_a_record_in_use_is_never_written_over(saved: Shelf) -> None:
    await saved.screen.shows("restore", saved.file("one"))
    told = await saved.screen.shows("restore", saved.file("one"), status=1)
    assert "The database is not empty" in told
    assert "follows from the events" in await saved.screen.shows("rebuild", "--check")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_that_was_only_migrated_counts_as_empty(saved: Shelf, kind: str) -> None:
    await saved.new_database(kind)
    await saved.screen.shows("migrate")
    assert "without a break" in await saved.screen.shows("restore", saved.file("one"))
    assert "checkout is down" in await saved.screen.shows("list")


@pytest.mark.parametrize("kind", KINDS)
async def test_somebody_elses_database_is_left_alone(saved: Shelf, kind: str) -> None:
    url = await saved.new_database(kind)
    await saved.changes(url, "CREATE TABLE invoices (id INTEGER)")
    told = await saved.screen.shows("restore", saved.file("one"), status=1)
    assert "its table invoices" in told


async def test_a_database_that_is_served_is_left_alone(saved: Shelf) -> None:
    async with a_world(saved.folder, database_url=saved.sqlite("served")) as world:
        saved.uses(world.database_url)
        told = await saved.screen.shows("restore", saved.file("one"), status=1)
    assert "serves" in told
    assert "Stop it first" in told


async def test_what_is_wrong_with_a_file_is_said_before_anything_is_made(saved: Shelf) -> None:
    saved.path("half").write_bytes(saved.path("one").read_bytes()[:3000])
    for name, wrong in (
        (saved.file("half"), "is cut off"),
        (str(saved.folder / "old.db"), "is no backup"),
        (saved.file("nowhere"), "No such file"),
    ):
        assert wrong in await saved.screen.shows("restore", name, status=1)
        assert wrong in await saved.screen.shows("backup", "--check", name, status=1)
    assert not (saved.folder / "new.db").exists()
    assert "It is whole" in await saved.screen.shows("backup", "--check", saved.file("one"))


async def test_a_backup_of_a_newer_version_is_left_to_that_version(saved: Shelf) -> None:
    await saved.screen.shows("migrate")
    await saved.changes(saved.sqlite("new"), "UPDATE alembic_version SET version_num = '9999'")
    await saved.screen.shows("backup", saved.file("newer"))
    saved.uses(saved.sqlite("another"))
    told = await saved.screen.shows("restore", saved.file("newer"), status=1)
    assert "newer version of Muster" in told
    assert "schema 9999" in told


@pytest.mark.parametrize(
    ("bent", "named"),
    [
        ("UPDATE events SET actor = 'U0EVE' WHERE name = 'NoteAdded'", "was changed"),
        ("DELETE FROM events WHERE name = 'RoomOpened'", "is missing"),
        ("UPDATE events SET previous = 'x' WHERE version = 2", "event 2 was changed"),
        ("DELETE FROM events WHERE name = 'FollowupAdded'", "it should end with event"),
    ],
)
async def test_a_broken_record_is_restored_only_on_demand(
    saved: Shelf, bent: str, named: str
) -> None:
    saved.uses(saved.sqlite("old"))
    await saved.changes(saved.sqlite("old"), bent)
    await saved.screen.shows("backup", saved.file("broken"))
    saved.uses(saved.sqlite("new"))
    told = await saved.screen.shows("restore", saved.file("broken"), status=1)
    assert named in told
    assert "Nothing was restored" in told
    told = await saved.screen.shows("restore", saved.file("broken"), "--although-broken")
    assert "Broken already when the backup was taken" in told
    assert "checkout is down" in await saved.screen.shows("list")


async def test_lists_that_were_changed_by_hand_are_written_anew(saved: Shelf) -> None:
    saved.uses(saved.sqlite("old"))
    await saved.changes(saved.sqlite("old"), "UPDATE incidents SET title = 'all is well'")
    await saved.screen.shows("backup", saved.file("bent"))
    saved.uses(saved.sqlite("new"))
    told = await saved.screen.shows("restore", saved.file("bent"))
    assert "of 2 incidents was written anew" in told
    assert "checkout is down" in await saved.screen.shows("list")


async def test_an_empty_database_is_nothing_to_be_saved(shelf: Shelf) -> None:
    shelf.uses(shelf.sqlite("empty"))
    told = await shelf.screen.shows("backup", shelf.file("one"), status=1)
    assert "There is no database" in told
    (shelf.folder / "empty.db").touch()
    told = await shelf.screen.shows("backup", shelf.file("one"), status=1)
    assert "nothing to be saved" in told
    assert shelf.left("one") == []


async def test_where_a_record_was_lost_only_a_restore_makes_another(saved: Shelf) -> None:
    file = saved.folder / "new.db"
    with only_process(file) as lock:
        remember(lock)
    gone = f"The record of {file} is gone; stop Muster, put the file back"
    assert gone in await saved.screen.shows("migrate", status=1)
    assert gone in await saved.screen.shows("list", status=1)
    assert not file.exists()
    too_low = ("restore", saved.file("one"), "--next", "INC-1")
    assert "Nothing was restored" in await saved.screen.shows(*too_low, status=1)
    assert file.stat().st_size, "who opens it makes it one of SQLite, and leaves it so"
    assert gone in await saved.screen.shows("migrate", status=1)
    assert gone in await saved.screen.shows("list", status=1)
    serving = AwaitedDatabase(connect(saved.sqlite("new")), file)
    for _ in range(2):
        with pytest.raises(Lost, match="is gone"):
            await serving.look()
    await serving.close()
    assert "without a break" in await saved.screen.shows("restore", saved.file("one"))
    assert "checkout is down" in await saved.screen.shows("list")


# ── Interruptions ───────────────────────────────────────────────────────────────────────────────

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.engine.restoring import restore
from bot.storage.opening import connect

def die(table, rows):
    if table == "messages":
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(restore(connect(sys.argv[1], patient=True), Path(sys.argv[2]), progress=die))
"""


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restore_that_was_killed_has_left_nothing_and_can_begin_anew(
    saved: Shelf, kind: str
) -> None:
    url = await saved.new_database(kind)
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, saved.file("one"), env={"PYTHONPATH": str(REPOSITORY)}
    )
    assert await killed.wait() == -9
    database = connect(url)
    assert await schema.revision(database) is None
    await database.close()
    assert "without a break" in await saved.screen.shows("restore", saved.file("one"))
    assert "checkout is down" in await saved.screen.shows("list")


async def short_of_space(shelf: Shelf, kilobytes: int, *words: str, database: str) -> str:
    """Run a word that may write only so much into one file: it fails as it does on a full disk."""
    process = await asyncio.create_subprocess_exec(
        "/bin/bash",
        "-c",
        f"ulimit -f {kilobytes}; exec {sys.executable} -m bot {' '.join(words)}",
        cwd=shelf.folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "DATABASE_URL": database},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    _, err = await process.communicate()
    assert process.returncode == 1, err
    assert len(err.decode().splitlines()) == 1, err.decode()
    return err.decode()


async def test_a_full_disk_leaves_no_half_backup(saved: Shelf) -> None:
    # Whoever has the database open keeps its memory file in place, which the limit would refuse.
    with closing(open_sqlite(saved.folder / "old.db")) as held:
        held.execute("SELECT count(*) FROM events")
        told = await short_of_space(saved, 1, "backup", "two.backup", database=saved.sqlite("old"))
    assert "could not be written: File too large. Nothing was left behind." in told
    assert saved.left("two") == []


async def test_a_full_disk_leaves_no_half_database(saved: Shelf) -> None:
    told = await short_of_space(saved, 64, "restore", "one.backup", database=saved.sqlite("new"))
    assert "The database does not answer" in told
    assert "without a break" in await saved.screen.shows("restore", saved.file("one"))
