"""Listening for what other replicas owe, for as long as a test wants to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.storage.database import Database


@asynccontextmanager
async def listening(database: Database, heard: Callable[[], None]) -> AsyncIterator[None]:
    """Listen for a while."""
    task = asyncio.create_task(database.listen(heard))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
