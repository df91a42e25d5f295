"""PostgreSQL: shared by replicas; every piece of work is a transaction of its own."""

import itertools

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncTransaction,
    create_async_engine,
)

from bot.storage.database import (
    CommitUnknown,
    Database,
    DatabaseAway,
    Overtaken,
    T,
    Urgency,
    Work,
    timed,
)

PATIENCE = 10.0
"""Seconds that a statement may take while people wait."""
_CONFLICTS = 3
"""How often a transaction that lost a race is tried again."""


class ServerDatabase(Database):
    """PostgreSQL: shared by replicas; every piece of work is a transaction of its own."""

    def __init__(self, url: URL, patience: float | None = PATIENCE) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=0,
            pool_timeout=2,
            pool_pre_ping=True,
            connect_args={"timeout": 2, "command_timeout": patience},
        )

    @timed("write")
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

    @timed("read")
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
