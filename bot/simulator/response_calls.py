"""What the app posts to a response_url: answered, and kept in the record as a call of that name."""

import time

from aiohttp import web

from bot.simulator import arguments
from bot.simulator.backstage import Backstage
from bot.simulator.errors import SlackError
from bot.simulator.fault_targets import ANSWER
from bot.simulator.model import Json
from bot.simulator.record import Call
from bot.simulator.striking import Struck


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
        response = await self._respond(request, raw, call)
        call.took = time.perf_counter() - started
        self._backstage.record.answered(call, response.content_length or 0)
        return response

    async def _respond(self, request: web.Request, raw: bytes, call: Call) -> web.Response:
        try:
            body = arguments.parse(raw)
        except SlackError:
            call.args = {"unreadable": raw[:200].decode(errors="replace")}
            return _said(call, 400, "invalid_payload")
        call.args = _kept(body)
        struck = self._struck(request, call)
        early = await struck.before_effect() if struck else None
        if early is not None:
            return early
        status, text = self._backstage.response_urls.use(request.path, body)
        call.answer = {"text": text}
        late = await struck.after_effect() if struck else None
        return _said(call, status, text) if late is None else late

    def _struck(self, request: web.Request, call: Call) -> Struck | None:
        """The fault that strikes this answer, noted in its record."""
        fault = self._backstage.faults.for_answer()
        if fault is None:
            return None
        call.fault = fault.kind
        self._backstage.workspace.changed("fault")
        return Struck(
            fault=fault,
            request=request,
            call=call,
            refuse=lambda error: _said(call, 404, error),  # as `used_url` and `expired_url` are
        )


def _kept(body: object) -> Json:
    return arguments.kept(body) if isinstance(body, dict) else {"body": body}


def _said(call: Call, status: int, text: str) -> web.Response:
    call.status = status
    call.error = "" if status == web.HTTPOk.status_code else text
    call.answer = {"text": text}
    return web.Response(status=status, text=text)
