"""What other replicas owe, heard at once: PostgreSQL's LISTEN and NOTIFY.

Whatever wakes a lane or sets a timer marks its transaction (`mark`), which notifies as it commits.
One connection of each process listens; it is checked, and replaced when it is gone. A notice that
is lost costs no more than the wait for the next poll.

The same connection ends what a frozen process has left open: a process that is stopped within a
transaction would hold its locks until it goes on. The server's own time limit sees only those that
stop between two statements.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

log = structlog.get_logger(__name__)

CHANNEL = "muster_owed"
PULSE = 5.0
"""Seconds after which a silent connection is asked whether it is still there."""
SERVING = "muster serve"
"""How the server knows the one connection of each process that serves."""
NOT_FOR_LONG = {"application_name": "muster", "idle_in_transaction_session_timeout": "4000"}
"""Settings of the sessions that others may have to wait for."""
_PULSE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'muster' AND datname = current_database() AND usename = current_user
AND wait_event = 'ClientRead' AND xact_start IS NOT NULL
AND state_change < now() - interval '4 seconds'
"""
"""Ends sessions that have done nothing for seconds in the middle of a transaction."""
_BACK_OFF = (0.2, 1, 2, 5, 10)
"""Backoff in seconds between attempts to listen again."""
_AWAY = (SQLAlchemyError, OSError, TimeoutError)
_OWED = "muster_owed"
"""The key of a connection's mark: its transaction has something to notify others of."""
_SAY = select(func.pg_notify(CHANNEL, bindparam("who")))


_PROCESSES = text(
    "SELECT count(*) FILTER (WHERE application_name = :name) AS seen, "
    "count(*) FILTER (WHERE application_name IS NULL) AS hidden "
    "FROM pg_stat_activity WHERE datname = current_database()"
)


def processes(connection: Connection) -> int | None:
    """How many processes serve this database on a server? A frozen one counts.

    None where it cannot be told: the server hides the sessions of other roles from most roles.
    """
    found = connection.execute(_PROCESSES, {"name": SERVING}).one()
    return int(found.seen) if found.seen or not found.hidden else None


def mark(connection: Connection) -> None:
    """Have others told, once this is committed, that something is owed."""
    connection.info[_OWED] = True


def forget(connection: Connection) -> None:
    """Forget marks that an earlier attempt has left."""
    connection.info.pop(_OWED, None)


def say(connection: Connection, who: str) -> None:
    """Say what was marked; PostgreSQL passes it on with the commit, or not at all."""
    if connection.info.pop(_OWED, False):
        connection.execute(_SAY, {"who": who})


class Notices:
    """Hears what others owe; `who` is this process, which need not be told of its own."""

    def __init__(self, url: URL, who: str) -> None:
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",  # nothing is heard within a transaction
            connect_args={
                "timeout": 2,
                "command_timeout": PULSE,
                "server_settings": {"application_name": SERVING},
            },
        )
        self._who = who
        self.listening = False

    async def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` for each notice, and after each gap in which one may have been missed."""
        tries = 0
        while True:
            try:
                async with self._engine.connect() as connection:
                    gone = await self._begun(connection, heard)
                    self.listening, tries = True, 0
                    heard()
                    await _watched(connection, gone)
            except _AWAY as fault:
                log.warning("notices.away", why=str(fault) or type(fault).__name__)
            finally:
                self.listening = False
            await asyncio.sleep(_BACK_OFF[min(tries, len(_BACK_OFF) - 1)])
            tries += 1

    async def _begun(self, connection: AsyncConnection, heard: Callable[[], None]) -> asyncio.Event:
        """Begin to listen; returns what is set when the connection is closed."""
        gone = asyncio.Event()

        def take(_connection: Any, _process: int, _channel: str, who: str) -> None:
            if who != self._who:
                heard()

        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(lambda _connection: gone.set())
        await connection.exec_driver_sql("SELECT 1")  # faults come as SQLAlchemy's
        await driver.add_listener(CHANNEL, take)
        return gone


async def _watched(connection: AsyncConnection, gone: asyncio.Event) -> None:
    """Return when the connection is closed; a silent one is pinged, and frozen sessions ended.

    Raises:
        SQLAlchemyError: it does not answer.
    """
    while True:
        try:
            async with asyncio.timeout(PULSE):
                await gone.wait()
        except TimeoutError:
            ended = (await connection.exec_driver_sql(_PULSE)).all()
            if ended:
                log.warning("notices.frozen_session_ended", sessions=len(ended))
        else:
            return
