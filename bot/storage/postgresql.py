"""PostgreSQL: shared by replicas; every piece of work is a transaction of its own.

A pooled connection may be dead, which shows only when it is used. It is not pinged before, since
that costs three round trips, as many as a small transaction: work whose server hangs up before the
commit is retried on another connection.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncTransaction,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage import notices
from bot.storage.database import (
    CommitUnknown,
    Database,
    DatabaseAway,
    Overtaken,
    T,
    Unfit,
    Urgency,
    Work,
    timed,
)
from bot.storage.notices import NOT_FOR_LONG, Notices

PATIENCE = 10.0
"""Seconds that a statement may take while people wait."""
CONNECTING = 2.0
"""Seconds to wait for a connection, while people wait, before the server counts as away."""
CONNECTIONS = 10
"""How many pieces of work are done side by side; whoever else comes waits for a turn."""
TURN = 10.0
"""Seconds to wait for a turn. A busy database is not away, so this is longer than anybody waits who
has to be answered: their own time limit ends first."""
NET = 2.0
"""Seconds between polls for what no notice tells of, such as a lease that has ended."""
_POOL_OF = "pool of"
_ONLY_READING = {"default_transaction_read_only": "on"}
_CONFLICTS = 3
"""How often a transaction is tried in all that loses a race, or whose server hangs up."""
_AWAY = (DBAPIError, OSError, TimeoutError)
"""What a server that is away raises in the middle of something."""


class PostgresqlDatabase(Database):
    """PostgreSQL: shared by replicas; every piece of work is a transaction of its own."""

    def __init__(
        self,
        url: URL,
        patience: float | None = PATIENCE,
        *,
        only_reading: bool = False,
        connections: int = CONNECTIONS,
    ) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()
        self._who = uuid4().hex
        self._notices = Notices(url, self._who)
        self._looked = 0.0
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=TURN,
            hide_parameters=True,  # what people wrote belongs into no error
            connect_args={
                "timeout": CONNECTING if patience else PATIENCE,
                "command_timeout": patience,
                "server_settings": {
                    **({} if patience is None else NOT_FOR_LONG),
                    **(_ONLY_READING if only_reading else {}),
                },
            },
        )

        self._at_once = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        """The same connections, on which each statement is recorded by itself."""
        self._pool_of = 0
        """Connections of an earlier number found a stand-by: they are made anew when next used."""
        event.listen(self._engine.sync_engine, "connect", self._numbered)
        event.listen(self._engine.sync_engine, "checkout", self._still_good)

    def _numbered(self, _raw: Any, record: ConnectionPoolEntry) -> None:
        record.info[_POOL_OF] = self._pool_of

    def _still_good(self, _raw: Any, record: ConnectionPoolEntry, _lent: object) -> None:
        if record.info.get(_POOL_OF) != self._pool_of:
            raise DisconnectionError

    @timed("write")
    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:  # noqa: ARG002 - PostgreSQL has many writers
        """See the base class."""
        return await self._present(self._written(lambda: self._write_once(work)))

    @timed("write")
    async def put(self, work: Work[T]) -> T:
        """See the base class: beginning and committing cost two more round trips."""
        return await self._present(self._written(lambda: self._put_once(work)))

    async def _present(self, written: Coroutine[Any, Any, T]) -> T:
        """Await it, and note whether the server is there."""
        try:
            result = await self._while_wanted(written)
        except DatabaseAway as fault:
            self.presence.away(_why(fault))
            raise
        self.presence.back()
        return result

    async def _while_wanted(self, work: Coroutine[Any, Any, T]) -> T:
        """Await it; a caller that is cancelled is let go at once, however long the server takes.

        A silent server keeps a connection for seconds before it can be given up.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            raise

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody else is to be told

    async def _written(self, once: Callable[[], Awaitable[T]]) -> T:
        for conflicts in itertools.count(1):
            of = self._pool_of
            try:
                return await once()
            except DBAPIError as fault:
                if isinstance(fault, DataError):
                    raise
                again = _is_transient(fault) or _hung_up(fault)
                if not again or conflicts >= _CONFLICTS:
                    raise DatabaseAway(str(fault.orig)) from fault
                if _state(fault) == _READ_ONLY:
                    self._pool_of = max(self._pool_of, of + 1)  # not once for each who found it
        raise AssertionError

    async def _write_once(self, work: Work[T]) -> T:
        connection = await self._connected(self._engine)
        try:
            transaction = await connection.begin()
            result = await self._worked(connection, self._telling(work))
            await self._committed(connection, transaction)
            return result
        finally:
            await connection.close()

    async def _put_once(self, work: Work[T]) -> T:
        connection = await self._connected(self._at_once)
        try:
            return await self._worked(connection, work)
        finally:
            await connection.close()

    def _telling(self, work: Work[T]) -> Work[T]:
        """Return the same work, which at its end notifies others of what is owed."""

        def told(connection: Connection) -> T:
            notices.forget(connection)
            result = work(connection)
            notices.say(connection, self._who)
            return result

        return told

    async def _connected(self, engine: AsyncEngine) -> AsyncConnection:
        try:
            return await engine.connect()
        except (OSError, TimeoutError, SQLAlchemyError) as fault:
            raise _away(fault) from fault

    async def _worked(self, connection: AsyncConnection, work: Work[T]) -> T:
        try:
            return await connection.run_sync(work)
        except IntegrityError as error:
            raise Overtaken(str(error.orig)) from error
        except DataError:
            raise  # what was to be written is at fault, not the server
        except _AWAY as fault:
            await self._sort_out(connection, fault)
            if isinstance(fault, DBAPIError) and _hung_up(fault):
                raise  # before the commit: nothing of it was recorded
            raise DatabaseAway(_why(fault)) from fault

    async def _committed(self, connection: AsyncConnection, transaction: AsyncTransaction) -> None:
        try:
            await transaction.commit()
        except _AWAY as fault:
            await self._sort_out(connection, fault)
            if isinstance(fault, DBAPIError) and _never_sent(fault):
                raise
            raise CommitUnknown(_why(fault)) from fault

    async def _sort_out(self, connection: AsyncConnection, fault: Exception) -> None:
        """Raise a fault that is worth another try; after any other, drop the connection."""
        if isinstance(fault, DBAPIError) and _is_transient(fault):
            raise fault
        await connection.invalidate()

    @timed("read")
    async def read(self, work: Work[T]) -> T:
        """See the base class."""
        try:
            return await self._while_wanted(self._read(work))
        except DataError:
            raise
        except (OSError, TimeoutError, SQLAlchemyError) as fault:
            self.presence.away(_why(fault))
            raise _away(fault) from fault

    async def _read(self, work: Work[T]) -> T:
        try:
            return await self._read_once(work)
        except DBAPIError as fault:
            if not _hung_up(fault):
                raise
        return await self._read_once(work)

    async def _read_once(self, work: Work[T]) -> T:
        connection = await self._engine.connect()
        try:
            return await connection.run_sync(work)
        except _AWAY:
            await connection.invalidate()  # whatever state it is in, nobody else may get it
            raise
        finally:
            await connection.close()

    def changed_elsewhere(self) -> bool:
        """Replicas notify when they owe something; polling is the fallback while nobody listens."""
        now = time.monotonic()
        if self._notices.listening and now - self._looked < NET:
            return False
        self._looked = now
        return True

    async def listen(self, heard: Callable[[], None]) -> None:
        """See the base class."""
        await self._notices.listen(heard)

    async def close(self) -> None:
        """See the base class."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._engine.dispose()


_READ_ONLY = "25006"
"""A server that was the primary, until it failed over: another connection may find the new one."""
_AGAIN = {"40001", "40P01", _READ_ONLY}


_NOT_LET_IN = {"28000", "28P01"}
"""The server knows no such role or password: no waiting changes that."""
_NO_DATABASE = "3D000"


def _state(fault: Exception) -> str | None:
    return getattr(getattr(fault, "orig", None), "sqlstate", None)


def _away(fault: Exception) -> DatabaseAway:
    """Return the fault as others know it."""
    if _state(fault) in _NOT_LET_IN:
        return Unfit(f"PostgreSQL does not let Muster in: {_said(fault)}. Mend DATABASE_URL.")
    if _state(fault) == _NO_DATABASE:
        return Unfit(f"PostgreSQL says: {_said(fault)}. Create it, or mend DATABASE_URL.")
    return DatabaseAway(_why(fault))


def _is_transient(fault: DBAPIError) -> bool:
    """Say whether it is worth another try: a serialization failure, a deadlock or a stand-by."""
    return _state(fault) in _AGAIN


def _hung_up(fault: DBAPIError) -> bool:
    """Whether the server has ended the session, as it does with who is frozen in a transaction.

    Where it says so before anybody asks, the driver takes it for the answer to nothing.
    """
    unasked = isinstance(fault.orig, AsyncAdapt_asyncpg_dbapi.InternalClientError)
    return unasked or fault.connection_invalidated


def _never_sent(fault: DBAPIError) -> bool:
    """Whether asyncpg refused to send a statement, since the session had ended unnoticed before.

    Source: `_set_state` in asyncpg's `protocol/coreproto.pyx`, which each request passes first.
    """
    return _hung_up(fault) and "cannot switch to state" in _why(fault)


def _said(fault: Exception) -> str:
    """Return the server's own message, without what the drivers wrap around it."""
    return str(getattr(fault, "orig", fault).__cause__ or fault)


def _why(fault: Exception) -> str:
    return str(getattr(fault, "orig", None) or fault) or type(fault).__name__
