"""What was confirmed survives a crash at any boundary, and happens once, on both databases."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.process import Process
from tests.databases import Copies
from tests.people import World
from tests.reliability import Tried, tried
from tests.scenarios.declaring import ann_declares
from tests.scenarios.runbook import runbook
from tests.scenarios.surviving import nothing
from tests.scenarios.upgrading import falls_behind, is_held_back, is_upgraded, newer_decides
from tests.scenarios.walking import Story, Then, Walk

__all__ = ["tried"]

ROOM = "inc-1-checkout-is-down"


async def declared(world: World) -> None:
    """The incident is there; Bob works on it with her, by a playbook."""
    await ann_declares(world)
    await world.settles()
    await world.bob.says("/incident join inc-1")
    await world.ann.says("/incident edit category availability", in_=ROOM)
    await world.ann.says("/incident playbook start restore", in_=ROOM)


async def behind(world: World) -> None:
    """A newer version has changed the incident."""
    await ann_declares(world)
    await world.settles()
    await falls_behind(world)


async def resolved(world: World) -> None:
    """The incident is resolved."""
    await declared(world)
    await world.ann.says("/incident update the pool is full", in_=ROOM)
    await ann_resolves(world)
    await world.settles()


async def ann_resolves(world: World) -> None:
    """Ann resolves."""
    await world.ann.hands.types(ROOM, "/incident resolve rolled the deploy back")


async def bob_tells(world: World) -> None:
    """Bob posts an update."""
    await world.bob.hands.types(ROOM, "/incident update the pool is full, we make it larger")


async def kept(world: World) -> None:
    """The older version has kept what Ann asked, and the newer one has come."""
    await behind(world)
    await ann_notes(world)
    await is_held_back(world)


async def ann_notes(world: World) -> None:
    """Ann adds to the timeline."""
    await world.ann.hands.types(ROOM, "/incident note it began at noon")


async def ann_ticks_off(world: World) -> None:
    """Ann finishes a playbook step, which opens the next with its task."""
    await world.ann.hands.types(ROOM, "/incident playbook done 1")


async def ann_closes(world: World) -> None:
    """Ann closes, though not all of the review is there."""
    await world.ann.hands.types(ROOM, "/incident close nobody has time")


PROCESS = replace(Process(), playbooks={runbook().id: runbook()})
STORIES = {
    "declare": Story(before=nothing, deed=ann_declares, process=PROCESS),
    "update": Story(before=declared, deed=bob_tells, process=PROCESS),
    "playbook step": Story(before=declared, deed=ann_ticks_off, process=PROCESS),
    "resolve": Story(before=declared, deed=ann_resolves, process=PROCESS),
    "request kept": Story(before=behind, deed=ann_notes, then=is_upgraded, process=PROCESS),
    "request decided": Story(before=kept, deed=newer_decides, process=PROCESS),
    "close": Story(before=resolved, deed=ann_closes, process=PROCESS),
}


ON: tuple[tuple[str, Then], ...] = (
    ("sqlite", "both"),
    ("postgresql", "by turns"),  # the same code, and each run costs twice as much
)


BRIEF = ("request kept", "request decided")
"""What ends in few commits; what follows a crash there differs little."""


@pytest.mark.faults
@pytest.mark.parametrize(("copies", "then"), ON, indirect=["copies"])
@pytest.mark.parametrize("story", STORIES)
async def test_a_crash_at_every_boundary_changes_nothing(
    copies: Copies, tmp_path: Path, story: str, then: Then, tried: Tried
) -> None:
    then = "by turns" if story in BRIEF else then
    walked = await Walk(story=STORIES[story], then=then, copies=copies, folder=tmp_path).all()
    assert not walked.wrong, "\n".join(walked.wrong)
    assert walked.crashes >= 0.8 * walked.runs, "runs differ, but not that much"
    tried(f"a crash at each boundary of: {story}", copies.kind, times=walked.crashes)
