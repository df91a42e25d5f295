"""The socket to Slack: opened, watched, rebuilt when it stays away, drained at the end."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.engine.carrying import CALL_LIMIT
from bot.slack.calls import NO_OBJECT, reason_of
from bot.slack.payloads import misshapen

log = structlog.get_logger(__name__)

AWAY = 30.0
"""Seconds without a connection after which the handler is rebuilt: the SDK may loop for ever on
one used-up ticket."""
DRAIN = 3.0
"""Seconds that deliveries in hand get when stopping: Slack waits no longer for an answer."""
TOO_MANY = "too_many_websockets"
"""What Slack tells the eleventh connection of an app before it closes it."""
_LOOK = 1.0
_NO_TOKEN = ("invalid_auth", "not_authed", "not_allowed_token_type", "missing_scope")
"""Refusals that no waiting changes."""
_WHAT_TO_DO = {
    **dict.fromkeys(
        ("account_inactive", "token_revoked", *_NO_TOKEN),
        "Slack does not accept SLACK_APP_TOKEN any more; make a new app-level token with "
        "connections:write, set it, and start Muster again",
    ),
    TOO_MANY: "Slack gives an app ten connections, and other processes have them. This one tries "
    "again every half minute, and carries what is owed meanwhile; let fewer processes run",
    "link_disabled": "Socket Mode is switched off in the app's settings; switch it on, and Muster "
    "connects by itself",
}
_AWAY = (aiohttp.ClientError, OSError, TimeoutError)


class TokenRefused(Exception):
    """SLACK_APP_TOKEN must be an app-level token (xapp-…) with the scope connections:write."""


class _Client(SocketModeClient):
    """The SDK's client, which stays away, until it is built anew, when told of too many sockets.

    The SDK's own would ask for another at once, and again and again.
    """

    crowded_out = False

    async def enqueue_message(self, message: str) -> None:
        """Take a message of the socket, in the order in which they come."""
        if TOO_MANY in message and json.loads(message).get("reason") == TOO_MANY:
            log.warning("socket.refused", why=TOO_MANY)
            self.crowded_out = True
            self.auto_reconnect_enabled = False
            await self.disconnect()  # type: ignore[no-untyped-call]  # the SDK's own
            return
        await super().enqueue_message(message)


class _Handler(AsyncSocketModeHandler):
    """bolt's handler, which also knows what it has in hand until that is acknowledged."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        # As bolt's own does it, which would begin with a client of the SDK's.
        self.app, self.app_token = app, app_token
        self.client = _Client(app_token, logger=app.logger, web_client=app.client, ping_interval=10)
        self.client.socket_mode_request_listeners.append(self.handle)
        self._in_hand: set[asyncio.Task[Any]] = set()
        self.idle = asyncio.Event()
        self.idle.set()

    async def handle(self, client: Any, request: Any) -> None:
        """Handle one delivery and acknowledge it."""
        wrong = misshapen(request.payload) if request.type != "hello" else ""
        if wrong:
            log.warning("delivery.malformed", why=wrong)
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
            return
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._in_hand.add(task)
        self.idle.clear()
        try:
            await super().handle(client, request)
        except ConnectionError as error:  # committed; Slack sends it again, and it is known again
            log.info("delivery.unacknowledged", why=repr(error))
        finally:
            self._in_hand.discard(task)
            if not self._in_hand:
                self.idle.set()

    async def abandon(self) -> None:
        """Drop what is in hand, as a crash would."""
        in_hand = tuple(self._in_hand)
        for task in in_hand:
            task.cancel()
        await asyncio.gather(*in_hand, return_exceptions=True)


class SocketConnection:
    """Socket Mode for one app."""

    def __init__(
        self, app: AsyncApp, app_token: str, on_rebuilt: Callable[[], None] = lambda: None
    ) -> None:
        self._on_rebuilt = on_rebuilt
        self._app = app
        self._token = app_token
        self._handler: _Handler | None = None
        self._seen = time.monotonic()
        self.patience = AWAY
        self.rebuilt = 0
        self._refusal = ""

    @property
    def connected(self) -> bool:
        """Whether a socket is open now."""
        client = self._handler and self._handler.client
        session = client and client.current_session
        return bool(session and not session.closed)

    @property
    def session(self) -> object | None:
        """What deliveries come through: another object after each reconnection, None while away."""
        client = self._handler and self._handler.client
        return client.current_session if client and self.connected else None

    @property
    def trouble(self) -> str | None:
        """What keeps it from being connected, in words, None while it is."""
        if self.connected:
            return None
        client = self._handler and self._handler.client
        crowded_out = isinstance(client, _Client) and client.crowded_out
        refusal = TOO_MANY if crowded_out else self._refusal
        told = _WHAT_TO_DO.get(refusal, f"Slack says {refusal}")
        why = f": {told}" if refusal else ""
        return f"the socket to Slack is not connected{why}"

    async def open(self) -> None:
        """Check the token, then connect; where Slack is away, `watch` goes on trying.

        Raises:
            TokenRefused: the SDK would try for ever.
        """
        self._refusal = await self._refused()
        if self._refusal in _NO_TOKEN:
            raise TokenRefused(f"{TokenRefused.__doc__} Slack said: {self._refusal}.")
        await self._try_to_build()

    async def _refused(self) -> str:
        """Ask Slack for a socket, and return its word for why there is none; empty where it may.

        The SDK only logs that, and tries again for ever.
        """
        try:
            async with asyncio.timeout(CALL_LIMIT.total_seconds()):
                await self._app.client.apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            return reason_of(error)
        except (*_AWAY, *NO_OBJECT) as error:
            log.warning("socket.away", why=repr(error))
        return ""

    async def _try_to_build(self) -> None:
        with contextlib.suppress(SlackApiError, *_AWAY):
            await asyncio.wait_for(self._build(), AWAY)

    async def _build(self) -> None:
        self._handler = _Handler(self._app, self._token)
        self._seen = time.monotonic()
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # bolt's own

    def hurry(self) -> None:
        """Try at the next look: Slack is back."""
        if not self.connected:
            self._seen = float("-inf")

    async def watch(self) -> None:
        """Rebuild the handler whenever there was no connection for too long."""
        while True:
            await asyncio.sleep(_LOOK)
            if self.connected:
                self._seen = time.monotonic()
            elif time.monotonic() - self._seen > self.patience:
                log.warning("socket.rebuilding", away_seconds=self.patience)
                self.rebuilt += 1
                self._on_rebuilt()
                await self._drop()
                self._refusal = await self._refused()
                if self._refusal:
                    log.warning("socket.refused", why=self._refusal)
                    self._seen = time.monotonic()  # it is asked again later
                else:
                    await self._try_to_build()

    async def disconnect(self) -> None:
        """Acknowledge what is in hand, and take no more deliveries."""
        if self._handler is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._handler.idle.wait(), DRAIN)
            with contextlib.suppress(*_AWAY):
                await self._handler.disconnect_async()  # type: ignore[no-untyped-call]  # bolt's own

    async def close(self) -> None:
        """Let go of the socket; what was in flight must be drained before."""
        await self._drop()

    async def abandon(self) -> None:
        """Drop the socket and what came through it, as a crash would."""
        handler = self._handler
        await self._drop()
        if handler is not None:
            await handler.abandon()

    async def _drop(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            with contextlib.suppress(*_AWAY):
                await handler.close_async()  # type: ignore[no-untyped-call]  # bolt's own
