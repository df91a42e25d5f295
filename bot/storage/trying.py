"""Tries whether the record can be written, by writing what is there already."""

from sqlalchemy import Connection, text

_AS_IT_IS = text("UPDATE alembic_version SET version_num = version_num")


def write_the_same(connection: Connection) -> None:
    """Have the transaction that is under way write something, and change nothing.

    It has to be committed: only then does a full disk show. SQLite leaves a page alone in which a
    row is replaced by the same, but not the one that holds this number, which Muster does not use.
    """
    if connection.dialect.name == "sqlite":
        number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {int(number)}")
    else:
        connection.execute(_AS_IT_IS)
