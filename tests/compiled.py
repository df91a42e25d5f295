"""Statements are turned into SQL once for each test process, not once for each of its databases.

The tests open thousands of databases of two kinds. Each has an engine of its own, whose dialect is
a part of the key under which SQLAlchemy keeps what it has compiled; here its class stands for it.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Compiled

_Key = tuple[Any, ...]


class _ByKind(dict[_Key, Compiled]):
    """Compiled statements, by kind of database and by what they say."""

    def get(self, key: _Key, default: Any = None, /) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: _Key, compiled: Compiled) -> None:
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: _Key) -> _Key:
    dialect, *statement = key
    return type(dialect), *statement


_COMPILED = _ByKind()


def share_compiled() -> None:
    """From here on, whichever engine is made in this process shares what it compiles."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED)
