"""Socket Mode (contract §3): tickets, sockets, envelopes and their acknowledgements."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSCloseCode, WSMsgType, web

from bot.simulator.delivery import Answer
from bot.simulator.model import Json
from bot.simulator.record import Attempt, Delivery
from bot.simulator.workspace import Workspace

Reason = Literal["warning", "refresh_requested", "too_many_websockets", "link_disabled"]
MOST_SOCKETS = 10
PING_EVERY = 5.0
RETRY_AFTER = (4.0, 60.0, 300.0)
HOST = "applink-pretend"
ACCEPTS_PAYLOAD = frozenset({"slash_commands", "view_submission", "block_suggestion"})


@dataclass(eq=False, slots=True)
class Socket:
    """One open connection of the app."""

    ws: web.WebSocketResponse
    request: web.Request
    number: int
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class SocketMode:
    """The app's sockets. Each envelope goes to one of them, in turn."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._sockets: list[Socket] = []
        self._turn = 0
        self._opened = 0
        self._open = asyncio.Event()
        self._awaited: dict[str, asyncio.Future[Json | None]] = {}
        self.retries = RETRY_AFTER
        self.favourite: int | None = None
        """The number of the socket that gets all envelopes while it is open; None takes turns."""
        self.turned_away = 0
        """How many were told that there are too many already."""
        self.refuse_tickets = 0
        """How many of the next handshakes are refused, whatever ticket they show."""

    # -- for the order of tests and the page ---------------------------------------------

    @property
    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._sockets)

    @property
    def opened(self) -> int:
        """How many sockets were opened since the start."""
        return self._opened

    async def cut(self) -> None:
        """Break every connection without a word, as a lost network does."""
        for socket in self._take_all():
            if socket.request.transport is not None:
                socket.request.transport.abort()

    def fall_silent(self) -> None:
        """Leave every connection half open: nothing is read from it or sent to it any more."""
        for socket in self._take_all():
            for task in socket.tasks:
                task.cancel()
            if socket.request.transport is not None:
                socket.request.transport.pause_reading()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every socket to go, as Slack does; all reasons but `warning` close it too."""
        frame = json.dumps(_disconnect(reason))
        for socket in tuple(self._sockets) if reason == "warning" else self._take_all():
            with contextlib.suppress(ConnectionError):
                await socket.ws.send_str(frame)
                if reason != "warning":
                    await socket.ws.close(code=WSCloseCode.GOING_AWAY)

    def _take_all(self) -> list[Socket]:
        sockets, self._sockets = self._sockets, []
        self._open.clear()
        self._workspace.changed("socket")
        return sockets

    # -- connecting ----------------------------------------------------------------------

    def ticket(self) -> str:
        """A fresh address that lets one connection in, once."""
        ticket = self._workspace.mint_uuid()
        self._tickets.add(ticket)
        base = self._workspace.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._workspace.app.id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if self.refuse_tickets:
            self.refuse_tickets -= 1
            self._workspace.changed("socket")
            return web.Response(status=403, text="not now")
        if ticket not in self._tickets:
            return web.Response(status=403, text="ticket is spent or unknown")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self._opened += 1
        socket = Socket(ws=ws, request=request, number=self._opened)
        if len(self._sockets) >= MOST_SOCKETS:
            count = len(self._sockets)
            self.turned_away += 1
            self._workspace.changed("socket")
            await ws.send_str(json.dumps(_disconnect("too_many_websockets", count)))
            await ws.close(code=WSCloseCode.GOING_AWAY)
            return ws
        self._sockets.append(socket)
        pings = asyncio.get_running_loop().create_task(_ping(ws))
        socket.tasks.add(pings)
        try:
            await ws.send_str(json.dumps(self._hello()))
            self._open.set()
            self._workspace.changed("socket")
            await self._listen(ws)
        finally:
            pings.cancel()
            self._let_go(socket)
        return ws

    def _let_go(self, socket: Socket) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)
            if not self._sockets:
                self._open.clear()
            self._workspace.changed("socket")

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {
                "host": HOST,
                "build_number": 10,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._workspace.app.id},
        }

    async def _listen(self, ws: web.WebSocketResponse) -> None:
        async for frame in ws:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                said = json.loads(frame.data)
            except ValueError:
                continue
            if isinstance(said, dict):
                self._acknowledge(said)

    def _acknowledge(self, said: Json) -> None:
        """Take an acknowledgement, on whichever socket it comes; unknown ids are ignored."""
        awaited = self._awaited.pop(str(said.get("envelope_id")), None)
        if awaited is not None and not awaited.done():
            payload = said.get("payload")
            awaited.set_result(payload if isinstance(payload, dict) else None)

    # -- the transport -------------------------------------------------------------------

    def retry_after(self) -> tuple[float, ...]:
        return self.retries

    async def reachable(self, within: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._open.wait()

    async def send(self, delivery: Delivery, attempt: Attempt, deadline: float) -> Answer:
        """Send an envelope to the next socket in turn and wait for its acknowledgement."""
        if not self._sockets:
            return Answer(outcome="unreachable", reason="timeout")
        envelope_id = self._workspace.mint_uuid()
        awaited: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = awaited
        socket = self._next()
        try:
            async with asyncio.timeout(deadline):
                if attempt.cut == "before":
                    return self._break(socket)
                await socket.ws.send_str(json.dumps(_envelope(delivery, attempt, envelope_id)))
                if attempt.cut:
                    return self._break(socket)
                return Answer(outcome="acknowledged", body=await awaited)
        except TimeoutError:
            return Answer(outcome="timeout", reason="timeout")
        except ConnectionError:
            return Answer(outcome="unreachable", reason="timeout")
        finally:
            self._awaited.pop(envelope_id, None)

    def _break(self, socket: Socket) -> Answer:
        """Lose one connection without a word."""
        self._let_go(socket)
        if socket.request.transport is not None:
            socket.request.transport.abort()
        return Answer(outcome="unreachable", reason="timeout")

    def _next(self) -> Socket:
        self._turn += 1
        in_turn = self._sockets[self._turn % len(self._sockets)]
        return next((each for each in self._sockets if each.number == self.favourite), in_turn)

    async def stop(self) -> None:
        """Close every socket."""
        for socket in self._take_all():
            with contextlib.suppress(ConnectionError):
                await socket.ws.close(code=WSCloseCode.GOING_AWAY)


def _envelope(delivery: Delivery, attempt: Attempt, envelope_id: str) -> Json:
    kind = delivery.payload.get("type") if delivery.kind == "interactive" else delivery.kind
    body: Json = {
        "envelope_id": envelope_id,
        "payload": delivery.payload,
        "type": delivery.kind,
        "accepts_response_payload": kind in ACCEPTS_PAYLOAD,
    }
    if delivery.kind == "events_api":
        body["retry_attempt"] = attempt.number
        body["retry_reason"] = attempt.reason
    return body


def _disconnect(reason: str, num_connections: int | None = None) -> Json:
    frame: Json = {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}
    if num_connections is not None:
        frame["num_connections"] = num_connections
    return frame


async def _ping(ws: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionError):
        while not ws.closed:
            await asyncio.sleep(PING_EVERY)
            await ws.ping(b"Ping from " + HOST.encode())
