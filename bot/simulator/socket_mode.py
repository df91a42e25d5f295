"""Socket Mode (contract §3): tickets, sockets, envelopes and their acknowledgements."""

import asyncio
import contextlib
import json
import time
from collections import deque
from typing import Literal

from aiohttp import WSCloseCode, web

from bot.simulator.ground import Ground
from bot.simulator.line import HOST, Line
from bot.simulator.model import Json
from bot.simulator.record import Attempt, Delivery, Record
from bot.simulator.transport import Answer

Reason = Literal["warning", "refresh_requested", "too_many_websockets", "link_disabled"]
MOST_SOCKETS = 10
MOST_TICKETS = 1_000  # not yet used; the oldest lapse
LIFE = 18_060.0
DEBUG_LIFE = 360.0  # asked for by debug_reconnects=true
WARNING_LEAD = 10.0
RETRY_AFTER = (1.0, 60.0, 300.0)
"""Seconds after the deadline of 3 s: the first retry comes about 4 s after the send (§3.2)."""
ACCEPTS_PAYLOAD = frozenset({"slash_commands", "view_submission", "block_suggestion"})
LONGEST_FRAME = 4 * 2**20


class SocketMode:
    """The app's sockets. Each envelope goes to one of them, in turn."""

    def __init__(self, ground: Ground, record: Record) -> None:
        self._ground = ground
        self._record = record
        self._tickets: deque[str] = deque(maxlen=MOST_TICKETS)
        self._lines: list[Line] = []
        self._turn = 0
        self._opened = 0
        self._open = asyncio.Event()
        self._awaited: dict[str, asyncio.Future[Json | None]] = {}
        self.retries: tuple[float, ...] = RETRY_AFTER
        self.life = LIFE
        """Seconds after which a connection is recycled."""
        self.warning_lead = WARNING_LEAD
        """Seconds between the warning and the end."""
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
        return len(self._lines)

    @property
    def opened(self) -> int:
        """How many sockets were opened since the start."""
        return self._opened

    async def cut(self) -> None:
        """Drop every connection without a close frame, as a lost network does."""
        for line in self._take_all():
            line.abort()

    def fall_silent(self) -> None:
        """Leave every connection half open: nothing is read from it or sent to it any more."""
        for line in self._take_all():
            line.fall_silent()

    def lose_patience(self) -> None:
        """End the acknowledgement deadline of everything that was sent."""
        for awaited in self._awaited.values():
            if not awaited.done():
                awaited.set_exception(TimeoutError())

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send every socket a disconnect frame; after a `warning` it has ten seconds."""
        if reason == "warning":
            for line in self._lines:
                line.warn(self.warning_lead)
            return
        for line in self._take_all():
            await line.tell(reason)

    def _take_all(self) -> list[Line]:
        lines, self._lines = self._lines, []
        self._open.clear()
        self._ground.changed("socket")
        return lines

    # -- connecting ----------------------------------------------------------------------

    def ticket(self) -> str:
        """A fresh address that lets one connection in, once."""
        ticket = self._ground.mint_uuid()
        self._tickets.append(ticket)
        base = self._ground.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._ground.app.id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if self.refuse_tickets:
            self.refuse_tickets -= 1
            self._ground.changed("socket")
            return web.Response(status=403, text="not now")
        if ticket not in self._tickets:
            return web.Response(status=403, text="ticket is spent or unknown")
        self._tickets.remove(ticket)
        ws = web.WebSocketResponse(autoping=False, max_msg_size=LONGEST_FRAME)
        await ws.prepare(request)
        line = self._line(ws, request)
        if len(self._lines) >= MOST_SOCKETS:
            self.turned_away += 1
            self._record.note("socket", f"{MOST_SOCKETS} sockets are open: one more is refused.")
            self._ground.changed("socket")
            await line.tell(
                "too_many_websockets",
                num_connections=len(self._lines),
                connection_info={"app_id": self._ground.app.id},
            )
            return ws
        if self._ground.app.request_url is not None:
            self._record.note("socket", "A socket is open, but deliveries go to the app's address.")
        await self._serve(line)
        return ws

    def _line(self, ws: web.WebSocketResponse, request: web.Request) -> Line:
        self._opened += 1
        debugging = request.query.get("debug_reconnects") == "true"
        ended_at = time.monotonic() + (DEBUG_LIFE if debugging else self.life)
        return Line(
            ws=ws,
            request=request,
            number=self._opened,
            ended_at=ended_at,
            warned_at=ended_at - self.warning_lead,
        )

    async def _serve(self, line: Line) -> None:
        self._lines.append(line)
        lasting = asyncio.get_running_loop().create_task(self._last(line))
        line.tasks.add(lasting)
        try:
            await line.ws.send_str(json.dumps(self._hello(line)))
            self._open.set()
            self._ground.changed("socket")
            async for said in line.said():
                self._acknowledge(said)
        finally:
            lasting.cancel()
            self._let_go(line)

    async def _last(self, line: Line) -> None:
        """Serve it until it ends or has to be cut."""
        if trouble := await line.last():
            self._record.note("socket", f"Socket {line.number} is cut: {trouble}.")
            self._break(line)

    def _break(self, line: Line) -> None:
        self._let_go(line)
        line.abort()

    def _let_go(self, line: Line) -> None:
        if line in self._lines:
            self._lines.remove(line)
            if not self._lines:
                self._open.clear()
            self._ground.changed("socket")

    def _hello(self, line: Line) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._lines),
            "debug_info": {
                "host": HOST,
                "build_number": 10,
                "approximate_connection_time": round(line.ended_at - time.monotonic()),
            },
            "connection_info": {"app_id": self._ground.app.id},
        }

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
        line = self._next()
        if line is None:
            return Answer(outcome="unreachable", reason="timeout")
        envelope_id = self._ground.mint_uuid()
        awaited: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = awaited
        try:
            async with asyncio.timeout(deadline):
                if attempt.cut != "before":
                    await line.ws.send_str(json.dumps(_envelope(delivery, attempt, envelope_id)))
                if not attempt.cut:
                    return Answer(outcome="acknowledged", body=await awaited)
        except TimeoutError:
            return Answer(outcome="timeout", reason="timeout")
        except ConnectionError:
            return Answer(outcome="unreachable", reason="timeout")
        finally:
            self._awaited.pop(envelope_id, None)
        self._break(line)
        return Answer(outcome="unreachable", reason="timeout")

    def _next(self) -> Line | None:
        """The next socket in turn; those that do not read are cut."""
        for line in tuple(self._lines):
            if trouble := line.trouble:
                self._record.note("socket", f"Socket {line.number} is cut: {trouble}.")
                self._break(line)
        if not self._lines:
            return None
        self._turn += 1
        in_turn = self._lines[self._turn % len(self._lines)]
        return next((each for each in self._lines if each.number == self.favourite), in_turn)

    async def stop(self) -> None:
        """Close every socket."""
        for line in self._take_all():
            with contextlib.suppress(ConnectionError):
                await line.ws.close(code=WSCloseCode.GOING_AWAY)


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
