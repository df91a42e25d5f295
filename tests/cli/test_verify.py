"""`muster verify` proves on the database alone that nobody has changed the record."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.terminal import Screen
from tests.people import World, a_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world whose database the terminal knows, too, with an incident in it."""
    async with a_world(tmp_path) as opened:
        monkeypatch.setenv("DATABASE_URL", opened.database_url)
        opened.clock.advance(datetime.now(UTC) - opened.clock.now())  # the terminal has no other
        await opened.ann.says("/incident declare checkout is down --sev 2")
        room = await opened.room()
        await opened.bob.hands.joins(room.name)
        await opened.bob.hands.posts(room.name, "The pool is full")
        await opened.bob.says("/incident note I restart it", in_=room.name)
        await opened.passes(minutes=2)
        yield opened


def does(folder: Path, statement: str) -> None:
    """Change the database behind Muster's back."""
    engine = create_engine(f"sqlite:///{folder / 'muster.db'}")
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount
    engine.dispose()


@pytest.mark.usefixtures("world")
async def test_a_sound_record_is_said_to_be_with_its_head(screen: Screen) -> None:
    told = await screen.shows("verify")
    assert told.startswith("The record is as it was written.\nLooked at ")
    assert re.search(r"^Head of the chain of T0PRETEND: [0-9a-f]{64}$", told, re.MULTILINE)


@pytest.mark.usefixtures("world")
async def test_the_first_break_is_named_and_the_others_counted(
    screen: Screen, tmp_path: Path
) -> None:
    does(tmp_path, "UPDATE texts SET body = 'search is down' WHERE field = 'title'")
    does(tmp_path, "DELETE FROM messages WHERE text = 'The pool is full'")
    told = await screen.shows("verify", status=1)
    first = "The record is not as it was written. First break: INC-1 ("
    assert told.startswith(first)
    assert "the text “title” of event 1 was changed" in told
    assert "it was removed from the log" in told


async def test_a_head_kept_elsewhere_is_asked_for(world: World, screen: Screen) -> None:
    head = (await screen.shows("verify")).split()[-1]
    await world.ann.says("/incident declare search is down --sev 3")
    await world.passes(minutes=2)
    assert "as it was written" in await screen.shows("verify", "--since", head[:16])
    other = await screen.shows("verify", "--since", "0" * 64, status=1)
    assert "it was rewritten since, or is another" in other
    assert "is no head" in await screen.shows("verify", "--since", "5b1e", status=1)


async def test_it_works_beside_the_bot_and_without_it(world: World, screen: Screen) -> None:
    assert "as it was written" in await screen.shows("verify")
    await world.stops()
    assert "as it was written" in await screen.shows("verify")


# ── What the workspace's chain should hold, and does not ────────────────────────────────────────


async def an_old_record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An incident of long ago, anchored, and a bot that was stopped then."""
    async with a_world(folder) as opened:
        monkeypatch.setenv("DATABASE_URL", opened.database_url)
        assert datetime.now(UTC) - opened.clock.now() > timedelta(hours=1)
        await opened.ann.says("/incident declare checkout is down --sev 2")
        room = await opened.room()
        await opened.passes(minutes=2)
        await opened.ann.says("/incident note It was our fault", in_=room.name)
        await opened.passes(minutes=2)
        await opened.stops()


def cuts_the_last_event(folder: Path) -> None:
    """Remove the end of the incident, and see to it that its own stream agrees with itself."""
    does(folder, "DELETE FROM texts WHERE (stream, version) IN (SELECT id, version FROM streams)")
    does(
        folder,
        "DELETE FROM events WHERE stream NOT LIKE '%:%' AND (stream, version) IN "
        "(SELECT id, version FROM streams)",
    )
    does(
        folder,
        "UPDATE streams SET version = version - 1, head = (SELECT hash FROM events WHERE stream = "
        "id AND events.version = streams.version - 1) WHERE id NOT LIKE '%:%'",
    )


async def test_a_cut_end_shows_though_the_workspaces_chain_was_thrown_away(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_old_record(tmp_path, monkeypatch)
    assert (await screen.shows("verify")).startswith("The record is as it was written.")
    cuts_the_last_event(tmp_path)
    does(tmp_path, "DELETE FROM events WHERE stream LIKE 'record:%'")
    does(tmp_path, "DELETE FROM streams WHERE id LIKE 'record:%'")
    does(tmp_path, "UPDATE streams SET anchored = 0")
    told = await screen.shows("verify", status=1)
    assert "T0PRETEND has no chain, and has events since 20" in told
    assert "as it was written" not in told


async def test_a_room_that_was_given_to_another_incident_is_named(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    await world.ann.says("/incident declare search is down --sev 3")
    channel = (await world.room()).channel
    assert "opened by no event" not in await screen.shows("verify")
    does(tmp_path, "UPDATE rooms SET stream = (SELECT stream FROM incidents WHERE number = 2)")
    told = await screen.shows("verify", status=1)
    assert f"its room {channel} counts as another's" in told


async def test_a_room_that_was_taken_off_the_list_is_named(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    channel = (await world.room()).channel
    does(tmp_path, "UPDATE rooms SET channel = 'C0ADDED'")
    told = await screen.shows("verify", status=1)
    assert f"its room {channel} is not listed among the rooms" in told


async def test_a_room_that_no_event_opened_is_counted(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    does(
        tmp_path,
        "INSERT INTO rooms (channel, workspace, stream, seen_to) "
        "SELECT 'C0ADDED', workspace, stream, seen_to FROM rooms",
    )
    assert "1 room opened by no event on record" in await screen.shows("verify")
    assert world.app is not None


async def test_what_has_long_not_been_anchored_is_doubted(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_old_record(tmp_path, monkeypatch)
    does(
        tmp_path,
        "DELETE FROM events WHERE stream LIKE 'record:%' AND (stream, version) IN "
        "(SELECT id, version FROM streams)",
    )
    told = await screen.shows("verify", status=1)
    assert "does not hold what was written since 20" in told
    assert "start one, and ask again" in told


async def test_a_file_is_not_asked_for_a_head_of_the_workspace(
    screen: Screen, tmp_path: Path
) -> None:
    told = await screen.shows("verify", "--since", "0" * 64, str(tmp_path / "any.json"), status=1)
    assert "run `muster verify --since HEAD` on the database" in told
