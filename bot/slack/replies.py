"""Answering through a response_url: absolute, without a token, best effort."""

from typing import Any

import aiohttp

from bot.engine.verdicts import Doubt, GiveUp
from bot.slack.desk import Desk

_OK = 300


async def respond(desk: Desk, url: str, message: dict[str, Any]) -> None:
    """Post a message to a response_url.

    Raises:
        GiveUp: Slack does not take it any more (five uses, thirty minutes); concerns nobody.
        Doubt: it cannot be told whether it arrived.
    """
    session = desk.calls.client.session
    if session is None:
        raise GiveUp("There is no connection to answer through.", quiet=True)
    try:
        async with session.post(url, json=message, timeout=aiohttp.ClientTimeout(8)) as response:
            if response.status >= _OK:
                raise GiveUp(f"response_url answered {response.status}", quiet=True)
    except (TimeoutError, aiohttp.ClientError) as error:
        raise Doubt(desk.clock.now()) from error
