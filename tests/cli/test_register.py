"""`list`, `show`, `review` and `rebuild` work on the database alone, without Slack."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from sqlalchemy import create_engine, text

from bot.cli.rebuild import progress_line
from tests.cli.terminal import Screen
from tests.people import World, a_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world whose database the terminal knows, too."""
    async with a_world(tmp_path) as opened:
        monkeypatch.setenv("DATABASE_URL", opened.database_url)
        yield opened


async def test_the_list_is_aligned_and_gravest_first(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare search is slow --sev 3")
    await world.bob.says("/incident declare 結帳 is down --sev 1 --private")
    lines = (await screen.shows("list")).splitlines()
    assert [line.split()[0] for line in lines] == ["INCIDENT", "INC-2", "INC-1"]
    assert "bob" in lines[1]
    assert lines[1].endswith("結帳 is down (private)")
    column = lines[0].index("TITLE")
    assert lines[2][column:] == "search is slow"


async def test_the_organisations_own_ranks_tell_what_is_gravest(
    world: World, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they cannot be read, it is listed all the same."""
    await world.ann.says("/incident declare search is slow --sev 3")
    await world.ann.says("/incident declare checkout is down --sev 4")
    written = tmp_path / "own.yaml"
    written.write_text("severities:\n  sev4: {rank: 0}\n")
    monkeypatch.setenv("MUSTER_CONFIG", str(written))
    assert re.findall(r"^INC-\d", await screen.shows("list"), re.MULTILINE) == ["INC-2", "INC-1"]
    written.write_text("severities: [")
    assert re.findall(r"^INC-\d", await screen.shows("list"), re.MULTILINE) == ["INC-1", "INC-2"]
    written.unlink()
    assert re.findall(r"^INC-\d", await screen.shows("list"), re.MULTILINE) == ["INC-1", "INC-2"]


async def test_closed_incidents_are_listed_only_when_asked_for(
    world: World, screen: Screen
) -> None:
    await world.ann.says("/incident declare search is slow --sev 4")
    await world.ann.says("/incident decline inc-1 a false alarm")
    assert "No incident is open" in await screen.shows("list")
    assert "INC-1" in await screen.shows("list", "--all")


async def test_nothing_that_a_terminal_obeys_reaches_it(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare \x1b[31mred\x1b[0m \u202e!txet --sev 4")
    shown = await screen.shows("list") + await screen.shows("show", "1")
    assert "red" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


async def test_an_incident_is_shown_with_its_timeline(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2 --category availability")
    await world.bob.says("/incident note inc-1 The pool is full")
    shown = await screen.shows("show", "inc-1")
    assert "checkout is down" in shown
    assert "commander" in shown
    assert "Note by bob: The pool is full" in shown


async def test_a_number_that_nobody_has_is_one_line(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare checkout is down --sev 4")
    told = await screen.shows("show", "INC-9", status=1)
    assert told == "muster: There is no INC-9. muster list --all shows what there is.\n"


async def test_a_workspace_without_incidents_is_one_line(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare checkout is down --sev 4")
    assert "There is T0PRETEND" in await screen.shows("list", "--workspace", "T1", status=1)
    assert "INC-1" in await screen.shows("list", "--workspace", "T0PRETEND")


async def test_the_review_is_printed_as_markdown_and_json(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare checkout is down --sev 4 --category availability")
    told = await screen.shows("review", "INC-1", status=1)
    assert "INC-1 has no review yet" in told
    await world.ann.says("/incident resolve inc-1 Restarted it")
    assert (await screen.shows("review", "INC-1")).startswith("# INC-1: checkout is down")
    assert json.loads(await screen.shows("review", "1", "--format", "json"))["number"] == 1


async def test_an_unmigrated_database_is_one_line(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.db").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    assert "run `muster migrate` first" in await screen.shows("list", status=1)


async def test_the_projections_follow_from_the_events(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2 --category availability")
    room = await world.room()
    await world.bob.hands.joins(room.name)
    await world.bob.says("/incident role operations", in_=room.name)
    await world.bob.says("/incident followup add Mend it @bob", in_=room.name)
    await world.bob.hands.leaves(room.name)
    await world.settles()
    told = await screen.shows("rebuild", "--check")
    assert "follows from the events" in told
    assert "`muster verify` proves that nobody changed them" in told, "which this does not look at"


async def test_what_was_changed_by_hand_is_found_and_mended(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    await world.stops()
    engine = create_engine(f"sqlite:///{tmp_path / 'muster.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE incidents SET title = 'nothing is down'"))
    engine.dispose()
    assert "differed in: incidents" in await screen.shows("rebuild", "--check", status=1)
    assert "nothing is down" in await screen.shows("list")
    assert "is right now" in await screen.shows("rebuild")
    assert "checkout is down" in await screen.shows("list")
    assert "follows from the events" in await screen.shows("rebuild", "--check")


async def test_rooms_that_count_as_anothers_or_as_nobodys_are_found_and_mended(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    """As `verify` does; how far a room was read is left as it is."""
    await world.ann.says("/incident declare checkout is down")
    await world.ann.says("/incident declare search is slow")
    one, two = (await world.room(1)).channel, (await world.room(2)).channel
    await world.stops()
    engine = create_engine(f"sqlite:///{tmp_path / 'muster.db'}")
    other = "(SELECT stream FROM incidents WHERE number = 2)"
    whose = (
        "SELECT r.channel, i.number, r.seen_to FROM rooms r JOIN incidents i USING (stream) "
        "ORDER BY i.number"
    )
    with engine.begin() as connection:
        before = connection.execute(text(whose)).all()
        moved = f"UPDATE rooms SET stream = {other} WHERE channel = '{one}'"  # noqa: S608 - ours
        connection.execute(text(moved))
        connection.execute(text(f"DELETE FROM rooms WHERE channel = '{two}'"))  # noqa: S608 - ours
    told = await screen.shows("rebuild", "--check", status=1)
    assert told.count("differed in: rooms") == 2
    assert "2 of 2" in await screen.shows("rebuild")
    with engine.begin() as connection:
        after = connection.execute(text(whose)).all()
    engine.dispose()
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert after[0] == before[0]
    assert "follows from the events" in await screen.shows("rebuild", "--check")


async def test_on_postgresql_too_what_was_changed_by_hand_is_found_and_mended(
    empty_postgresql: str, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_postgresql)
    await screen.shows("migrate")
    async with a_world(tmp_path, database_url=empty_postgresql) as world:
        await world.ann.says("/incident declare checkout is down --sev 2")
        assert "follows from the events" in await screen.shows("rebuild", "--check")
    parts = urlsplit(empty_postgresql)
    connection = await asyncpg.connect(
        host=parse_qs(parts.query)["host"][0], user="postgres", database=parts.path.strip("/")
    )
    await connection.execute("DELETE FROM incident_people")
    await connection.execute("INSERT INTO followups SELECT 'nobody', 1, 'T', 'x', NULL, NULL, NULL")
    await connection.close()
    told = await screen.shows("rebuild", "--check", status=1)
    assert "differed in: incident_people" in told
    assert "nobody differed in: followups" in told
    assert "are right now" in await screen.shows("rebuild")
    assert "follows from the events" in await screen.shows("rebuild", "--check")


def test_progress_is_shown_on_a_terminal_and_nowhere_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress_line("incidents")(1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    report = progress_line("incidents")
    for done in range(1, 3):
        report(done, 2)
    assert capsys.readouterr().err == "\r1 of 2 incidents\r2 of 2 incidents\n"
