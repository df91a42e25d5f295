"""Answers posts to response URLs, and records each as a call named response_url."""

import time

from aiohttp import web

from bot.simulator import arguments
from bot.simulator.backstage import Directory
from bot.simulator.errors import SlackError
from bot.simulator.fault_targets import ANSWER
from bot.simulator.interactions import ResponseUrls
from bot.simulator.model import Json
from bot.simulator.record import Call
from bot.simulator.striking import Struck, struck


class ResponseCalls:
    """Answers `/commands/…`, `/actions/…` and `/app/…`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._ground = directory.first.workspace.ground
        self._record = directory.first.record
        self._faults = directory.first.faults

    async def answer(self, request: web.Request) -> web.Response:
        """Record the call, apply faults, and answer."""
        started = time.perf_counter()
        raw = await request.read()
        meant = self._directory.by_team.get(request.match_info["rest"].partition("/")[0])
        urls = (meant or self._directory.first).response_urls
        call = Call(
            method=ANSWER,
            args={},
            place=urls.place(request.path),
            team=meant.workspace.team.id if meant else "",
            at=self._ground.clock.now(),
            size=len(raw),
        )
        self._record.call(call)
        response = await self._respond(urls, request, raw, call)
        call.took = time.perf_counter() - started
        self._record.answered(call, response.content_length or 0)
        return response

    async def _respond(
        self, urls: ResponseUrls, request: web.Request, raw: bytes, call: Call
    ) -> web.Response:
        try:
            body = arguments.parse(raw)
        except SlackError:
            call.args = {"unreadable": raw[:200].decode(errors="replace")}
            return _said(call, 400, "invalid_payload")
        call.args = _kept(body)
        strikes = self._struck(request, call)
        early = await strikes.before_effect() if strikes else None
        if early is not None:
            return early
        status, text = urls.use(request.path, body)
        call.answer = {"text": text}
        late = await strikes.after_effect() if strikes else None
        return _said(call, status, text) if late is None else late

    def _struck(self, request: web.Request, call: Call) -> Struck | None:
        return struck(
            self._faults.for_answer(call.team),
            self._ground,
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
