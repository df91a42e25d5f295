"""Sessions of PostgreSQL that end in the middle of something, and who is in the middle of it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Connection
from bot.storage.opening import connect
from tests.databases import fresh_postgresql
from tests.storage.test_away import adding, count

pytestmark = pytest.mark.faults("a session ends in the middle of its work")


@pytest.fixture
async def server_url(postgresql: str) -> AsyncIterator[str]:
    async for url in fresh_postgresql(postgresql):
        yield url


def frozen(connection: Connection) -> None:
    """The process stands still, and the server ends what it left open; both are heard at once."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 100")
    asyncio.get_running_loop().call_later(0.1, time.sleep, 0.6)
    connection.exec_driver_sql("SELECT pg_sleep(0.2)")


async def test_a_process_that_was_frozen_within_a_transaction_goes_on(server_url: str) -> None:
    database = connect(server_url)
    at_first = [frozen, frozen]

    def writes(connection: Connection) -> int:
        adding("once")(connection)
        if len(at_first) == 2:
            at_first.pop()(connection)
        return count(connection)

    def looks(connection: Connection) -> int:
        if at_first:
            at_first.pop()(connection)
        return count(connection)

    assert await database.write(writes) == 1
    assert await database.read(looks) == 1
    assert not at_first, "each was frozen once"
    assert database.presence.absences == 0
    await database.close()


async def test_a_commit_that_was_never_sent_is_not_in_doubt(server_url: str) -> None:
    database = connect(server_url)
    at_first = [frozen]

    def writes(connection: Connection) -> None:
        adding("once")(connection)
        if at_first:
            at_first.pop()(connection)  # with nothing left to do but to commit

    await database.write(writes)
    assert not at_first
    assert await database.read(count) == 1
    assert database.presence.absences == 0
    await database.close()


@pytest.mark.parametrize("nth", range(4))
@pytest.mark.parametrize("way", ["write", "put", "read"])
async def test_who_is_cancelled_anywhere_leaves_no_spoilt_connection(
    server_url: str, way: str, nth: int
) -> None:
    database = connect(server_url)

    def gives_up(connection: Connection) -> int:
        for statement in range(3):
            if statement == nth:
                asyncio.get_running_loop().call_soon(asking.cancel)
            connection.exec_driver_sql(f"SELECT pg_sleep(0.001 * {statement})")
        if nth == 3:  # with nothing left to do but to commit
            asyncio.get_running_loop().call_soon(asking.cancel)
        return count(connection)

    for _ in range(12):  # more than there are connections
        asking = asyncio.ensure_future(getattr(database, way)(gives_up))
        with pytest.raises(asyncio.CancelledError):
            await asking
        found = await asyncio.gather(*(database.read(count) for _ in range(12)))
        assert set(found) == {0}
    await database.close()
