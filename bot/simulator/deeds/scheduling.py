"""Keeps scheduled messages and posts them when the clock reaches their time (contract §1.7)."""

import asyncio
from collections.abc import Callable

from bot.simulator.deeds import messages
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import SlackError
from bot.simulator.model import Channel, Scheduled
from bot.simulator.workspace import Change, Workspace

FARTHEST = 120 * 24 * 3600
WINDOW = 5 * 60
MOST_IN_WINDOW = 30
TOO_LATE_TO_STOP = 60
LONGEST_WAIT = 3600.0  # seconds; then the clock is looked at again


def schedule(
    workspace: Workspace,
    room: Channel,
    content: Content,
    *,
    post_at: int,
    thread_ts: str | None = None,
    broadcast: bool = False,
) -> Scheduled:
    """Keep a message until its time."""
    now = workspace.seconds()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST:
        raise SlackError("time_too_far")
    near = [
        each
        for each in workspace.scheduled.values()
        if each.channel == room.id and abs(each.post_at - post_at) < WINDOW
    ]
    if len(near) >= MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    kept = Scheduled(
        id=workspace.mint_id("Q"),
        channel=room.id,
        post_at=post_at,
        created=now,
        content=content,
        thread_ts=thread_ts,
        broadcast=broadcast,
    )
    workspace.scheduled[kept.id] = kept
    workspace.changed("scheduled", channel=room.id)
    return kept


def cancel(workspace: Workspace, room: Channel, wanted: str) -> None:
    """Delete a scheduled message; refused within a minute of its time."""
    kept = workspace.scheduled.get(wanted)
    if kept is None or kept.channel != room.id:
        raise SlackError("invalid_scheduled_message_id")
    if kept.post_at - workspace.seconds() <= TOO_LATE_TO_STOP:
        raise SlackError("invalid_scheduled_message_id")
    del workspace.scheduled[wanted]
    workspace.changed("scheduled", channel=room.id)


def post_due(workspace: Workspace) -> None:
    """Post what is due, the earliest first.

    What carries metadata is taken and never posted, and what cannot be posted any more is dropped
    without a word: Slack does both.
    """
    now = workspace.seconds()
    due = [each for each in workspace.scheduled.values() if each.post_at <= now]
    for each in sorted(due, key=lambda kept: (kept.post_at, kept.id)):
        del workspace.scheduled[each.id]
        workspace.changed("scheduled", channel=each.channel)
        room = workspace.channels[each.channel]
        bot, scopes = workspace.bot.user_id, workspace.scopes
        silent = each.content.metadata is not None or room.is_archived
        anywhere = "chat:write.public" in scopes and not room.is_private
        if silent or not (room.is_member(bot) or anywhere):
            continue
        messages.post(
            workspace,
            room,
            each.content,
            user=bot,
            thread_ts=each.thread_ts,
            broadcast=each.broadcast,
        )


class Scheduler:
    """Checks for due messages when the clock is moved and when the next one is due."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_listening: list[Callable[[], None]] = []

    def start(self) -> None:
        """Post what is due already, and watch from now on."""
        self._loop = asyncio.get_running_loop()
        self._stop_listening = [
            self._workspace.clock.listen(self._moved),
            self._workspace.listen(self._changed),
        ]
        self._look()

    def stop(self) -> None:
        """Stop watching."""
        if self._loop is None:
            return
        for stop in self._stop_listening:
            stop()
        self._disarm()
        self._loop = None

    def _changed(self, change: Change) -> None:
        if change.kind == "scheduled":
            self._arm()

    def _moved(self) -> None:
        if self._loop is not None:
            self._loop.call_soon(self._look)

    def _look(self) -> None:
        if self._loop is not None:
            post_due(self._workspace)
            self._arm()

    def _arm(self) -> None:
        self._disarm()
        if self._loop is None or not self._workspace.scheduled:
            return
        first = min(each.post_at for each in self._workspace.scheduled.values())
        wait = first - self._workspace.clock.now().timestamp()
        # a clock that stands still is not asked again and again
        self._timer = self._loop.call_later(min(max(wait, 0.5), LONGEST_WAIT), self._look)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
