"""`muster export` writes an incident that `muster verify FILE` checks without a database."""

import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage.export_check import faults_of
from tests.cli.terminal import Screen
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
        await opened.settles()
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


# ── Any change ──────────────────────────────────────────────────────────────────────────────────

Place = tuple[Any, ...]


def leaves(value: Any, place: Place = ()) -> list[Place]:
    """The places of all values in an export that are no list or object."""
    if isinstance(value, dict):
        return [each for key in value for each in leaves(value[key], (*place, key))]
    if isinstance(value, list):
        return [each for n in range(len(value)) for each in leaves(value[n], (*place, n))]
    return [place]


def changed(export: Any, place: Place) -> Any:
    """The export with another value at a place."""
    other = copy.deepcopy(export)
    at = other
    for key in place[:-1]:
        at = at[key]
    was = at[place[-1]]
    match was:
        case bool():
            at[place[-1]] = not was
        case int():
            at[place[-1]] = was + 1
        case str():
            at[place[-1]] = f"{was[:-1]}{'x' if was[-1:] != 'x' else 'y'}"
        case _:
            at[place[-1]] = "1.1"
    return other


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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
