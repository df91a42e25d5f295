"""SQLite: one file, one writer thread where all that waits shares a commit, a few readers."""

import asyncio
import queue
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.storage.database import (
    FAULTS,
    CommitUnknown,
    Database,
    DatabaseAway,
    Overtaken,
    T,
    Urgency,
    Work,
    alone,
    timed,
)
from bot.storage.sqlite_file import SqliteFile
from bot.storage.trying import write_the_same
from bot.storage.urgent_first import UrgentFirst

ROOM = 4_000_000
"""How many bytes must be free on a disk that is not full."""
_READERS = 2
_TOGETHER = 128
"""How many waiting pieces of work share a commit at the most."""
_AT_THE_END = 99
"""The place of the writer's last order: behind everything that waits."""


@dataclass
class _Waiting:
    """A piece of work in the writer's queue, and who waits for it."""

    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    at_once: bool = False
    """Whether it needs no transaction: what it says to the driver is recorded as it is said."""
    result: Any = None
    error: BaseException | None = None

    def settle(self, fault: BaseException | None) -> None:
        """Answer whoever waits, in their own loop; they may be gone."""
        error = fault or self.error
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._answer, error)

    def _answer(self, error: BaseException | None) -> None:
        if self.done.cancelled():
            return
        if error is not None:
            self.done.set_exception(error)
        else:
            self.done.set_result(self.result)


class _GivenUp(Exception):
    """Whoever asked was told meanwhile that nothing was recorded, so the work is undone."""


class SqliteDatabase(Database):
    """SQLite: one file, one writer thread, a few readers beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = SqliteFile(path)
        self._writing = self._file.engine(begin="BEGIN IMMEDIATE")
        self._reading = self._file.engine(begin="BEGIN")
        self._at_once = self._file.engine(begin="BEGIN", busy_ms=0)
        self._queue = UrgentFirst[_Waiting | None]()
        self._writer: threading.Thread | None = None
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="muster-reader")
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._watch: Connection | None = None
        self._seen: int | None = None

    @timed("write")
    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """See the base class."""
        return await self._written(work, urgency)

    @timed("write")
    async def put(self, work: Work[T]) -> T:
        """See the base class."""
        return await self._written(work, Urgency.DELIVERY, at_once=True)

    async def _written(self, work: Work[T], urgency: Urgency, *, at_once: bool = False) -> T:
        if self._writer is None or not self._writer.is_alive():
            self._writer = threading.Thread(target=self._run, name="muster-writer", daemon=True)
            self._writer.start()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(work, loop.create_future(), loop, at_once)
        self._queue.put(urgency, waiting)
        result: T = await waiting.done
        return result

    @timed("read")
    async def read(self, work: Work[T]) -> T:
        """See the base class."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    def _read(self, work: Work[T]) -> T:
        connection: Connection | None = getattr(self._local, "connection", None)
        try:
            self._file.look()
            if connection is None:
                connection = self._local.connection = self._reading.connect()
                self._opened.append(connection)
            with connection.begin():
                return work(connection)
        except (DBAPIError, sqlite3.Error) as fault:
            self._forget(connection)
            self.presence.away(_why(fault))
            raise DatabaseAway(_why(fault)) from fault

    def _forget(self, connection: Connection | None) -> None:
        """Drop a connection that failed, so that the next read opens a fresh one."""
        self._local.connection = None
        if connection in self._opened:
            self._opened.remove(connection)
        _let_go(connection)

    def changed_elsewhere(self) -> bool:
        """`PRAGMA data_version` moves when another connection, the writer's included, commits.

        It is asked in the event loop, so it waits for nobody: where it cannot be told, have a look.
        """
        try:
            self._file.look()
            if self._watch is None:
                self._watch = self._at_once.execution_options(
                    isolation_level="AUTOCOMMIT"
                ).connect()
            seen = self._watch.execute(text("PRAGMA data_version")).scalar_one()
        except FAULTS:
            _let_go(self._watch)
            self._watch = None
            return True
        changed = bool(seen != self._seen)
        self._seen = seen
        return changed

    async def close(self) -> None:
        """See the base class."""
        if self._writer is not None:
            self._queue.put(_AT_THE_END, None)
            await asyncio.to_thread(self._writer.join)
            self._writer = None
        self._readers.shutdown(wait=True)
        for connection in (*self._opened, *([self._watch] if self._watch else [])):
            connection.close()
        self._writing.dispose()
        self._reading.dispose()
        self._at_once.dispose()

    # The writer thread

    def _run(self) -> None:
        connection: Connection | None = None
        while True:
            batch, stop = self._next_batch()
            if batch:
                connection = self._commit_together(connection, batch)
            if stop:
                break
        if connection is not None:
            connection.close()

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        """Wait for something to do, and take along what waits already."""
        first = self._queue.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < _TOGETHER:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit_together(
        self, connection: Connection | None, batch: list[_Waiting]
    ) -> Connection | None:
        fault: BaseException | None = None
        kind = DatabaseAway
        try:
            self._file.look()
            connection = connection or self._writing.connect()
            if len(batch) == 1 and self.presence.trouble is None:
                self._commit_one(connection, batch[0])
            else:
                self._commit_each(connection, batch)
            kind = CommitUnknown  # it may have gone into a file that was being taken away
            self._file.look()
        except FAULTS as error:
            fault = kind(_why(error))
            fault.__cause__ = error
            _let_go(connection)
            connection = None
            self.presence.away(_why(error))
        else:
            if self.presence.trouble is None or has_room(self.path):
                self.presence.back()
        for waiting in batch:
            waiting.settle(fault)
        return connection

    def _commit_one(self, connection: Connection, waiting: _Waiting) -> None:
        """Commit the only piece of work there is: it needs no savepoint to fail alone.

        Where it needs no transaction either, SQLAlchemy begins one if it is spoken to.
        """
        if not waiting.at_once:
            connection.begin()
        self._try(connection, waiting, shared=False)
        if waiting.error is None:
            connection.commit()
        else:
            connection.rollback()

    def _commit_each(self, connection: Connection, batch: Sequence[_Waiting]) -> None:
        with connection.begin():
            for waiting in batch:
                self._try(connection, waiting, shared=True)
            if self.presence.trouble is not None:
                write_the_same(connection)  # else who has nothing to write would end it

    def _try(self, connection: Connection, waiting: _Waiting, *, shared: bool) -> None:
        """Run one piece of work; where others share the commit, so that it fails alone."""
        if waiting.done.cancelled():
            return  # whoever asked has given up and was told that nothing was recorded
        try:
            waiting.result, waiting.error = alone(
                connection, lambda: _wanted(connection, waiting), shared=shared
            )
        except (IntegrityError, sqlite3.IntegrityError) as error:
            waiting.error = Overtaken(str(getattr(error, "orig", error)))


def has_room(path: Path) -> bool:
    """Say whether the record may grow; on a full disk, now and then a small write still fits.

    A folder that cannot be looked at, such as one that was moved away, has none.
    """
    try:
        return shutil.disk_usage(path.resolve().parent).free >= ROOM
    except OSError:
        return False


def _wanted(connection: Connection, waiting: _Waiting) -> Any:
    """Do a piece of work, unless whoever asked for it gives up before it is done.

    They are told then that nothing was recorded. Work that sets `Attempt.maybe_recorded` does so
    last: whoever gives up after that is told that it is not known.

    Raises:
        _GivenUp: they gave up; the caller undoes what was written.
    """
    result = waiting.work(connection)
    if waiting.done.cancelled():
        raise _GivenUp
    return result


def _why(fault: BaseException) -> str:
    """Return what went wrong first: a full disk rolls all back, and then the savepoint is gone."""
    while isinstance(fault.__context__, FAULTS):
        fault = fault.__context__
    return str(fault)


def _let_go(connection: Connection | None) -> None:
    """Let go of a connection that failed; the next use opens a fresh one."""
    if connection is not None:
        with suppress(*FAULTS):
            connection.invalidate()
        connection.close()
