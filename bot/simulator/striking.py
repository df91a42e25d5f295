"""Applies faults to one call, of a method or at a response URL, before and after its effect."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.simulator.errors import SlackError
from bot.simulator.faults import Fault, Harm
from bot.simulator.ground import Ground
from bot.simulator.record import Call

JSON_TYPE = "application/json; charset=utf-8"
BROKEN_PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Oops</body></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Struck:
    """A call and its fault; `refuse` builds the call's error response."""

    harm: Harm
    request: web.Request
    call: Call
    refuse: Callable[[str], web.Response]

    async def before_effect(self) -> web.Response | None:
        """What the faults do instead of the effect; None lets the effect take place."""
        await asyncio.sleep(self.harm.pause)
        fault = self.harm.fault
        if fault is None:
            return None
        match fault.kind:
            case "rate_limited":
                return throttled(self.call, fault.retry_after, empty_body=fault.empty_body)
            case "error":
                return self.refuse(fault.error)
            case "http":
                return self._broken(fault)
            case "refuse":
                return self._cut()
            case "held":
                await fault.released.wait()
            case "hang" if not fault.effect:
                await fault.released.wait()
                return self._cut()
            case _:
                pass
        return None

    async def after_effect(self) -> web.Response | None:
        """What the fault does to the answer; None lets it through."""
        fault = self.harm.fault
        if fault is None:
            return None
        match fault.kind:
            case "lose_answer":
                return self._cut()
            case "http_after_effect":
                return self._broken(fault)
            case "wrong_answer":
                self.call.status = 200
                odd = fault.body.encode(errors="surrogatepass")
                return web.Response(body=odd, headers={"Content-Type": JSON_TYPE})
            case "hang":
                await fault.released.wait()
                return self._cut()
            case _:
                return None

    def _broken(self, fault: Fault) -> web.Response:
        status = fault.status
        self.call.status, self.call.error = status, f"http {status}"
        return web.Response(status=status, text=BROKEN_PAGE, content_type="text/html")

    def _cut(self) -> web.Response:
        """Break the connection: the returned response never arrives."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response(status=500)


def struck(
    harm: Harm,
    ground: Ground,
    *,
    request: web.Request,
    call: Call,
    refuse: Callable[[str], web.Response],
) -> Struck | None:
    """What strikes a call, noted in its record; None where nothing does."""
    if not harm.kinds:
        return None
    call.fault = harm.kinds
    ground.changed("fault")
    return Struck(harm=harm, request=request, call=call, refuse=refuse)


def throttled(call: Call, seconds: int, *, empty_body: bool = False) -> web.Response:
    """A 429 with the seconds to wait; without a body as the edge proxy sends it."""
    call.status, call.error = 429, "ratelimited"
    headers = {"Retry-After": str(seconds)}
    if empty_body:
        return web.Response(status=429, headers={**headers, "x-envoy-ratelimited": "true"})
    call.answer = SlackError("ratelimited").body()
    body = json.dumps(call.answer).encode()
    return web.Response(status=429, body=body, headers={**headers, "Content-Type": JSON_TYPE})
