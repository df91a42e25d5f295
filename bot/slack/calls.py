"""One call to Slack's Web API, and what its failure means.

The SDK's own retries are off: it resends after a lost connection and so posts twice. Whether and
when to try again is the courier's decision; this module only says what is known after a failure.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.engine.carrying import CALL_LIMIT
from bot.engine.clockwork import Clock
from bot.engine.reach import Reach
from bot.engine.tally import Tally
from bot.engine.verdicts import Doubt, Misread, NoAccess, RetryAt, Verdict
from bot.following import step
from bot.slack.answers import legible, misread, refusal

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
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)
NO_OBJECT = (AttributeError, ValueError, RecursionError)
"""What the SDK stumbles with over an answer that is no JSON object."""

Page = Mapping[str, Any]
"""An answer that may be one of several."""


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

    async def call(self, method: str, *, apart: bool = False, **arguments: Any) -> dict[str, Any]:
        """Return Slack's answer; `apart` looks at each message of a history by itself.

        Raises:
            SlackSaidNo: an `ok: false` with a reason.
            NoAccess: Slack does not take the token.
            RetryAt: it certainly had no effect: throttled, or never connected. A method that
                Slack asked to leave alone is left alone by everybody, without a call.
            Doubt: it may have had its effect: answer lost, time-out, server error.
            Misread: it may have, and Slack's answer is not as its documents say.
        """
        self._wait_as_told(method)
        given = {name: value for name, value in arguments.items() if value is not None}
        started, came = time.perf_counter(), "unknown"
        try:
            with step("call", method=method):
                sent = await self._sent(method, given)
                data = self._read(method, legible(sent) if apart else sent)
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

    async def _sent(self, method: str, given: dict[str, Any]) -> Any:
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
        except NO_OBJECT as error:
            raise self._unreadable(method, type(error).__name__) from error
        self.reach.answered()
        return response.data

    def _read(self, method: str, data: Any) -> dict[str, Any]:
        """Return an answer that can be relied on.

        Raises:
            Misread: it cannot.
        """
        wrong = misread(method, data)
        if wrong:
            raise self._odd(method, wrong)
        answer: dict[str, Any] = data
        return answer

    def _unreadable(self, method: str, why: str) -> Misread:
        self.reach.missed("its answers cannot be read")
        return self._odd(method, why)

    def _odd(self, method: str, why: str) -> Misread:
        log.warning("answer.malformed", method=method, why=why)
        return Misread(self._clock.now() + _LATER, f"{method} is answered oddly: {why}")

    async def look(self) -> None:
        """Ask whether Slack can be used; the answer is for `reach`."""
        with suppress(SlackSaidNo, Verdict):
            await self.call("auth.test")

    async def listed(self, method: str, key: str, **arguments: Any) -> AsyncIterator[Any]:
        """Go through everything that a paging method lists under `key`, page after page.

        Raises:
            SlackSaidNo, RetryAt, Doubt: as `call` does, at any page.
        """
        async for page in self.pages(partial(self.call, method, **arguments)):
            for each in page[key]:
                yield each

    async def pages(self, ask: Callable[..., Awaitable[Page]]) -> AsyncIterator[Page]:
        """Go from page to page to the end; `ask` is given the `cursor` of each.

        Raises:
            Misread: a page leads back to one before.
        """
        cursor, gone_by = "", {""}
        while True:
            page = await ask(cursor=cursor)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
            if cursor in gone_by:
                raise Misread(self._clock.now() + _LATER, "its pages lead in a circle")
            gone_by.add(cursor)

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
        response, reason = error.response, reason_of(error)
        told = isinstance(response, AsyncSlackResponse)  # or it is aiohttp's: that was no JSON
        status = response.status_code if told else response.status
        later = self._clock.now() + _LATER
        if reason in _TOKEN:
            self.reach.refused(reason)
            return NoAccess(later, reason)
        if status == THROTTLED or reason in {"ratelimited", "rate_limited"}:
            self.reach.answered()
            return self._throttled(method, response.headers)
        if status >= _SERVER_ERROR or reason in _UNCERTAIN:
            self.reach.missed(reason or f"it answers {status}")
            return Doubt(later)
        if not reason:
            return self._unreadable(method, f"{status} without a word")
        self.reach.answered()
        return SlackSaidNo(method, reason, self._read(method, response.data))


def reason_of(error: SlackApiError) -> str:
    """Return Slack's word for why it refuses, "" where it gives none."""
    return refusal(getattr(error.response, "data", None))


def retry_after(headers: Any) -> int:
    """Return the seconds for which Slack asks to be left alone, by the headers of a 429."""
    raw = headers.get("Retry-After") or headers.get("retry-after") or ""
    value = str(raw[0] if isinstance(raw, list) else raw)
    return int(value) if _SECONDS.fullmatch(value) else _NO_HEADER


def new_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a Web API client that never resends by itself and shares one session."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        retry_handlers=[],
        trust_env_in_session=False,
    )
