"""Where the tests put backups, and the databases that they are restored into."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from bot.storage.database import Connection
from bot.storage.opening import connect
from tests.cli.terminal import Screen
from tests.people import World

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A folder of backups and databases, and the terminal with which they are used."""

    folder: Path
    screen: Screen
    patch: pytest.MonkeyPatch
    empty_postgresql: Callable[[], Awaitable[str]]

    def path(self, name: str) -> Path:
        """Where a backup is put."""
        return self.folder / f"{name}.backup"

    def file(self, name: str) -> str:
        """The same, as it is typed."""
        return str(self.path(name))

    def left(self, name: str) -> list[Path]:
        """All files that were made for a backup."""
        return list(self.folder.glob(f"{name}*"))

    def sqlite(self, name: str) -> str:
        """The URL of a database in the folder."""
        return f"sqlite+aiosqlite:///{self.folder / name}.db"

    def uses(self, url: str) -> None:
        """Have the terminal use a database."""
        self.patch.setenv("DATABASE_URL", url)

    async def new_database(self, kind: str) -> str:
        """Have the terminal use a new database, in which there is nothing."""
        url = self.sqlite(uuid4().hex) if kind == "sqlite" else await self.empty_postgresql()
        self.uses(url)
        return url

    async def changes(self, url: str, statement: str) -> None:
        """Change a database by hand."""
        database = connect(url)

        def work(connection: Connection) -> None:
            connection.execute(text(statement))

        await database.write(work)
        await database.close()


async def an_incident(world: World) -> None:
    """Let people work: something of everything that is kept."""
    await world.ann.says("/incident declare checkout is down --sev 2 --category availability")
    room = await world.room()
    await world.bob.hands.joins(room.name)
    await world.bob.hands.posts(room.name, "It’s the pool — größer als 100 😀")
    await world.bob.says("/incident note The pool is full", in_=room.name)
    await world.bob.says("/incident followup add Mend it @bob", in_=room.name)
    await world.ann.says("/incident declare payroll leaks --sev 3 --private")
