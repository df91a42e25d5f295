"""Who the bot is in Slack, by the token with which Slack said so."""

import hashlib
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, select

from bot.storage import tables as t
from bot.storage.statements import replace_rows

_ONE = select(t.selves.c.workspace, t.selves.c.user, t.selves.c.bot, t.selves.c.url).where(
    t.selves.c.token == bindparam("of_token")
)


@dataclass(frozen=True, kw_only=True)
class Self:
    """The bot, as auth.test names it."""

    workspace: str
    user: str
    bot: str
    url: str


def keep(connection: Connection, token: str, me: Self) -> None:
    """Keep what Slack said last; nothing is written where it says the same again."""
    if known(connection, token) != me:
        replace_rows(connection, t.selves, ("token",), [{"token": _digest(token), **asdict(me)}])


def known(connection: Connection, token: str) -> Self | None:
    """Return what Slack said last to whoever has this token."""
    row = connection.execute(_ONE, {"of_token": _digest(token)}).mappings().one_or_none()
    return None if row is None else Self(**row)


def address(connection: Connection, workspace: str) -> str:
    """Return where a workspace is in a browser; Slack leads on from there to each of its own."""
    query = select(t.selves.c.url).where(t.selves.c.workspace == workspace).limit(1)
    url = connection.execute(query).scalar_one_or_none()
    return (url or "https://slack.com").rstrip("/")


def _digest(token: str) -> str:
    """Tell tokens apart without keeping them: what Slack makes up is too long to be guessed."""
    return hashlib.sha256(b"muster self " + token.encode()).hexdigest()
