"""A workspace in which INC-1 is declared, with ann in its room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.domain.process import Process
from tests.people import World, a_world
from tests.scenarios.runbook import runbook


@asynccontextmanager
async def a_declared_world(folder: Path, database_url: str | None = None) -> AsyncIterator[World]:
    """Declare INC-1, for which a playbook fits."""
    playbook = runbook()
    process = replace(Process(), playbooks={playbook.id: playbook})
    async with a_world(folder, process=process, database_url=database_url) as opened:
        await opened.ann.says("/incident declare checkout is down --sev 2 --category availability")
        await opened.settles()
        yield opened
