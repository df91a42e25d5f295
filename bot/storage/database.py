"""The one kind of transaction, on SQLite and on PostgreSQL.

All SQL of Muster is written once, as synchronous functions that take a connection. SQLite runs
them on one writer thread, where everything that waits shares a commit (a savepoint each);
PostgreSQL runs them under SQLAlchemy's greenlet bridge, a transaction each.
"""

import asyncio
import itertools
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncTransaction,
    create_async_engine,
)
from sqlalchemy.pool import NullPool

__all__ = [
    "CommitUnknown",
    "Connection",
    "Database",
    "DatabaseAway",
    "Overtaken",
    "Urgency",
    "Work",
    "connect",
    "database_file",
]

T = TypeVar("T")
Work = Callable[[Connection], T]
"""What a transaction does. It may run again after a conflict, and must not touch the network."""

BUSY_MS = 1_500
"""How long SQLite waits for another process; shorter than the 2.5 s a person is answered within."""
_READERS = 2
_TOGETHER = 128
"""How many waiting pieces of work share a commit at the most."""
_CONFLICTS = 3
_AT_THE_END = 99
"""The place of the writer's last order: behind everything that waits."""


class DatabaseAway(Exception):
    """The database does not answer; nothing was recorded."""


class CommitUnknown(DatabaseAway):
    """The connection was lost while committing: it is not known whether it was recorded.

    Asking again is safe.
    """


class Overtaken(Exception):
    """Another writer took the version, number or name first; look again and retry."""


class Urgency(IntEnum):
    """What goes first when several wait to write."""

    DELIVERY = 0
    OUTCOME = 1
    TIMER = 2


class Database(ABC):
    """Where the record is kept; opened by `connect`."""

    @abstractmethod
    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Run `work` in a writing transaction and return what it returned, once committed.

        Raises:
            DatabaseAway: nothing was recorded.
            CommitUnknown: it cannot be told.
            Overtaken: another writer was first; nothing was recorded.
        """

    @abstractmethod
    async def read(self, work: Work[T]) -> T:
        """Run `work` on a consistent view of the record.

        Raises:
            DatabaseAway: the database does not answer.
        """

    @abstractmethod
    def changed_elsewhere(self) -> bool:
        """Say whether another process may have written since the last time this was asked."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of the database."""


def connect(url: str) -> Database:
    """Return the database that a URL names; nothing is opened yet.

    `sqlite+aiosqlite:///file` (the documented spelling) and `sqlite:///file` are embedded,
    `postgresql+asyncpg://…` is a server.

    Raises:
        ValueError: another kind of URL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError(
                "DATABASE_URL names no file; an incident's record cannot be kept there"
            )
        return EmbeddedDatabase(Path(parsed.database))
    if parsed.get_backend_name() == "postgresql":
        return ServerDatabase(parsed.set(drivername="postgresql+asyncpg"))
    raise ValueError(
        f"DATABASE_URL says {parsed.drivername}; Muster keeps its record in "
        "sqlite+aiosqlite:///… or postgresql+asyncpg://…"
    )


def database_file(url: str) -> Path | None:
    """Return the file of an embedded database, None for a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Waiting:
    """A piece of work in the writer's queue, and who waits for it."""

    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
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


class EmbeddedDatabase(Database):
    """SQLite: one file, one writer thread, a few readers beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = sqlite_engine(path, begin="BEGIN IMMEDIATE")
        self._reading = sqlite_engine(path, begin="BEGIN")
        self._queue: queue.PriorityQueue[tuple[int, int, _Waiting | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._writer: threading.Thread | None = None
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="muster-reader")
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._watch: Connection | None = None
        self._seen: int | None = None

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """See the base class."""
        if self._writer is None:
            self._writer = threading.Thread(target=self._run, name="muster-writer", daemon=True)
            self._writer.start()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(work, loop.create_future(), loop)
        self._queue.put((urgency, next(self._order), waiting))
        result: T = await waiting.done
        return result

    async def read(self, work: Work[T]) -> T:
        """See the base class."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    def _read(self, work: Work[T]) -> T:
        try:
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._reading.connect()
                self._opened.append(connection)
            with connection.begin():
                return work(connection)
        except DBAPIError as fault:
            raise DatabaseAway(str(fault.orig)) from fault

    def changed_elsewhere(self) -> bool:
        """`PRAGMA data_version` moves when another connection, the writer's included, commits."""
        if self._watch is None:
            self._watch = self._reading.execution_options(isolation_level="AUTOCOMMIT").connect()
        seen = self._watch.execute(text("PRAGMA data_version")).scalar_one()
        changed = bool(seen != self._seen)
        self._seen = seen
        return changed

    async def close(self) -> None:
        """See the base class."""
        if self._writer is not None:
            self._queue.put((_AT_THE_END, next(self._order), None))
            await asyncio.to_thread(self._writer.join)
            self._writer = None
        self._readers.shutdown(wait=True)
        for connection in (*self._opened, *([self._watch] if self._watch else [])):
            connection.close()
        self._writing.dispose()
        self._reading.dispose()

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
        _, _, first = self._queue.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < _TOGETHER:
            try:
                _, _, following = self._queue.get_nowait()
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
        try:
            connection = connection or self._writing.connect()
            with connection.begin():
                for waiting in batch:
                    self._try(connection, waiting)
        except SQLAlchemyError as error:
            fault = DatabaseAway(str(getattr(error, "orig", None) or error))
            fault.__cause__ = error
            _let_go(connection)
            connection = None
        for waiting in batch:
            waiting.settle(fault)
        return connection

    def _try(self, connection: Connection, waiting: _Waiting) -> None:
        """Run one piece of work in its savepoint, so that it fails alone."""
        if waiting.done.cancelled():
            return  # whoever asked has given up and was told that nothing was recorded
        try:
            with connection.begin_nested():
                waiting.result = waiting.work(connection)
        except OperationalError:
            raise
        except IntegrityError as error:
            waiting.error = Overtaken(str(error.orig))
        except Exception as error:  # noqa: BLE001 - whatever it was, it belongs to who asked
            waiting.error = error


def _let_go(connection: Connection | None) -> None:
    """Let go of a connection that failed; the next commit opens a fresh one."""
    if connection is not None:
        connection.invalidate()
        connection.close()


def sqlite_engine(path: Path, *, begin: str) -> Engine:
    """Return an engine that begins its transactions with `begin`, as SQLite needs it."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)

    return engine


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────


class ServerDatabase(Database):
    """PostgreSQL: shared by replicas; every piece of work is a transaction of its own."""

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=0,
            pool_timeout=2,
            pool_pre_ping=True,
            connect_args={"timeout": 2, "command_timeout": 10},
        )

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:  # noqa: ARG002 - PostgreSQL has many writers
        """See the base class."""
        for conflicts in itertools.count(1):
            try:
                return await self._write_once(work)
            except DBAPIError as fault:
                if not _is_conflict(fault) or conflicts >= _CONFLICTS:
                    raise DatabaseAway(str(fault.orig)) from fault
        raise AssertionError

    async def _write_once(self, work: Work[T]) -> T:
        try:
            connection = await self._engine.connect()
        except (OSError, TimeoutError, SQLAlchemyError) as fault:
            raise DatabaseAway(str(fault)) from fault
        try:
            transaction = await connection.begin()
            result = await self._worked(connection, work)
            await self._committed(transaction)
            return result
        finally:
            await connection.close()

    async def _worked(self, connection: AsyncConnection, work: Work[T]) -> T:
        try:
            return await connection.run_sync(work)
        except IntegrityError as error:
            raise Overtaken(str(error.orig)) from error
        except (InterfaceError, OSError) as fault:
            raise DatabaseAway(str(fault)) from fault

    async def _committed(self, transaction: AsyncTransaction) -> None:
        try:
            await transaction.commit()
        except (DBAPIError, OSError, TimeoutError) as fault:
            if isinstance(fault, DBAPIError) and _is_conflict(fault):
                raise
            raise CommitUnknown(str(fault)) from fault

    async def read(self, work: Work[T]) -> T:
        """See the base class."""
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(work)
        except (OSError, TimeoutError, SQLAlchemyError) as fault:
            raise DatabaseAway(str(fault)) from fault

    def changed_elsewhere(self) -> bool:
        """Replicas write at any time: always look."""
        return True

    async def close(self) -> None:
        """See the base class."""
        await self._engine.dispose()


_CONFLICT_STATES = {"40001", "40P01"}


def _is_conflict(fault: DBAPIError) -> bool:
    """Serialization failures and deadlocks are nobody's fault and worth another try."""
    return getattr(fault.orig, "sqlstate", None) in _CONFLICT_STATES
