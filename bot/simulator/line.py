"""One Socket Mode connection: its pings, its lifetime, what it does not read (contract §3.1)."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from bot.simulator import arguments
from bot.simulator.errors import SlackError
from bot.simulator.model import Json

PING_EVERY = 5.0
SILENCE = 30.0
"""Seconds without a pong or a word after which a connection is broken; Slack's are not known."""
MOST_UNREAD = 4 * 2**20
"""Bytes that may wait for a connection to read them."""
HOST = "applink-pretend"


@dataclass(eq=False, kw_only=True, slots=True)
class Line:
    """One WebSocket. It is warned and ended at moments of the machine's monotonic clock."""

    ws: web.WebSocketResponse
    request: web.Request
    number: int
    warned_at: float
    ended_at: float
    heard: float = field(default_factory=time.monotonic)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _rescheduled: asyncio.Event = field(default_factory=asyncio.Event)
    _warned: bool = False

    # -- listening -----------------------------------------------------------------------

    async def said(self) -> AsyncIterator[Json]:
        """What the app says in JSON objects; pings are answered, all else is passed over."""
        async for frame in self.ws:
            self.heard = time.monotonic()
            if frame.type is WSMsgType.PING:
                await self.ws.pong(frame.data)
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                said = arguments.parse(frame.data)
            except SlackError:
                continue
            if isinstance(said, dict):
                yield said

    # -- lasting -------------------------------------------------------------------------

    async def last(self) -> str:
        """Ping it until it must go, and warn it before its time; returns what is wrong with it."""
        while not self.ws.closed:
            now = time.monotonic()
            if now >= self.warned_at and not self._warned:
                self._warned = True
                await self._send(_disconnect("warning"))
            if now >= self.ended_at:
                await self.tell("refresh_requested")
                return ""
            if trouble := self.trouble:
                return trouble
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(PING_EVERY):
                    await self.ws.ping(b"Ping from " + HOST.encode())
            await self._until_next()
        return ""

    async def _until_next(self) -> None:
        coming = [self.ended_at] if self._warned else [self.ended_at, self.warned_at]
        pause = min(PING_EVERY, *(max(0.0, each - time.monotonic()) for each in coming))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._rescheduled.wait()
        self._rescheduled.clear()

    def warn(self, lead: float) -> None:
        """Warn it now, and end it so many seconds later."""
        self.warned_at = time.monotonic()
        self.ended_at = self.warned_at + lead
        self._rescheduled.set()

    @property
    def trouble(self) -> str:
        """Why it cannot be used any longer; nothing while it can."""
        transport = self.request.transport
        if transport is not None and transport.get_write_buffer_size() > MOST_UNREAD:
            return f"more than {MOST_UNREAD // 1024} kB wait and it does not read them"
        if time.monotonic() - self.heard > SILENCE:
            return f"it has answered no ping for {SILENCE:.0f} seconds"
        return ""

    # -- ending --------------------------------------------------------------------------

    async def tell(self, reason: str, **beside: object) -> None:
        """Tell it to go, and close it."""
        await self._send(_disconnect(reason, **beside))
        with contextlib.suppress(ConnectionError):
            await self.ws.close(code=WSCloseCode.GOING_AWAY)

    async def _send(self, frame: Json) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(PING_EVERY):
                await self.ws.send_str(json.dumps(frame))

    def abort(self) -> None:
        """Drop it without a close frame, as a lost network does."""
        if self.request.transport is not None:
            self.request.transport.abort()

    def fall_silent(self) -> None:
        """Leave it half open: nothing is read from it or sent to it any more."""
        for task in self.tasks:
            task.cancel()
        if self.request.transport is not None:
            self.request.transport.pause_reading()


def _disconnect(reason: str, **beside: object) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}, **beside}
