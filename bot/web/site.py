"""What every page and endpoint is handed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.domain.process import Process
from bot.engine.clockwork import Clock
from bot.engine.dispatcher import Dispatcher
from bot.engine.tally import Shown, Tally
from bot.links import Signer
from bot.storage.database import Database


@dataclass(frozen=True, kw_only=True)
class Site:
    """Handed to every handler."""

    workspace: str
    clock: Clock
    database: Database
    dispatcher: Dispatcher
    tally: Tally
    signer: Signer
    name_of: Callable[[str], str]
    """How a person is called, by their id."""
    zone_of: Callable[[str], str]
    """A person's time zone, by their id."""
    command: str
    """The slash command, named in texts that send people back to Slack."""
    open_to_all: bool
    """Whether somebody without a pass sees public incidents: on loopback, without a secret."""
    token: str | None
    """The bearer token that metrics ask for; none on loopback."""
    secure: bool
    """Whether the public address is https, and so the cookie."""
    unready: Callable[[], list[str]]
    """What keeps this process from being ready, in words; empty when it is."""
    shown: Callable[[], Sequence[Shown]] = tuple
    """Numbers that only the running application knows, as they stand now."""
    carries: Callable[[], bool] = lambda: True
    """Whether this process can carry at present what is owed, as far as Slack is there."""
    gone: Callable[[str], bool] = lambda _user: False
    """Whether an account was deactivated: its links and cookies let nobody in any more."""
    archive: str = ""
    """The address of the Slack workspace (`https://acme.slack.com/`), for links into rooms."""

    @property
    def process(self) -> Process:
        """The process in force."""
        return self.dispatcher.process


SITE = web.AppKey("site", Site)
