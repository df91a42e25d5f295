"""The pretend Slack's web server: the Web API at `/api/<method>`, and the addresses it hands out."""

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.methods import METHODS
from bot.simulator.record import Call
from bot.simulator.workspace import Json

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
LARGEST_BODY = 16 * 2**20


class Server:
    """Answers HTTP for one simulator."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator
        self._runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._api)
        self._simulator.add_routes(app)
        return app

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port that was given."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        address: Any = self._runner.addresses[0]
        return int(address[1])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- the Web API ---------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        simulator = self._simulator
        name = request.match_info["method"]
        args = await _arguments(request)
        if isinstance(args, SlackError):
            return _reply(args.body())
        call = Call(
            method=name,
            args={key: value for key, value in args.items() if key != "token"},
            at=simulator.clock.now(),
        )
        simulator.record.call(call)
        if simulator.latency:
            await asyncio.sleep(simulator.latency / 2)
        body = self._answer(name, request, args)
        if simulator.latency:
            await asyncio.sleep(simulator.latency / 2)
        call.status = 200
        call.error = body.get("error", "")
        call.answer = body
        call.took = time.perf_counter() - started
        simulator.record.answered(call)
        return _reply(body, self._scope_headers(name))

    def _answer(self, name: str, request: web.Request, args: Json) -> Json:
        method = METHODS.get(name)
        try:
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            call = ApiCall(self._simulator, args)
            self._authenticate(method, _token(request, args))
            if method.scopes:
                call.need(*method.scopes)
            missing = [each for each in method.required if args.get(each) in (None, "")]
            if missing:
                raise invalid_arguments(*(f"missing required field: {each}" for each in missing))
            body = method.answer(call)
        except SlackError as refused:
            return refused.body()
        if call.warnings:
            body["warning"] = ",".join(call.warnings)
            body.setdefault("response_metadata", {})["warnings"] = list(call.warnings)
        return {"ok": True, **body}

    def _authenticate(self, method: Method, token: str) -> None:
        app = self._simulator.workspace.app
        if method.token == "none":
            return
        if not token:
            raise SlackError("not_authed")
        wanted, other = app.bot_token, app.app_token
        if method.token == "app":
            wanted, other = other, wanted
        if token == other:
            raise SlackError("not_allowed_token_type")
        if token != wanted:
            raise SlackError("invalid_auth")

    def _scope_headers(self, name: str) -> dict[str, str]:
        method = METHODS.get(name)
        return {
            "x-oauth-scopes": self._simulator.scope_header,
            "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
        }


def _reply(body: Json, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), headers={**JSON_HEADERS, **(headers or {})}
    )


def _token(request: web.Request, args: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header[7:]
    return "" if "token" in request.query else str(args.get("token") or "")


async def _arguments(request: web.Request) -> Json | SlackError:
    """Query, form, multipart or JSON, as Slack takes them (contract §1.1)."""
    args: Json = dict(request.query)
    if request.method == "GET" or not request.can_read_body:
        return args
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            return SlackError("invalid_json")
        if not isinstance(body, dict):
            return SlackError("json_not_object")
        args.update(body)
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        try:
            args.update(await request.post())
        except ValueError:
            return SlackError("invalid_form_data")
    return args
