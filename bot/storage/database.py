"""The one kind of transaction, on SQLite and on PostgreSQL.

All SQL of Muster is written once, as synchronous functions that take a connection. SQLite runs
them on one writer thread, where everything that waits shares a commit (a savepoint each);
PostgreSQL runs them under SQLAlchemy's greenlet bridge, a transaction each.
"""

import asyncio
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import IntEnum
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.presence import Presence

__all__ = [
    "FAULTS",
    "CommitUnknown",
    "Connection",
    "Database",
    "DatabaseAway",
    "Overtaken",
    "Unfit",
    "Urgency",
    "Work",
    "alone",
    "driver_of",
    "in_the_end",
    "timed",
]

T = TypeVar("T")
D = TypeVar("D", bound="Database")
P = ParamSpec("P")
Work = Callable[[Connection], T]
"""What a transaction does. It may run again after a conflict, and must not touch the network."""


class DatabaseAway(Exception):
    """The database does not answer; nothing was recorded."""


class CommitUnknown(DatabaseAway):
    """The connection was lost while committing: it is not known whether it was recorded.

    Asking again is safe.
    """


class Unfit(DatabaseAway):
    """It answers, but this process must not work with it; the sentence says what to do."""


class Overtaken(Exception):
    """Another writer took the version, number or name first; look again and retry."""


FAULTS = (SQLAlchemyError, sqlite3.Error)
"""What a database that is away raises; nobody wraps what SQLite's driver itself raises."""


class Urgency(IntEnum):
    """Who goes first when several wait to write: people, then outcomes of effects, and timers."""

    DELIVERY = 0
    OUTCOME = 1


def driver_of(connection: Connection) -> Any:
    """Return the driver's connection, for where SQLAlchemy costs more than the database."""
    return connection.connection.driver_connection


def alone(
    connection: Connection, work: Callable[[], T], *, shared: bool = True
) -> tuple[T | None, Exception | None]:
    """Run a part of a transaction so that it fails alone; return its result, or its fault.

    Where nothing shares the transaction, the caller undoes all of it after a fault. Faults of the
    database itself are raised: they concern the whole transaction. The savepoints are the driver's:
    SQLAlchemy's own cost three times as much, and each command that shares a commit has one.
    """
    if shared:
        connection.exec_driver_sql("SAVEPOINT alone")
    try:
        result = work()
    except FAULTS:
        if shared:
            with suppress(*FAULTS):  # the database may have undone everything already
                _undo(connection)
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it was, it belongs to who asked
        if shared:
            _undo(connection)
        return None, fault
    if shared:
        connection.exec_driver_sql("RELEASE SAVEPOINT alone")
    return result, None


def _undo(connection: Connection) -> None:
    connection.exec_driver_sql("ROLLBACK TO SAVEPOINT alone")
    connection.exec_driver_sql("RELEASE SAVEPOINT alone")


def timed(what: str) -> Callable[..., Any]:
    """Have a method of a database tell how long it took."""

    def around(
        method: Callable[Concatenate[D, P], Awaitable[T]],
    ) -> Callable[Concatenate[D, P], Awaitable[T]]:
        @wraps(method)
        async def run(self: D, /, *args: P.args, **kwargs: P.kwargs) -> T:
            started = time.perf_counter()
            try:
                return await method(self, *args, **kwargs)
            finally:
                self.took(what, time.perf_counter() - started)

        return run

    return around


def _unnoted(_what: str, _seconds: float) -> None:
    """Tell nobody."""


class Database(ABC):
    """Where the record is kept; `opening.connect` returns one for a URL."""

    took: Callable[[str, float], None] = staticmethod(_unnoted)
    """Told how many seconds each read and write took, waiting included."""

    @cached_property
    def presence(self) -> Presence:
        """Whether it was there when it was last tried."""
        return Presence()

    @abstractmethod
    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Run `work` in a writing transaction and return what it returned, once committed.

        Raises:
            DatabaseAway: nothing was recorded.
            CommitUnknown: it cannot be told.
            Overtaken: another writer was first; nothing was recorded.
        """

    async def put(self, work: Work[T]) -> T:
        """Run `work` whose statements may each be recorded alone, and each be done twice.

        Where that is cheaper, there is no transaction around them.

        Raises:
            DatabaseAway: not all of it was recorded, as far as is known.
            Overtaken: another writer was first.
        """
        return await self.write(work)

    @abstractmethod
    async def read(self, work: Work[T]) -> T:
        """Run `work` on a consistent view of the record.

        Raises:
            DatabaseAway: the database does not answer.
        """

    @abstractmethod
    def changed_elsewhere(self) -> bool:
        """Say whether another process may have written since the last time this was asked."""

    async def listen(self, heard: Callable[[], None]) -> None:  # noqa: ARG002 - here is nobody to hear
        """Call `heard` whenever another process says that it owes something; for ever.

        An embedded file cannot notify anybody: it is polled instead.
        """
        await asyncio.Event().wait()

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of the database."""


_RACES = 5
"""How often a write that lost a race is retried."""


async def in_the_end(database: Database, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
    """Write, and look again where another replica took the version, number or delivery first.

    Raises:
        Overtaken: others were first every time.
        DatabaseAway: nothing was recorded.
    """
    for _ in range(_RACES - 1):
        with suppress(Overtaken):
            return await database.write(work, urgency)
    return await database.write(work, urgency)
