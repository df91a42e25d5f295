"""What others did meanwhile: forms that are sent too late, buttons that two press at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.model import Message
from tests.people import World
from tests.scenarios.words.declared import a_declared_world

pytestmark = pytest.mark.faults("two people at once, and forms sent too late")


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """INC-1 is declared, on each database."""
    async with a_declared_world(tmp_path, database_url) as opened:
        yield opened


TOO_LATE: dict[str, Mapping[str, Any]] = {
    "update": {"text": "still at it"},
    "status": {"status": "identified"},
    "severity": {"severity": "sev1"},
    "role": {"role": "scribe"},
    "decision": {"text": "go back"},
    "resolve": {"resolution": "done", "verified": ["verified"]},
    "close": {"reason": "why not"},
    "decline": {"reason": "a test"},
    "cancel": {"reason": "a test"},
}
"""Work on an incident: refused once it is closed."""
IN_TIME: dict[str, Mapping[str, Any]] = {
    "note": {"text": "it was the cache"},
    "edit": {"summary": "the cache was cold"},
    "followup": {"text": "warm it up"},
    "review": {"went_well": "the roll-back"},
}
"""What completes the record is taken after the end, too."""


async def _closed_while_open(world: World, form: str) -> None:
    """Bob has a form open; Ann closes the incident."""
    if form == "close":
        await world.ann.says("/incident resolve inc-1 rolled back")
    await world.bob.says(f"/incident {form} inc-1")
    assert (await world.bob.hands.sees_modal()).callback_id == form
    if form != "close":
        await world.ann.says("/incident resolve inc-1 rolled back")
    await world.ann.says("/incident close inc-1 nobody has time")
    assert (await world.incident()).status == "closed"


@pytest.mark.parametrize("form", TOO_LATE)
async def test_a_form_sent_after_the_close_says_so_and_changes_nothing(
    world: World, form: str
) -> None:
    await _closed_while_open(world, form)
    before = (await world.incident()).version
    done = await world.bob.submits(TOO_LATE[form])
    assert done.result == "errors", done
    assert "INC-1 is closed" in str(done.errors)
    assert (await world.incident()).version == before
    assert world.bob.hands.modal is not None, "what was typed is still there"


@pytest.mark.parametrize("form", IN_TIME)
async def test_what_completes_the_record_is_taken_after_the_close(world: World, form: str) -> None:
    await _closed_while_open(world, form)
    before = (await world.incident()).version
    assert (await world.bob.submits(IN_TIME[form])).ok
    assert (await world.incident()).version > before


async def test_a_handover_sent_after_the_close_says_so(world: World) -> None:
    await world.ann.says("/incident handover inc-1")
    await world.bob.says("/incident cancel inc-1 a test --yes")
    done = await world.ann.submits({"person": "bob"})
    assert "INC-1 is cancelled" in str(done.errors)


# ── Two people, one button ──────────────────────────────────────────────────────────────────────


async def _both_press(world: World, room: str, label: str) -> list[str]:
    """Bob and Carol press the same button of the same post at once; what each is told alone."""
    for person in (world.bob, world.carol):
        if person.id not in (await world.incident()).members:
            await person.says("/incident join inc-1")
    post = _post_with(world, room, label)
    two = (world.bob, world.carol)
    whispers = len(world.sim.workspace.ephemerals)
    await asyncio.gather(*(each.hands.clicks(label, in_=post) for each in two))
    await world.settles()
    told = world.sim.workspace.ephemerals[whispers:]
    return [person.hands.reads(each) for person in two for each in told if each.user == person.id]


def _post_with(world: World, room: str, label: str) -> Message:
    posts = world.sim.workspace.channels[room].messages.values()
    return [each for each in posts if f"[{label}]" in world.bob.hands.words_of(each)][-1]


async def test_command_is_taken_by_one_of_them(world: World, room: str) -> None:
    await world.ann.says("/incident role commander none", in_=room)
    [told] = await _both_press(world, room, "I take command")
    commander = (await world.incident()).commander
    assert commander in {world.bob.id, world.carol.id}
    name = "bob" if commander == world.bob.id else "carol"
    assert f"@{name} is commander of INC-1" in told
    assert "[Take over]" in told


async def test_a_playbook_is_started_once(world: World, room: str) -> None:
    [told] = await _both_press(world, room, "Start")
    assert len((await world.incident()).runs) == 1
    assert "is already running here" in told


async def test_no_change_is_said_once(world: World, room: str) -> None:
    await world.passes(minutes=60)
    [told] = await _both_press(world, room, "No change")
    assert world.ann.sees(room).count("No change since the last update.") == 1
    assert "INC-1 had an update just now" in told


async def test_it_is_reopened_once(world: World, room: str) -> None:
    await world.ann.says("/incident resolve rolled back", in_=room)
    [told] = await _both_press(world, room, "Reopen")
    assert (await world.incident()).status == "investigating"
    assert "INC-1 is open: it is investigating." in told
    assert world.ann.sees(room).count("is open again") == 1


async def test_a_new_room_is_made_once(world: World, room: str) -> None:
    await world.ann.hands.archives(room)
    await world.settles()
    for person in (world.bob, world.carol):
        await person.says("/incident show inc-1")
    await asyncio.gather(
        *(each.hands.clicks("New room", in_="general") for each in (world.bob, world.carol))
    )
    await world.settles()
    assert len(world.channels("inc-1-")) == 2


async def test_what_failed_is_tried_again_once(world: World) -> None:
    world.sim.faults.add("bookmarks.add", "error", error="restricted_action")
    await world.ann.says("/incident declare search is slow")
    second = (await world.room(2)).channel
    for person in (world.bob, world.carol):
        await person.says("/incident join inc-2")
    post = _post_with(world, second, "Retry")
    before = len(world.calls("bookmarks.add"))
    await asyncio.gather(
        *(each.hands.clicks("Retry", in_=post) for each in (world.bob, world.carol))
    )
    await world.settles()
    assert len(world.calls("bookmarks.add")) == before + 1
    assert (await world.incident(2)).failures == {}
