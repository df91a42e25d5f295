"""The schema: what the migrations make is what the code expects."""

import asyncio
import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from bot.shipped import shipped
from bot.storage import schema, tables
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from tests.databases import PostgresqlCopies


async def test_migrations_make_exactly_the_tables_that_the_code_knows(database: Database) -> None:
    def work(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables.metadata))

    assert await database.read(work) == []


async def test_the_newest_revision_is_the_one_that_the_code_asks_for(database: Database) -> None:
    assert ScriptDirectory(str(shipped("migrations"))).get_heads() == [schema.HEAD]
    assert await schema.revision(database) == schema.HEAD


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await schema.migrate(database)
    assert await schema.revision(database) == schema.HEAD


async def test_processes_that_migrate_side_by_side_take_turns(postgresql: str) -> None:
    server = PostgresqlCopies(postgresql)
    url = await server.empty()
    several = [connect(url) for _ in range(3)]
    await asyncio.gather(*(schema.migrate(one) for one in several))
    assert {await schema.revision(one) for one in several} == {schema.HEAD}
    for one in several:
        await one.close()
    await server.drop(url)


async def test_messages_can_be_read_while_their_new_index_is_built(postgresql: str) -> None:
    """From the drop on nobody reads them until the transaction ends, so the drop comes last."""
    done: list[tuple[str, str]] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        done.extend(re.findall(r"(CREATE|DROP) INDEX (ix_messages_\w+)", statement))

    def work(connection: Connection) -> None:
        schema.upgrade(connection, "0006")
        event.listen(connection, "before_cursor_execute", note)
        schema.upgrade(connection, "0007")

    database = connect(await PostgresqlCopies(postgresql).empty())
    await database.write(work)
    await database.close()
    assert done == [("CREATE", "ix_messages_waiting"), ("DROP", "ix_messages_unheld")]
