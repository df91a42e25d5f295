"""People as Slack describes them: a mirror, not a record."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.storage import tables as t
from bot.storage.codec import ERASED
from bot.storage.statements import replace_rows

_ONE = select(t.people).where(
    t.people.c.workspace == bindparam("of_workspace"), t.people.c.user == bindparam("of_user")
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in a workspace; `external` is a person of another organisation."""

    workspace: str
    user: str
    name: str
    timezone: str
    guest: bool
    external: bool
    admin: bool
    deleted: bool
    bot: bool
    seen_at: datetime
    """When Slack said so."""


def keep(connection: Connection, person: Person) -> None:
    """Keep the newest description of somebody."""
    replace_rows(connection, t.people, ("workspace", "user"), [asdict(person)])


def one(connection: Connection, workspace: str, user: str) -> Person | None:
    """Return what was said last about somebody, to whichever replica."""
    asked = {"of_workspace": workspace, "of_user": user}
    row = connection.execute(_ONE, asked).mappings().one_or_none()
    return None if row is None else Person(**row)


def erased(connection: Connection) -> list[Person]:
    """Return those whose name was erased."""
    query = select(t.people).where(t.people.c.name == ERASED)
    return [Person(**row) for row in connection.execute(query).mappings()]


def everybody(connection: Connection) -> list[Person]:
    """Return everybody the bot has met."""
    return [Person(**row) for row in connection.execute(select(t.people)).mappings()]
