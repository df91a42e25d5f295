"""Says whether the record could be written, without writing anything."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import ARRAY, Connection, Text, bindparam, text

from bot.storage import tables as t
from bot.storage.opening import connect, database_file
from bot.storage.sqlite_file import connected

_TAKES_NOTHING = text("SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'")
_MAY_NOT = text(
    "SELECT name FROM unnest(:names) AS name "
    "WHERE NOT (has_table_privilege(name, 'INSERT') AND has_table_privilege(name, 'UPDATE'))"
    "ORDER BY name"
).bindparams(bindparam("names", type_=ARRAY(Text)))


async def why_not(url: str) -> str | None:
    """Return why the record of this schema could not be written, None where it could.

    Raises:
        DatabaseAway: the server does not answer.
    """
    path = database_file(url)
    if path is not None:
        return await asyncio.to_thread(_why_not_file, path)
    opened = connect(url)
    try:
        return await opened.read(_why_not_server)
    finally:
        await opened.close()


def _why_not_file(path: Path) -> str | None:
    """Ask for the right to write and give it back at once.

    Who is the last to close a file writes what stands in its log into it; so another connection,
    which only looks, is open longer. Without a log nobody has the file open who could lock it.
    """
    if not path.with_name(path.name + "-wal").exists():
        return None
    uri = path.resolve().as_uri()
    try:
        with closing(connected(f"{uri}?mode=ro")) as looking:
            looking.execute("BEGIN")
            looking.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with closing(connected(f"{uri}?mode=rw")) as writing:
                writing.execute("BEGIN IMMEDIATE")
                writing.execute("ROLLBACK")
    except sqlite3.Error as fault:
        return str(fault)
    return None


def _why_not_server(connection: Connection) -> str | None:
    """Ask a session like the bot's own what it might do."""
    stands_by, takes_nothing = connection.execute(_TAKES_NOTHING).one()
    if stands_by:
        return "it is a stand-by"
    if takes_nothing:
        return "it takes only what reads, as default_transaction_read_only says"
    names = [table.name for table in t.metadata.sorted_tables]
    kept_from = list(connection.execute(_MAY_NOT, {"names": names}).scalars())
    if kept_from:
        more = f" and {len(kept_from) - 1} more tables" if len(kept_from) > 1 else ""
        return f"its role may not write {kept_from[0]}{more}"
    return None
