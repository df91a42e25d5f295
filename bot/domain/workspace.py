"""What concerns a workspace and no single incident: who the bot is there, where its feeds are."""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.refusals import Refused


@dataclass(frozen=True, kw_only=True)
class AppConnected:
    """The bot works in this workspace, under this name of Slack's."""

    user: str
    bot: str


@dataclass(frozen=True, kw_only=True)
class FeedFound:
    """This channel takes the announcements; drills may have one of their own."""

    channel: str
    drill: bool


@dataclass(frozen=True, kw_only=True)
class FeedLost:
    """The feed channel is gone; the next announcement finds or makes one."""

    channel: str
    drill: bool


WorkspaceEvent = AppConnected | FeedFound | FeedLost


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace as the sum of its events."""

    id: str
    version: int = 0
    user: str = ""
    bot: str = ""
    feed: str | None = None
    drill_feed: str | None = None

    @property
    def stream(self) -> str:
        """Where its events stand."""
        return f"workspace:{self.id}"

    def feed_for(self, *, drill: bool) -> str | None:
        """Return the channel that announcements go to, if it is known."""
        return self.drill_feed if drill else self.feed


class NothingNew(Refused):
    """That is known already."""


def decide_workspace(workspace: Workspace, event: WorkspaceEvent) -> WorkspaceEvent:
    """Return the event when it says something new; of two feeds found at once, the first stays.

    Raises:
        NothingNew: it changes nothing.
    """
    if isinstance(event, FeedFound) and workspace.feed_for(drill=event.drill) is not None:
        raise NothingNew
    if evolve_workspace(workspace, event) == workspace:
        raise NothingNew
    return event


def evolve_workspace(workspace: Workspace, event: WorkspaceEvent) -> Workspace:
    """Return the workspace after the event; its version is counted by who keeps it."""
    match event:
        case AppConnected(user=user, bot=bot):
            return replace(workspace, user=user, bot=bot)
        case FeedFound(channel=channel, drill=True):
            return replace(workspace, drill_feed=channel)
        case FeedFound(channel=channel):
            return replace(workspace, feed=channel)
        case FeedLost(channel=channel, drill=drill):
            if workspace.feed_for(drill=drill) != channel:
                return workspace
            return replace(workspace, drill_feed=None) if drill else replace(workspace, feed=None)
        case _:
            assert_never(event)
