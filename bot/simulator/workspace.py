"""The state of the pretend workspace, in one place, with a feed of what changes in it."""

import asyncio
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Protocol, TypeVar

Json = dict[str, Any]
Blocks = list[Json]
T = TypeVar("T")


class Clock(Protocol):
    """What the simulator needs of a clock: the present, aware, in UTC."""

    def now(self) -> datetime: ...


class NotSeen(AssertionError):
    """What was waited for did not come about in time."""


@dataclass(kw_only=True, slots=True)
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass(kw_only=True, slots=True)
class App:
    """The one app installed in the workspace, with its bot user and its secrets."""

    id: str
    name: str
    user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str]
    events: frozenset[str] | None = None  # subscribed event names; None means every event
    request_url: str | None = None  # set: signed HTTP delivery instead of Socket Mode
    home_tab: bool = True
    scope_header: str = field(init=False)  # the scopes as headers and answers list them

    def __post_init__(self) -> None:
        self.scope_header = ",".join(sorted(self.scopes))


@dataclass(kw_only=True, slots=True)
class User:
    """A person or a bot."""

    id: str
    name: str
    real_name: str
    team_id: str
    display_name: str = ""
    email: str = ""
    title: str = ""
    tz: str = "Etc/UTC"
    color: str = "4a5a8c"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False  # of another organisation, met through a shared channel
    is_bot: bool = False
    deleted: bool = False
    updated: int = 0


@dataclass(kw_only=True, slots=True)
class Message:
    """One stored message; `ts` is its identity within its channel."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: Blocks | None = None
    attachments: Blocks | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    by_app: bool = False
    username: str | None = None
    icons: Json | None = None
    metadata: Json | None = None
    edited: Json | None = None
    client_msg_id: str | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)  # emoji name → user ids
    replies: list[str] = field(default_factory=list)  # ts of the replies, when a thread's parent
    facts: Json = field(default_factory=dict)  # what a subtype adds: inviter, topic, old_name …

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(kw_only=True, slots=True)
class Ephemeral:
    """A message only one person sees; Slack does not store it, the person's screen does."""

    id: str
    channel: str
    user: str  # who sees it
    ts: str
    text: str = ""
    blocks: Blocks | None = None
    attachments: Blocks | None = None
    thread_ts: str | None = None
    by_slack: bool = False  # Slack's own words (a failed command), not the app's


@dataclass(kw_only=True, slots=True)
class Pin:
    """A message on the channel's board: which, by whom, since when."""

    ts: str
    user: str
    created: int


@dataclass(kw_only=True, slots=True)
class Bookmark:
    """A link above a channel."""

    id: str
    channel: str
    title: str
    link: str
    emoji: str
    created: int
    updated: int
    user: str
    rank: str


@dataclass(kw_only=True, slots=True)
class Channel:
    """A public or private channel, a DM (`im`) or a group DM (`mpim`)."""

    id: str
    name: str
    creator: str
    created: int
    kind: str = "channel"  # channel | im | mpim
    is_private: bool = False
    is_general: bool = False
    is_shared: bool = False
    is_archived: bool = False
    updated: int = 0
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    previous_names: list[str] = field(default_factory=list)
    members: dict[str, None] = field(default_factory=dict)  # ordered by joining
    messages: dict[str, Message] = field(default_factory=dict)  # by ts, threads included
    top: list[str] = field(default_factory=list)  # sorted ts of what history shows
    pins: dict[str, Pin] = field(default_factory=dict)
    bookmarks: dict[str, Bookmark] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)  # user id → ts
    last_ts: str = "0000000000.000000"

    def is_member(self, user_id: str) -> bool:
        return user_id in self.members

    def store(self, message: Message) -> None:
        """Keep a message; replies stay out of the channel's own timeline unless broadcast."""
        self.messages[message.ts] = message
        parent = self.messages.get(message.thread_ts or "")
        if message.is_reply and parent is not None:
            insort(parent.replies, message.ts)
        if not message.is_reply or message.broadcast:
            insort(self.top, message.ts)

    def drop(self, message: Message) -> None:
        del self.messages[message.ts]
        self.pins.pop(message.ts, None)
        parent = self.messages.get(message.thread_ts or "")
        if message.is_reply and parent is not None:
            parent.replies.remove(message.ts)
        place = bisect_left(self.top, message.ts)
        if place < len(self.top) and self.top[place] == message.ts:
            del self.top[place]


@dataclass(kw_only=True, slots=True)
class View:
    """A modal that a person has open, or their App Home; `state` holds what they typed so far."""

    id: str
    user: str
    body: Json  # type, title, submit, close, blocks, private_metadata, callback_id …
    hash: str
    root_id: str
    previous_id: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)  # block_id → action_id → value
    errors: dict[str, str] = field(default_factory=dict)  # block_id → message, after a refusal


@dataclass(kw_only=True, slots=True)
class Usergroup:
    """People who can be mentioned together."""

    id: str
    name: str
    handle: str
    users: list[str]
    created: int
    updated: int
    creator: str
    description: str = ""
    disabled_at: int = 0


@dataclass(kw_only=True, slots=True)
class File:
    """A file: announced, uploaded, completed, then shared in channels."""

    id: str
    name: str
    title: str
    user: str
    created: int
    size: int
    mimetype: str = ""
    filetype: str = ""
    content: bytes = b""
    uploaded: bool = False
    completed: bool = False
    deleted: bool = False
    secret: str = ""  # the unguessable part of the upload address
    shares: dict[str, list[Json]] = field(default_factory=dict)  # channel id → [{ts, …}]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something in the workspace is different now; listeners look again at what they show."""

    kind: str  # message ephemeral channel view home user usergroup file call delivery socket typing
    channel: str | None = None
    ts: str | None = None
    user: str | None = None


@dataclass(kw_only=True, slots=True)
class Workspace:
    """Everything the workspace holds. Writers call `changed`; readers `listen` or `wait_for`."""

    clock: Clock
    team: Team
    app: App
    base_url: str = "http://127.0.0.1"
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ephemerals: list[Ephemeral] = field(default_factory=list)
    modals: dict[str, list[View]] = field(default_factory=dict)  # user id → stack, top last
    homes: dict[str, View] = field(default_factory=dict)  # user id → their App Home
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    message_state: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = field(
        default_factory=dict
    )  # (user, channel, ts) → what they chose in a message's inputs
    _ids: defaultdict[str, Iterator[int]] = field(
        default_factory=lambda: defaultdict(lambda: count(1))
    )
    _listeners: list[Callable[[Change], None]] = field(default_factory=list)
    _event_listeners: list[Callable[[Json, Channel | None], None]] = field(default_factory=list)
    _waiters: list[asyncio.Future[None]] = field(default_factory=list)
    _last_event_ts: str = "0000000000.000000"

    # -- time and identity ---------------------------------------------------------------

    def seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def mint_id(self, prefix: str) -> str:
        """A fresh id, counted apart for each kind of thing, so that runs repeat exactly."""
        return f"{prefix}{next(self._ids[prefix]):09d}"

    def mint_ts(self, channel: Channel) -> str:
        """The present as a message key, unique and rising within the channel."""
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
        found = [each for each in self.channels.values() if each.name == wanted]
        if not found:
            raise LookupError(f"there is no channel {name!r}")
        return min(found, key=lambda each: each.is_archived)

    def direct_message(self, user_id: str) -> Channel | None:
        """The DM between the app and that person, once either opened it."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.is_member(user_id):
                return channel
        return None

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
        """Call back after each change, until the returned function is called."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

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
        change = Change(kind=kind, channel=channel, ts=ts, user=user)
        for callback in tuple(self._listeners):
            callback(change)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def happened(self, event: Json, channel: Channel | None = None) -> None:
        """An event in Slack's sense took place: hand it on to whoever delivers events."""
        for callback in self._event_listeners:
            callback(event, channel)

    async def wait_for(
        self, seen: Callable[[], T | None], *, within: float = 5.0, what: str = ""
    ) -> T:
        """The first true answer of `seen`, asked again after each change.

        Raises NotSeen when there is none `within` so many seconds of wall time.
        """
        try:
            async with asyncio.timeout(within):
                while not (answer := seen()):
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
                return answer
        except TimeoutError:
            raise NotSeen(f"{what or 'it'} was not seen within {within} s") from None


def _later(now: datetime, last: str) -> str:
    present = f"{int(now.timestamp())}.{now.microsecond:06d}"
    if present > last:
        return present
    seconds, micros = last.split(".")
    total = int(seconds) * 1_000_000 + int(micros) + 1
    return f"{total // 1_000_000:010d}.{total % 1_000_000:06d}"
