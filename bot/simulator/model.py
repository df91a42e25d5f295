"""The records a workspace holds: people, channels, messages, views, files."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Blocks = list[Json]


@dataclass(kw_only=True, slots=True)
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass(kw_only=True, slots=True)
class App:
    """The one app, as its settings describe it, with the secrets it has everywhere."""

    id: str
    name: str
    handle: str  # the name of its bot users
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str]
    events: frozenset[str] | None = None  # subscribed event names; None means every event
    request_url: str | None = None  # set: signed HTTP delivery instead of Socket Mode
    home_tab: bool = True
    messages_tab: bool = True  # whether it may write to people directly
    interactive: bool = True  # whether buttons, forms and shortcuts reach it
    commands: dict[str, bool] | None = None  # whether each is escaped; None: any, all escaped
    client_id: str = ""
    client_secret: str = ""
    unfurl_domains: frozenset[str] = frozenset()  # links to these are told as `link_shared`
    rotates: bool = False  # whether tokens that are given end, and are renewed
    redirect_urls: tuple[str, ...] | None = None  # where codes of OAuth may go; None: anywhere


OLDER_SCOPES = {"channels:write": "channels:manage"}
"""Names that scopes had once, which go on meaning the same."""
Standing = Literal["absent", "installed", "removed"]
"""Whether an app was never allowed in a workspace, is, or was and is no more."""


@dataclass(kw_only=True, slots=True)
class ShortToken:
    """A bot token that ends at a moment of the machine's clock, and what it is renewed with."""

    text: str
    refresh: str
    ends: float
    renewed: bool = False
    revoked: bool = False


@dataclass(kw_only=True, slots=True)
class Bot:
    """The app as it is installed in a workspace: who it is there, and its tokens."""

    id: str
    user_id: str
    token: str  # the one without an end
    standing: Standing = "installed"
    allowed: frozenset[str] | None = None  # scopes given by OAuth; None: all that the app lists
    exchanged: bool = False  # its token was taken for one that ends
    outlived: str = ""  # why its token is never good again
    short_tokens: list[ShortToken] = field(default_factory=list)  # the newest last

    @property
    def is_installed(self) -> bool:
        """Whether its token is good, and the app hears of what happens."""
        return self.standing == "installed"

    def owns(self, token: str) -> bool:
        """Whether it is, or was, one of its tokens."""
        return token == self.token or any(each.text == token for each in self.short_tokens)


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
    mrkdwn: bool = True  # whether the marks in its text are shown as what they mean
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
    closed: bool = False  # a DM that the app took off its list
    canvas: str | None = None  # the id of the channel's own canvas

    def is_member(self, user_id: str) -> bool:
        return user_id in self.members

    def is_there_for(self, user_id: str) -> bool:
        """Whether it exists for somebody: a public channel, or one that they are in."""
        return not self.is_private or user_id in self.members

    def store(self, message: Message) -> None:
        """Keep a message; replies stay out of the channel's own timeline unless broadcast."""
        self.messages[message.ts] = message
        parent = self.messages.get(message.thread_ts or "")
        if message.is_reply and parent is not None:
            insort(parent.replies, message.ts)
        if not message.is_reply or message.broadcast:
            insort(self.top, message.ts)

    def broadcast(self, reply: Message) -> None:
        """Show a reply in the channel's own timeline as well."""
        reply.broadcast = True
        insort(self.top, reply.ts)

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
    channels: list[str] = field(default_factory=list)
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


@dataclass(kw_only=True, slots=True)
class Scheduled:
    """A message that waits for its time. `content` is what chat.postMessage would be given."""

    id: str
    channel: str
    post_at: int
    created: int
    content: Any  # deeds.messages.Content, which is made of what is in here
    thread_ts: str | None = None
    broadcast: bool = False


@dataclass(kw_only=True, slots=True)
class Section:
    """A heading, a paragraph or a list of a canvas."""

    id: str
    markdown: str


@dataclass(kw_only=True, slots=True)
class Canvas:
    """A document of the workspace, by itself or the own one of a channel."""

    id: str
    title: str
    user: str
    created: int
    updated: int
    sections: list[Section] = field(default_factory=list)
    channel: str | None = None  # set: the channel's own canvas
    access: dict[str, str] = field(default_factory=dict)  # channel or user id → read write owner
    deleted: bool = False

    @property
    def markdown(self) -> str:
        """The whole text."""
        return "\n\n".join(each.markdown for each in self.sections)
