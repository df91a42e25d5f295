"""Other people's bots, each a process of its own that knows only what its environment says."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def the_bot(app: Path, folder: Path, **settings: str) -> AsyncIterator[None]:
    """The bot as anybody starts it; it is gone when the block ends."""
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(app), cwd=folder, env={**environment, **settings},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
