"""A bot that is the older one for a while: an event that it does not know stands on INC-1.

That the newer one comes is played by another process, to which that event is known. Nothing settles
in between: what only the newer one can do stays due.
"""

from datetime import UTC, datetime

from sqlalchemy import select, update

from bot.engine.dispatcher import Dispatcher
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from tests.engine.test_versions import NEWER, forget_newer, newer_event
from tests.people import World

FAR = datetime(2100, 1, 1, tzinfo=UTC)


def _stream(connection: Connection) -> str:
    return str(connection.execute(t.incidents.select()).mappings().one()["stream"])


async def falls_behind(world: World) -> None:
    """A newer version has changed INC-1, so the bot that runs is the older one."""
    await world.bot.database.write(lambda c: newer_event(c, _stream(c)))


async def is_upgraded(world: World) -> None:
    """The older bot is gone, what it held is free, and the newer one has started; unless it has."""
    database = connect(world.database_url)
    behind = await database.read(_is_behind)
    if behind and world.app is not None:
        await world.crashes()
    await database.write(_is_understood)
    await database.close()
    if world.app is None:
        await world.starts()


def _is_behind(connection: Connection) -> bool:
    newer = select(t.events.c.name).where(t.events.c.name == NEWER.name)
    return connection.execute(newer).first() is not None


def _is_understood(connection: Connection) -> None:
    forget_newer(connection, _stream(connection))
    held = update(t.lane).where(t.lane.c.owner.is_not(None))
    connection.execute(held.values(lease_until=datetime(2000, 1, 1, tzinfo=UTC)))


async def has_decided(database: Database, newer: Dispatcher) -> None:
    """The newer version decides what was kept, and the older one stands there again."""
    await database.write(_is_understood)
    stream = await database.read(_stream)
    assert await newer.decide_waiting(stream)
    await database.write(lambda c: newer_event(c, stream))


async def is_held_back(world: World) -> None:
    """The newer version has come, and does not get to what was kept."""
    await world.crashes()
    database = connect(world.database_url)
    await database.write(_is_understood)
    await database.write(_is_untried)
    await database.write(lambda c: _puts_off(c, FAR))
    await database.close()
    await world.starts()


async def newer_decides(world: World) -> None:
    """It gets to it."""
    now = world.clock.now()
    database = connect(world.database_url)
    await database.write(lambda c: _puts_off(c, now))
    await database.close()
    world.bot.alarm.ring()


def _is_untried(connection: Connection) -> None:
    """That the older version had tried it already, or had not come to it, makes no difference."""
    tried = update(t.outbox).where(t.outbox.c.kind == "DecideRequests", t.outbox.c.state == "open")
    connection.execute(tried.values(attempts=0))


def _puts_off(connection: Connection, due: datetime) -> None:
    """Have what waits to be decided be due then; what is under way or done stays as it is."""
    here = t.outbox.c
    waits = (here.kind == "DecideRequests", here.state == "open", here.attempts == 0)
    lanes = connection.execute(select(here.lane).where(*waits)).scalars().all()
    connection.execute(update(t.outbox).where(*waits).values(due=due))
    again = update(t.lane).where(t.lane.c.key.in_(lanes))
    connection.execute(again.values(owner=None, lease_until=None, next_due=due))
