"""One call to Slack's Web API, and what its failure means.

The SDK's own retries are off: it resends after a lost connection and so posts twice. Whether and
when to try again is the courier's decision; this module only says what is known after a failure.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.carrying import CALL_LIMIT
from bot.engine.clockwork import Clock
from bot.engine.reach import Reach
from bot.engine.tally import Tally
from bot.engine.verdicts import Doubt, NoAccess, RetryAt, Verdict
from bot.following import step

log = structlog.get_logger(__name__)

_UNCERTAIN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
"""Errors after which a part of the operation may have happened, as Slack's method pages say."""
_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
"""Errors that say that nothing at all can be done with this token."""
_LATER = timedelta(seconds=2)
THROTTLED = 429
_SERVER_ERROR = 500
_NO_HEADER = 5
"""Seconds to wait where a 429 does not say how long."""


class SlackSaidNo(Exception):
    """Slack understood and refused: `error` is its own word for why."""

    def __init__(self, method: str, error: str, data: dict[str, Any]) -> None:
        super().__init__(method, error)
        self.method = method
        self.error = error
        self.data = data


class SlackCalls:
    """Calls the Web API; the session is shared and closed by whoever made it."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self.client = client
        self.tally = Tally()
        """Where calls are counted."""
        self.reach = Reach(clock)
        """Whether Slack can be used at all."""
        self._not_before: dict[str, datetime] = {}
        self.limit = CALL_LIMIT.total_seconds()
        """Seconds that a call may take; the SDK sets no limit on a session that it did not make."""
        self._clock = clock

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Return Slack's answer.

        Raises:
            SlackSaidNo: an `ok: false` with a reason.
            NoAccess: Slack does not take the token.
            RetryAt: it certainly had no effect: throttled, or never connected. A method that
                Slack asked to leave alone is left alone by everybody, without a call.
            Doubt: it may have had its effect: answer lost, time-out, server error.
        """
        self._wait_as_told(method)
        given = {name: value for name, value in arguments.items() if value is not None}
        started, came = time.perf_counter(), "unknown"
        try:
            with step("call", method=method):
                data = await self._sent(method, given)
            came = "ok"
        except SlackSaidNo:
            came = "refused"
            raise
        except NoAccess:
            came = "no_access"
            raise
        except RetryAt as verdict:
            came = "throttled" if verdict.brake else "unreachable"
            raise
        finally:
            seconds = time.perf_counter() - started
            self.tally.count("calls", method, came)
            self.tally.took("call_seconds", seconds, method)
            log.debug("call.made", method=method, answer=came, seconds=round(seconds, 3))
        return data

    async def _sent(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        send = getattr(self.client, method.replace(".", "_"))
        try:
            async with asyncio.timeout(self.limit):
                response = await send(**given)
        except SlackApiError as error:
            raise self._meaning(method, error) from error
        except aiohttp.ClientConnectorError as error:
            self.reach.missed("it cannot be connected to")
            raise RetryAt(self._clock.now() + _LATER) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            self.reach.missed("no answer comes")
            raise Doubt(self._clock.now() + _LATER) from error
        self.reach.answered()
        data: dict[str, Any] = response.data
        return data

    async def look(self) -> None:
        """Ask whether Slack can be used; the answer is for `reach`."""
        with suppress(SlackSaidNo, Verdict):
            await self.call("auth.test")

    async def listed(self, method: str, key: str, **arguments: Any) -> AsyncIterator[Any]:
        """Go through everything that a paging method lists under `key`, page after page.

        Raises:
            SlackSaidNo, RetryAt, Doubt: as `call` does, at any page.
        """
        cursor = ""
        while True:
            page = await self.call(method, cursor=cursor, **arguments)
            for each in page.get(key, []):
                yield each
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _wait_as_told(self, method: str) -> None:
        until = self._not_before.get(method)
        if until is None:
            return
        if self._clock.now() < until:
            self.tally.count("calls", method, "spared")
            raise RetryAt(until, brake=method)
        del self._not_before[method]

    def _throttled(self, method: str, headers: Any) -> RetryAt:
        until = self._clock.now() + timedelta(seconds=retry_after(headers))
        self._not_before[method] = max(until, self._not_before.get(method, until))
        return RetryAt(self._not_before[method], brake=method)

    def _meaning(self, method: str, error: SlackApiError) -> Exception:
        response = error.response
        later = self._clock.now() + _LATER
        data = response.data if isinstance(response.data, dict) else {}
        reason = str(data.get("error") or "")
        if reason in _TOKEN:
            self.reach.refused(reason)
            return NoAccess(later, reason)
        throttled = response.status_code == THROTTLED or reason in {"ratelimited", "rate_limited"}
        if not throttled and (
            response.status_code >= _SERVER_ERROR or reason in _UNCERTAIN or not reason
        ):
            self.reach.missed(reason or f"it answers {response.status_code}")
            return Doubt(later)
        self.reach.answered()
        if throttled:
            return self._throttled(method, response.headers)
        return SlackSaidNo(method, reason, data)


def retry_after(headers: Any) -> int:
    """Return the seconds for which Slack asks to be left alone, by the headers of a 429."""
    raw = headers.get("Retry-After") or headers.get("retry-after") or ""
    value = raw[0] if isinstance(raw, list) else raw
    return int(value) if str(value).isdigit() else _NO_HEADER


def new_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a Web API client that never resends by itself and shares one session."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        retry_handlers=[],
        trust_env_in_session=False,
    )
