"""Answers through a response_url: best effort, without the token, to Slack's addresses alone."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.engine.verdicts import Doubt, GiveUp, RetryAt
from bot.slack.calls import THROTTLED, retry_after
from bot.slack.desk import Desk

log = structlog.get_logger(__name__)

_OK = 300
_PATIENCE = 30.0
"""Seconds after which an answer had better come in another way."""
_LATER = timedelta(seconds=2)
_SLACKS = frozenset({"slack.com", "www.slack.com", "slack-gov.com"})


def is_slacks(url: str, api_url: str) -> bool:
    """Say whether an address is where Slack takes answers: its hooks, or the server of its API."""
    try:
        there, home = urlsplit(url), urlsplit(api_url)
        port = there.port
    except ValueError:
        return False
    if (there.scheme, there.netloc) == (home.scheme, home.netloc):
        return True
    hooks = f"hooks.{(home.hostname or '').removeprefix('www.')}"
    return (
        home.hostname in _SLACKS
        and there.scheme == "https"
        and there.netloc.lower() in {hooks, f"{hooks}:443"}
        and port in {None, 443}
    )


async def respond(desk: Desk, url: str, message: dict[str, Any]) -> None:
    """Post a message to a response_url.

    Raises:
        GiveUp: Slack does not take it any more (five uses, thirty minutes), or the address is not
            Slack's; concerns nobody.
        RetryAt: it certainly did not arrive: Slack asks to wait, or could not be connected to. That
            counts as none of the five uses.
        Doubt: it cannot be told whether it arrived.
    """
    session = desk.calls.client.session
    if session is None:
        raise GiveUp("There is no connection to answer through.", quiet=True)
    if not is_slacks(url, desk.calls.client.base_url):
        log.warning("reply.not_to_slack")
        raise GiveUp("The address to answer at is not Slack's.", quiet=True)
    limit = aiohttp.ClientTimeout(desk.calls.limit)
    try:
        async with session.post(
            url, json=message, timeout=limit, allow_redirects=False
        ) as response:
            if response.status == THROTTLED:
                raise RetryAt(desk.clock.now() + timedelta(seconds=retry_after(response.headers)))
            if response.status >= _OK:
                raise GiveUp(f"response_url answered {response.status}", quiet=True)
    except aiohttp.ClientConnectorError as error:
        raise RetryAt(desk.clock.now() + _LATER) from error
    except (TimeoutError, aiohttp.ClientError) as error:
        raise Doubt(desk.clock.now()) from error


async def insist(desk: Desk, url: str, message: dict[str, Any]) -> None:
    """Post a message to a response_url, waiting as Slack asks for as long as a person waits.

    Raises:
        GiveUp, Doubt: as `respond` does; or Slack asks for more patience than a person has.
        CancelledError: the process stops.
    """
    patience = _PATIENCE
    while True:
        try:
            return await respond(desk, url, message)
        except RetryAt as verdict:
            wait = (verdict.at - desk.clock.now()).total_seconds()
        patience -= wait
        if patience < 0:
            raise GiveUp(f"response_url is to be left alone for {wait:.0f} s", quiet=True)
        await desk.errands.pause(wait)
