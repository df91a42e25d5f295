"""`muster export` writes an incident that `muster verify FILE` checks without a database."""

import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, update

from bot.storage import anchors, tables
from bot.storage.export_check import anchored_to, faults_of
from tests.cli.terminal import Screen
from tests.forging import changed, forges, leaves
from tests.outages import mounted_read_only
from tests.people import World, a_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world with a private incident beside the one that is exported; the terminal knows it."""
    async with a_world(tmp_path) as opened:
        monkeypatch.setenv("DATABASE_URL", opened.database_url)
        await opened.ann.says("/incident declare checkout is down --sev 2")
        await opened.bob.says("/incident declare we are robbed --sev 1 --private")
        one, other = await opened.room(1), await opened.room(2)
        await opened.bob.hands.joins(one.name)
        await opened.bob.hands.posts(one.name, "The pool is full")
        await opened.bob.hands.posts(other.name, "They are in the vault")
        await opened.ann.says("/incident note I restart it", in_=one.name)
        await opened.passes(minutes=2)
        yield opened


async def test_an_export_is_checked_without_a_database(
    world: World, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "inc-1.json")
    told = await screen.shows("export", "INC-1", "--to", file)
    assert "`muster verify" in told
    assert "Name a new file" in await screen.shows("export", "INC-1", "--to", file, status=1)
    await world.stops()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'no such folder' / 'x.db'}")
    told = await screen.shows("verify", file)
    assert told.startswith("INC-1 is as it was written: ")
    assert (tmp_path / "inc-1.json").stat().st_mode & 0o077 == 0


async def test_nothing_of_another_incident_is_in_it(world: World, screen: Screen) -> None:
    text = await screen.shows("export", "INC-1")
    other = (await world.incident(2)).stream
    assert "robbed" not in text
    assert "vault" not in text
    assert (await world.room(2)).channel not in text
    assert json.loads(text)["stream"] != other


async def test_what_is_no_export_is_said_to_be_none(screen: Screen, tmp_path: Path) -> None:
    for name, text in {"a": "", "b": "[]", "c": '{"form": "another"}', "d": "[" * 9_999}.items():
        (tmp_path / name).write_text(text)
        told = await screen.shows("verify", str(tmp_path / name), status=1)
        assert "is no export of an incident" in told
    assert "cannot be read" in await screen.shows("verify", str(tmp_path / "e"), status=1)


async def test_a_changed_file_is_named(world: World, screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "inc-1.json"
    await screen.shows("export", "INC-1", "--to", str(file))
    file.write_text(file.read_text().replace("The pool is full", "The pool was full"))
    told = await screen.shows("verify", str(file), status=1)
    assert "was changed" in told
    assert world.app is not None


async def test_whether_the_record_still_holds_an_export_is_asked_with_its_file(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    """Who forges all of a file, up to its anchors, leaves one that agrees with itself."""
    world.clock.advance(datetime.now(UTC) - world.clock.now())  # the terminal has no other
    await world.passes(minutes=2)
    file = tmp_path / "inc-1.json"
    await screen.shows("export", "INC-1", "--to", str(file))
    told = await screen.shows("verify", str(file))
    assert "1 message, 1 of them anchored" in told
    assert f"`muster verify --since {file}`" in told
    assert "as it was written" in await screen.shows("verify", "--since", str(file))
    export = json.loads(file.read_bytes())
    forges(export, "The pool is full", "I did nothing", upto="anchors")
    file.write_text(json.dumps(export))
    assert "is as it was written" in await screen.shows("verify", str(file))
    told = await screen.shows("verify", "--since", str(file), status=1)
    forged = [f"The record does not hold {anchor['hash']}" for anchor in export["anchors"]]
    assert any(each in told for each in forged)
    file.write_text(file.read_text().replace("I did nothing", "I did it"))
    told = await screen.shows("verify", "--since", str(file), status=1)
    assert f"{file} is not as it was written" in told
    assert world.app is not None


async def test_what_no_batch_holds_yet_is_told_apart(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    room = await world.room(1)
    await world.bob.hands.posts(room.name, "I restart it")
    await world.settles()
    file = tmp_path / "inc-1.json"
    await screen.shows("export", "INC-1", "--to", str(file))
    told = await screen.shows("verify", str(file))
    assert "2 messages, 1 of them anchored" in told
    assert "1 message of these in no batch yet" in told
    export = json.loads(file.read_bytes())
    sealed, unsealed = (
        [each for each in export["messages"] if (each["salt"] is None) == waits]
        for waits in (False, True)
    )
    export["messages"] = [*unsealed, {**sealed[0], "salt": None, "as_of": "1"}, *sealed[1:]]
    file.write_text(json.dumps(export))
    told = await screen.shows("verify", str(file), status=1)
    assert f"the message {sealed[0]['ts']} in {sealed[0]['channel']} was changed or added" in told


@pytest.fixture
async def kept(
    world: World, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of the record of a bot that has stopped; the terminal knows this one only."""
    world.clock.advance(datetime.now(UTC) - world.clock.now())  # the terminal has no other
    await world.passes(minutes=2)
    await world.stops()
    copied = tmp_path / "kept" / "muster.db"
    copied.parent.mkdir()
    shutil.copyfile(tmp_path / "muster.db", copied)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{copied}")
    assert screen is not None
    return copied


def laid(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


async def test_whoever_only_looks_leaves_the_record_as_it_is(
    kept: Path, screen: Screen, tmp_path: Path
) -> None:
    before = laid(kept.parent)
    assert "checkout is down" in await screen.shows("list")
    assert "checkout is down" in await screen.shows("show", "1")
    assert "as it was written" in await screen.shows("verify")
    assert "follows from the events" in await screen.shows("rebuild", "--check")
    await screen.shows("backup", str(tmp_path / "all.backup"))
    assert laid(kept.parent) == before


async def test_a_record_that_can_only_be_read_is_exported_as_far_as_it_is_anchored(
    kept: Path, screen: Screen, tmp_path: Path
) -> None:
    file = tmp_path / "inc-1.json"
    with mounted_read_only(kept.parent):
        await screen.shows("export", "INC-1", "--to", str(file))
    assert "1 message, 1 of them anchored" in await screen.shows("verify", str(file))
    assert list(laid(kept.parent)) == ["muster.db"]


async def test_an_export_is_anchored_however_many_streams_wait(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'muster.db'}")
    waiting = [
        {"id": f"!{n}", "workspace": "T0PRETEND", "version": 1, "head": "", "anchored": 0}
        for n in range(anchors.AT_ONCE)
    ]
    with engine.begin() as connection:
        connection.execute(insert(tables.streams), waiting)
    engine.dispose()
    export = json.loads(await screen.shows("export", "INC-1"))
    assert faults_of(export) == []
    assert anchored_to(export) == len(export["events"])
    again = json.loads(await screen.shows("export", "INC-1"))
    assert again["anchors"] == export["anchors"], "what is anchored is not anchored again"
    assert world.app is not None


async def test_batches_of_another_workspace_are_not_in_it(
    world: World, screen: Screen, tmp_path: Path
) -> None:
    before = json.loads(await screen.shows("export", "INC-1"))
    assert before["batches"]
    engine = create_engine(f"sqlite:///{tmp_path / 'muster.db'}")
    with engine.begin() as connection:
        connection.execute(update(tables.message_batches).values(workspace="T0OTHER"))
    engine.dispose()
    assert json.loads(await screen.shows("export", "INC-1"))["batches"] == []
    assert world.app is not None


# ── Any change ──────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=200)
@given(data=st.data())
async def test_any_change_of_an_export_is_found(
    world: World, screen: Screen, tmp_path: Path, data: st.DataObject
) -> None:
    file = tmp_path / "one.json"
    if not file.exists():
        await screen.shows("export", "INC-1", "--to", str(file))
    export = json.loads(file.read_bytes())
    assert faults_of(export) == []
    place = data.draw(st.sampled_from([p for p in leaves(export) if p[0] != "form"]))
    assert faults_of(changed(export, place)), place
    assert world.app is not None
