"""People as Slack describes them: a mirror, not a record."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from bot.storage import tables as t
from bot.storage.statements import replace_rows


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


def keep(connection: Connection, person: Person) -> None:
    """Keep the newest description of somebody."""
    replace_rows(connection, t.people, ("workspace", "user"), [asdict(person)])


def everybody(connection: Connection) -> list[Person]:
    """Return everybody the bot has met."""
    return [Person(**row._mapping) for row in connection.execute(select(t.people))]  # noqa: SLF001 - public name
