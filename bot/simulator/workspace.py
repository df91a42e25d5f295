"""The state of a workspace, with notifications of changes."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.simulator.changes import PATIENCE, Change, NotSeen
from bot.simulator.ground import Clock, Ground
from bot.simulator.model import (
    App,
    Bot,
    Canvas,
    Channel,
    Ephemeral,
    File,
    Json,
    Message,
    Scheduled,
    Team,
    User,
    Usergroup,
    View,
)

__all__ = [  # readers of the state find its records here as well
    "PATIENCE",
    "App",
    "Change",
    "Channel",
    "Clock",
    "Ephemeral",
    "File",
    "Ground",
    "Json",
    "Message",
    "NotSeen",
    "Team",
    "User",
    "Usergroup",
    "View",
    "Workspace",
]

T = TypeVar("T")


@dataclass(kw_only=True, slots=True)
class Workspace:
    """Everything the workspace holds. Writers call `changed`; readers `listen` or `wait_for`."""

    ground: Ground
    team: Team
    bot: Bot
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ephemerals: list[Ephemeral] = field(default_factory=list)
    modals: dict[str, list[View]] = field(default_factory=dict)  # user id → stack, top last
    homes: dict[str, View] = field(default_factory=dict)  # user id → their App Home
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    emoji: set[str] = field(default_factory=set)  # names of its own, beside those of Slack
    message_state: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = field(
        default_factory=dict
    )  # (user, channel, ts) → what they chose in a message's inputs
    _event_listeners: list[Callable[[Json, Channel | None], None]] = field(default_factory=list)
    _last_event_ts: str = "0000000000.000000"

    def copy(self, clock: Clock) -> "Workspace":
        """An independent copy of the people, channels and messages."""
        ground = self.ground.copy(clock)
        return deepcopy(replace(self, ground=ground, _event_listeners=[]), {id(ground): ground})

    # -- the ground that it shares with others -------------------------------------------

    @property
    def clock(self) -> Clock:
        return self.ground.clock

    @property
    def app(self) -> App:
        return self.ground.app

    @property
    def scopes(self) -> frozenset[str]:
        """What the app may do here."""
        listed, allowed = self.app.scopes, self.bot.allowed
        return listed if allowed is None else listed & allowed

    @property
    def scope_header(self) -> str:
        """The scopes as headers and answers list them."""
        return ",".join(sorted(self.scopes))

    @property
    def base_url(self) -> str:
        return self.ground.base_url

    # -- time and identity ---------------------------------------------------------------

    def seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def mint_id(self, prefix: str) -> str:
        """A fresh id, which no other workspace has."""
        return self.ground.mint_id(prefix)

    def mint_secret(self, size: int) -> str:
        """This number of random bytes, in hexadecimal."""
        return self.ground.mint_secret(size)

    def mint_uuid(self) -> str:
        return self.ground.mint_uuid()

    def mint_ts(self, channel: Channel) -> str:
        """A message ts of the present, unique and increasing within the channel."""
        channel.last_ts = _later(self.clock.now(), channel.last_ts)
        return channel.last_ts

    def mint_event_ts(self) -> str:
        self._last_event_ts = _later(self.clock.now(), self._last_event_ts)
        return self._last_event_ts

    # -- look-ups ------------------------------------------------------------------------

    def user_named(self, name: str) -> User:
        wanted = name.removeprefix("@")
        for user in self.users.values():
            if wanted in (user.name, user.id):
                return user
        raise LookupError(f"nobody here is called {name!r}")

    def channel_named(self, name: str) -> Channel:
        """The channel of that name or id; an open one goes before an archived one."""
        wanted = name.removeprefix("#")
        if wanted in self.channels:
            return self.channels[wanted]
        found = [each for each in self.channels.values() if wanted and each.name == wanted]
        if not found:
            raise LookupError(f"there is no channel {name!r}")
        return min(found, key=lambda each: each.is_archived)

    def view(self, view_id: str) -> View | None:
        for stack in self.modals.values():
            for view in stack:
                if view.id == view_id:
                    return view
        return next((home for home in self.homes.values() if home.id == view_id), None)

    def permalink(self, message: Message) -> str:
        link = f"{self.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
        if message.is_reply:
            link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
        return link

    # -- the feed of changes -------------------------------------------------------------

    def listen(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call back after each change here, and of what belongs to all, until told otherwise."""

        def of_here(change: Change) -> None:
            if change.team in ("", self.team.id):
                callback(change)

        return self.ground.changes.listen(of_here)

    def listen_to_events(self, callback: Callable[[Json, Channel | None], None]) -> None:
        """Call back with each Slack event as it happens, and the channel it happened in."""
        self._event_listeners.append(callback)

    def changed(
        self,
        kind: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        user: str | None = None,
    ) -> None:
        """Notify of a change in this workspace."""
        self.ground.changes.tell(
            Change(kind=kind, team=self.team.id, channel=channel, ts=ts, user=user)
        )

    def happened(self, event: Json, channel: Channel | None = None) -> None:
        """Emit an event in Slack's sense."""
        for callback in self._event_listeners:
            callback(event, channel)

    async def wait_for(
        self, seen: Callable[[], T | None], *, within: float = PATIENCE, what: str = ""
    ) -> T:
        """The first true result of `seen`, which is called again after each change.

        Raises NotSeen when there is none `within` so many seconds of wall time.
        """
        return await self.ground.changes.wait_for(seen, within=within, what=what)


def _later(now: datetime, last: str) -> str:
    present = f"{int(now.timestamp())}.{now.microsecond:06d}"
    if present > last:
        return present
    seconds, micros = last.split(".")
    total = int(seconds) * 1_000_000 + int(micros) + 1
    return f"{total // 1_000_000:010d}.{total % 1_000_000:06d}"
