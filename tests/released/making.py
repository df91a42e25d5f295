"""Make the backup that stands for a released schema: `python -m tests.released.making`.

It is made once, when a schema is released, by the code of that release, and never again: what it
holds is what people's databases hold. `test_released.py` brings each of them to today.
"""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli import VERSION
from bot.domain.process import Process
from bot.storage import schema
from bot.storage.backing_up import take
from bot.storage.backup_file import new_file
from tests.people import World, a_world
from tests.scenarios.runbook import runbook

FOLDER = Path(__file__).parent


async def story(world: World) -> None:
    """Something of everything that is kept: finished, under way, private, owed."""
    await _a_finished_incident(world)
    await _an_incident_under_way(world)
    await world.carol.says("/incident declare payroll leaks --sev 3 --private")
    await world.bob.says("/incident declare an exercise --sev 4 --drill")
    await _owed(world)


async def _a_finished_incident(world: World) -> None:
    ann, bob = world.ann, world.bob
    await ann.says("/incident declare checkout is down --sev 2 --category availability")
    room = await world.room(1)
    await bob.hands.joins(room.name)
    await bob.hands.posts(room.name, "It’s the pool — größer als 100 😀")
    for line in (
        "role operations",
        "playbook start restore",
        "playbook done 1",
        "playbook skip 3 nothing is logged",
        "note The pool is full",
        "decision Roll the deploy back",
        "status identified the deploy of 9:40",
        "update Nobody can pay; we roll a deploy back. --next 30",
        "followup add Mend the pool @bob",
        "resolve Rolled the deploy back",
    ):
        await bob.says(f"/incident {line}", in_=room.name)
        await world.passes(minutes=3)
    await ann.says("/incident close The cause is known well enough --yes", in_=room.name)


async def _an_incident_under_way(world: World) -> None:
    await world.carol.says("/incident declare search is slow --sev 1 --category performance")
    room = await world.room(2)
    await world.ann.hands.joins(room.name)
    await world.ann.hands.posts(room.name, "Since this morning")
    await world.passes(minutes=40)  # nobody gives the update that is due
    await world.ann.says("/incident severity 2 only in one region", in_=room.name)


async def _owed(world: World) -> None:
    """Slack is away: what follows is recorded, and owed."""
    world.sim.faults.add("*", kind="http", status=503, times=None)
    await world.ann.hands.types("general", "/incident update inc-2 We look at the index")
    await world.ann.hands.types("general", "/incident declare mail is late --sev 3")


async def make(folder: Path) -> Path:
    """Play the story and save its record."""
    path = folder / f"{schema.HEAD}.backup"
    process = replace(Process(), playbooks={runbook().id: runbook()})
    with TemporaryDirectory() as scratch:
        async with a_world(Path(scratch), process=process) as world:
            await story(world)
            with new_file(path) as writer:
                at = world.clock.now().isoformat()
                saving = partial(take, writer=writer, taken_at=at, version=VERSION)
                await world.bot.database.read(saving)
            await world.crashes()
    return path


if __name__ == "__main__":
    asyncio.run(make(FOLDER))
