"""What the words that play a story share: reading it, and playing until somebody says stop."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path

from bot.cli import Problem
from bot.simulator.stories.reading import read_story
from bot.simulator.stories.script import Story, StoryIsWrong


def told_story(path: Path) -> Story:
    """Read a story before anything is started.

    Raises:
        Problem: with everything that is wrong in it.
    """
    try:
        return read_story(path)
    except StoryIsWrong as wrong:
        for problem in wrong.problems[:-1]:
            print(f"muster: {problem}", file=sys.stderr)
        raise Problem(wrong.problems[-1]) from wrong


async def unless(told: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do the work, unless somebody says stop before it is done."""
    working = asyncio.create_task(work, name="story")
    stopping = asyncio.create_task(told.wait(), name="told to stop")
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
    else:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
