"""Each word is tried in the room of an incident that ann has declared."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.playbook import Playbook
from bot.domain.process import Process
from bot.playbook_files import load_text
from tests.people import World, a_world
from tests.playbooks.names import NAMES

RUNBOOK = """
schema: 1
id: restore
name: Restore the service
description: Bring it back by the quickest safe way.
triggers:
  - event: incident.declared
    match: {severity: [sev1, sev2]}
steps:
  - id: look
    type: checklist
    name: Look
    items:
      - {id: confirm, text: Confirm what is down}
      - {id: graph, text: Find the minute in which it began, evidence: link}
      - {id: words, text: Write down the exact error, evidence: note}
  - id: tell
    type: task
    title: Call the supplier
  - id: mend
    type: checklist
    name: Mend it
"""


def runbook() -> Playbook:
    """A playbook with an item of each kind."""
    playbook, problems = load_text(RUNBOOK, file="restore.yaml", names=NAMES)
    assert playbook is not None, problems
    return playbook


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace in which INC-1 is declared, with ann in its room."""
    playbook = runbook()
    process = replace(Process(), playbooks={playbook.id: playbook})
    async with a_world(tmp_path, process=process) as opened:
        await opened.ann.says("/incident declare checkout is down --sev 2 --category availability")
        await opened.settles()
        yield opened


@pytest.fixture
async def room(world: World) -> str:
    """The channel of INC-1."""
    return (await world.room(1)).channel
