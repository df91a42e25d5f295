"""One Web API request from its bytes to its answer: arguments, token, limits, faults (§1)."""

import asyncio
import json
import time
from dataclasses import dataclass

from aiohttp import web

from bot.simulator import arguments
from bot.simulator.api import ApiCall, Method, Token
from bot.simulator.backstage import Backstage, Directory
from bot.simulator.coverage import REFUSED
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.limits import TooMany, place
from bot.simulator.methods import METHODS
from bot.simulator.model import Json
from bot.simulator.record import Call
from bot.simulator.striking import JSON_TYPE, Struck, struck, throttled


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request with what could be read of it; `unread` is why its arguments could not.

    `backstage` is of the workspace that the token is for, or of the first where it is for none.
    """

    request: web.Request
    backstage: Backstage
    token: str
    args: Json
    warnings: list[str]
    unread: SlackError | None = None


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._ground = directory.first.workspace.ground
        self._record = directory.first.record
        self._faults = directory.first.faults

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Record the call, apply faults and limits, and answer."""
        started = time.perf_counter()
        unread: SlackError | None = None
        args: Json = {}
        warnings: list[str] = []
        try:
            args, warnings = await arguments.read(request)
        except SlackError as refused:
            unread = refused
        name = request.match_info["method"]
        token = _token(request, args, _wanted(name))
        meant = self._directory.meant(token)
        call = Call(
            method=name,
            args=arguments.kept(args),
            team=meant.workspace.team.id if meant else "",
            at=self._ground.clock.now(),
            size=(request.content_length or 0) + len(request.query_string),
        )
        self._record.call(call)
        asked = Asked(
            request=request,
            backstage=meant or self._directory.first,
            token=token,
            args=args,
            warnings=warnings,
            unread=unread,
        )
        response = await self._respond(asked, call)
        call.took = time.perf_counter() - started
        self._record.answered(call, response.content_length or 0)
        return response

    async def _respond(self, asked: Asked, call: Call) -> web.Response:
        pause = self._ground.habits.latency / 2
        if pause:
            await asyncio.sleep(pause)
        strikes = self._struck(asked, call)
        early = await strikes.before_effect() if strikes else None
        if early is not None:
            return early
        try:
            body = self._body(call.method, asked)
        except TooMany as wait:
            return throttled(call, wait.seconds)
        call.answer = arguments.kept(body)
        if pause:
            await asyncio.sleep(pause)
        late = await strikes.after_effect() if strikes else None
        return self._reply(asked, call, body) if late is None else late

    def _struck(self, asked: Asked, call: Call) -> Struck | None:
        return struck(
            self._faults.for_call(call.method, call.team),
            self._ground,
            request=asked.request,
            call=call,
            refuse=lambda error: self._reply(asked, call, SlackError(error).body()),
        )

    # -- limits --------------------------------------------------------------------------

    def _count(self, method: Method, asked: Asked) -> None:
        """Let the call pass, or raise TooMany; calls without the app's token are not the app's."""
        workspace, limits = asked.backstage.workspace, asked.backstage.limits
        if not limits.held:
            return
        channel = str(asked.args.get("channel") or "")
        if limits.posts:
            channel = place(workspace, channel)
        if seconds := limits.wait_for(workspace.team.id, method.name, method.tier, channel):
            raise TooMany(seconds)

    # -- the answer itself ---------------------------------------------------------------

    def _body(self, name: str, asked: Asked) -> Json:
        call = ApiCall(asked.backstage, asked.args, token=asked.token)
        call.warnings += asked.warnings
        try:
            body = self._effect(call, name, asked)
        except SlackError as refused:
            return refused.body()
        if call.warnings:
            body["warning"] = ",".join(call.warnings)
            body.setdefault("response_metadata", {})["warnings"] = list(call.warnings)
        return {"ok": True, **body}

    def _effect(self, call: ApiCall, name: str, asked: Asked) -> Json:
        """Let the method take effect, once everything Slack checks before is in order."""
        method, refusal = METHODS.get(name), REFUSED.get(name)
        if method is None and refusal is None:
            raise SlackError("unknown_method", req_method=name)
        if asked.unread is not None:
            raise asked.unread
        wanted = _wanted(name)
        if wanted == "none":
            call.args = {**asked.args, **arguments.client(asked.request)}
        else:
            self._authenticate(wanted, asked)
        if method is None or refusal is not None:
            raise SlackError(refusal.error if refusal else "unknown_method")
        self._count(method, asked)
        if method.scopes:
            call.need(*method.scopes)
        missing = [each for each in method.required if call.args.get(each) in (None, "")]
        if missing:
            raise invalid_arguments(*(f"missing required field: {each}" for each in missing))
        return method.answer(call)

    def _authenticate(self, wanted: Token, asked: Asked) -> None:
        token, backstage = asked.token, asked.backstage
        bot = backstage.workspace.bot
        if not token:
            raise SlackError("not_authed")
        kind: Token = "app" if token == self._ground.app.app_token else "bot"
        if kind == "bot" and (not bot.owns(token) or bot.standing == "absent"):
            raise SlackError("invalid_auth")
        if kind != wanted:
            raise SlackError("not_allowed_token_type")
        if wanted == "bot":
            backstage.rotation.check(bot, token)

    def _reply(self, asked: Asked, call: Call, body: Json) -> web.Response:
        call.status = 200
        call.error = str(body.get("error", ""))
        call.answer = arguments.kept(body)
        method = METHODS.get(call.method)
        return web.Response(
            body=json.dumps(body).encode(),
            headers={
                "Content-Type": JSON_TYPE,
                "x-oauth-scopes": asked.backstage.workspace.scope_header,
                "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
                "x-slack-req-id": self._ground.mint_secret(8),
            },
        )


def _wanted(name: str) -> Token:
    """Which kind of token the method takes."""
    method = METHODS.get(name)
    return "bot" if method is None else method.token


def _token(request: web.Request, args: Json, wanted: Token) -> str:
    header = request.headers.get("Authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    if "token" in request.query or wanted == "app":
        return ""  # never in the query string; an app token only in the header
    return str(args.get("token") or "")
