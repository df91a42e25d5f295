"""The terminal of the tests: a word is run as a person would run it, in a folder of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 200.0
"""Seconds that a machine may take for what takes one, if it is busy or gone for a while."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What a word left behind."""

    status: int
    out: str
    err: str

    @property
    def only_line(self) -> str:
        """The one line on stderr that explains a problem."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """A shell in a folder, with settings of its own."""

    folder: Path
    settings: dict[str, str]

    async def runs(self, *words: str, **more: str) -> Finished:
        """Run `muster …` to its end."""
        async with self.starts(*words, **more) as process:
            return await self.ended(process)

    async def ended(self, process: asyncio.subprocess.Process) -> Finished:
        """Return what a program left behind, once it has ended."""
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode is not None
        return Finished(status=process.returncode, out=out.decode(), err=err.decode())

    @asynccontextmanager
    async def starts(self, *words: str, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Start `muster …`; it is gone when the block ends."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **self.settings, **more},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
                await process.wait()


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What a word printed, run in this process."""

    capsys: pytest.CaptureFixture[str]

    async def shows(self, *words: str, status: int = 0) -> str:
        """Run a word, expect its exit status, and return what it printed."""
        self.capsys.readouterr()
        ended = await asyncio.to_thread(main, list(words))
        printed = self.capsys.readouterr()
        assert ended == status, printed.err
        return printed.out if status == 0 else printed.err


async def line_with(stream: asyncio.StreamReader | None, words: str) -> str:
    """Return the first line of a stream that holds these words."""
    assert stream is not None

    async def look() -> str:
        while line := (await stream.readline()).decode():
            if words in line:
                return line
        raise AssertionError(f"{words!r} was never said")

    return await asyncio.wait_for(look(), PATIENCE)
