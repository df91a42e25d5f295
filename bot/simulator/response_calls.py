"""What the app posts to a response_url: answered, and kept in the record as a call of that name."""

import time

from aiohttp import web

from bot.simulator import arguments
from bot.simulator.backstage import Backstage
from bot.simulator.errors import SlackError
from bot.simulator.fault_targets import ANSWER
from bot.simulator.model import Json
from bot.simulator.record import Call


class ResponseCalls:
    """Answers `/commands/…`, `/actions/…` and `/app/…`."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage

    async def answer(self, request: web.Request) -> web.Response:
        """Record the call, let faults have their way, and answer."""
        started = time.perf_counter()
        raw = await request.read()
        call = Call(
            method=ANSWER,
            args={},
            place=self._backstage.response_urls.place(request.path),
            at=self._backstage.workspace.clock.now(),
            size=len(raw),
        )
        self._backstage.record.call(call)
        response = self._respond(request.path, raw, call)
        call.status = response.status
        call.took = time.perf_counter() - started
        self._backstage.record.answered(call, response.content_length or 0)
        return response

    def _respond(self, path: str, raw: bytes, call: Call) -> web.Response:
        try:
            body = arguments.parse(raw)
        except SlackError:
            call.args = {"unreadable": raw[:200].decode(errors="replace")}
            return _said(call, 400, "invalid_payload")
        call.args = _kept(body)
        fault = self._backstage.faults.for_answer()
        if fault is not None:
            call.fault = fault.kind
            self._backstage.workspace.changed("fault")
        if fault is not None and fault.kind == "rate_limited":
            call.error = "ratelimited"
            return web.Response(status=429, headers={"Retry-After": str(fault.retry_after)})
        if fault is not None and fault.kind == "http":
            call.error = f"http {fault.status}"
            return web.Response(status=fault.status)
        return _said(call, *self._backstage.response_urls.use(path, body))


def _kept(body: object) -> Json:
    return arguments.kept(body) if isinstance(body, dict) else {"body": body}


def _said(call: Call, status: int, text: str) -> web.Response:
    call.error = "" if status == web.HTTPOk.status_code else text
    call.answer = {"text": text}
    return web.Response(status=status, text=text)
