"""One call of a Web API method: its typed arguments, and access checks for its token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator import arguments
from bot.simulator.backstage import Backstage
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.model import OLDER_SCOPES, App, Bot, Channel, Json, User
from bot.simulator.workspace import Workspace

LARGEST_LIMIT = 1000  # for whatever is listed; fewer may come
Token = Literal["bot", "app", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A Web API method: what it needs and what answers it.

    `scopes` lists alternatives, any one of which is enough; methods whose scope depends on the kind
    of channel check theirs by `ApiCall.need`. `tier` is Slack's rate tier, 0 when it is special.
    """

    name: str
    answer: "Callable[[ApiCall], Json]"
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    tier: int = 3
    token: Token = "bot"


class ApiCall:
    """The arguments of one call with the workspace they act upon."""

    __slots__ = ("args", "backstage", "token", "warnings")

    def __init__(self, backstage: Backstage, args: Mapping[str, Any], *, token: str = "") -> None:
        self.backstage = backstage
        self.args = args
        self.token = token  # with which it was made
        self.warnings: list[str] = []

    @property
    def workspace(self) -> Workspace:
        return self.backstage.workspace

    @property
    def app(self) -> App:
        return self.backstage.workspace.app

    @property
    def bot(self) -> Bot:
        return self.backstage.workspace.bot

    # -- arguments -----------------------------------------------------------------------

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def has(self, name: str) -> bool:
        return self.args.get(name) is not None

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name)
        if value is None:
            return default
        return value in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int, *, most: int, error: str = "invalid_limit") -> int:
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            raise SlackError(error) from None
        if not 0 <= number <= max(most, LARGEST_LIMIT):
            raise SlackError(error)
        return min(number, most) or default

    def listing(self, name: str) -> list[str]:
        """A list given as JSON, as a JSON string, or with commas."""
        value = self.args.get(name)
        if isinstance(value, str) and value.startswith("["):
            value = self.json(name)
        if isinstance(value, list):
            return [str(each) for each in value]
        return [each.strip() for each in str(value or "").split(",") if each.strip()]

    def json(self, name: str, error: str = "invalid_arguments") -> Any:  # noqa: ANN401 - unchecked
        """A nested argument: an object in a JSON body, a JSON string everywhere else."""
        value = self.args.get(name)
        if not isinstance(value, str):
            if arguments.is_too_deep(value):
                raise SlackError(error)
            return value
        if not value:
            return None
        return arguments.parse(value, error)

    # -- who may -------------------------------------------------------------------------

    def need(self, *alternatives: str) -> None:
        """Refuse unless the token has one of the scopes (contract §1.1, §1.4)."""
        workspace = self.workspace
        held = {OLDER_SCOPES.get(each, each) for each in workspace.scopes}
        if held.isdisjoint(alternatives):
            raise SlackError(
                "missing_scope", needed=",".join(alternatives), provided=workspace.scope_header
            )

    def channel(self, name: str = "channel", *, unseen: str = "channel_not_found") -> Channel:
        """The channel with that id; a private one the bot is not in does not exist for it."""
        wanted = self.text(name)
        if not wanted:
            raise invalid_arguments(f"missing required field: {name}")
        room = self.workspace.channels.get(wanted)
        if room is None or not room.is_there_for(self.bot.user_id):
            raise SlackError(unseen)
        return room

    def channels(self, name: str) -> list[str]:
        """The ids of several channels, each of which exists for the bot."""
        wanted = self.listing(name)
        for each in wanted:
            room = self.workspace.channels.get(each)
            if room is None or not room.is_there_for(self.bot.user_id):
                raise SlackError("channel_not_found")
        return wanted

    def user(self, name: str = "user", *, unseen: str = "user_not_found") -> User:
        person = self.workspace.users.get(self.text(name))
        if person is None:
            raise SlackError(unseen)
        return person
