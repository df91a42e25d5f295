"""What `muster doctor` reads from the database, if there is one that it can read."""

from collections.abc import Callable
from typing import TypeVar

from bot.config import Settings
from bot.storage import schema
from bot.storage.database import Connection, DatabaseAway
from bot.storage.opening import connect, database_file, lost

T = TypeVar("T")


async def seen(settings: Settings, look: Callable[[Connection], T]) -> T | None:
    """Return what is seen there; None where there is no database, or it has another schema.

    None as well where it does not answer, which an earlier finding has said.
    """
    path = database_file(settings.database_url)
    if path is not None and (lost(path) or not path.exists()):
        return None
    opened = connect(settings.database_url, only_reading=True)
    try:
        right = await schema.revision(opened) == schema.HEAD
        return await opened.read(look) if right else None
    except DatabaseAway:
        return None
    finally:
        await opened.close()
