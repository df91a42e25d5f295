"""Streams the record and the settings over a WebSocket: only changes, as fast as they are read."""

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web

from bot.simulator.control import settings, showing
from bot.simulator.model import Json
from bot.simulator.workspace import Change

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

BREATH = 0.05  # seconds in which changes gather before they are sent together
MOST_LINES = 500
WATCHED = frozenset({"call", "delivery", "note", "fault", "clock", "limits", "socket", "app"})


async def feed(
    simulator: "Simulator", request: web.Request, *, since: int
) -> web.WebSocketResponse:
    """Send frames `{"entries": […], "next": n}` and `{"state": {…}}` until the reader goes."""
    socket = web.WebSocketResponse(heartbeat=20, max_msg_size=4096)
    await socket.prepare(request)
    watch = Watch(simulator, since=since)
    unlisten = simulator.ground.changes.listen(watch.changed)
    try:
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(watch.send_changes(socket))
            async for _ in socket:  # nothing is asked over this line; reading notices its end
                pass
            sending.cancel()
    finally:
        unlisten()
    return socket


class Watch:
    """What one reader was sent so far."""

    def __init__(self, simulator: "Simulator", *, since: int) -> None:
        self._simulator = simulator
        self._record = simulator.backstage.record
        self._since = since if since <= self._record.latest else 0
        self._state = ""
        self._stirred = asyncio.Event()

    def changed(self, change: Change) -> None:
        if change.kind == "clock":
            self._state = ""  # so that it is told again
        if change.kind in WATCHED:
            self._stirred.set()

    async def send_changes(self, socket: web.WebSocketResponse) -> None:
        """Send what is new; a reader that is slow gets the same in fewer frames."""
        with suppress(ConnectionResetError):
            while not socket.closed:
                self._stirred.clear()
                for frame in self._frames():
                    await socket.send_str(json.dumps(frame))
                await self._stirred.wait()
                await asyncio.sleep(BREATH)

    def _frames(self) -> list[Json]:
        frames: list[Json] = []
        state = settings.state(self._simulator)
        told = json.dumps({**state, "clock": None})  # time passes by itself: that is no news
        if told != self._state:
            self._state = told
            frames.append({"state": state})
        entries = self._record.since(self._since)[-MOST_LINES:]  # of a flood, the newest
        if entries:
            self._since = entries[-1].changed
            lines = [showing.line(each) for each in entries]
            frames.append({"entries": lines, "next": self._since})
        return frames
