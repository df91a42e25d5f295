"""Signed delivery over HTTP (contract §4): events as JSON, commands and interactions as forms."""

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
from datetime import datetime

import aiohttp

from bot.simulator import arguments
from bot.simulator.errors import SlackError
from bot.simulator.ground import Ground
from bot.simulator.model import Json
from bot.simulator.record import Attempt, Delivery
from bot.simulator.transport import Answer

RETRY_AFTER = (0.0, 60.0, 300.0)
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
SUCCESS = range(200, 300)
VERIFY_DEADLINE = 3.0
MOST_REDIRECTS = 2
LONGEST_ANSWER = 2**20
LONGEST_SAID = 500
"""Characters of a wrong answer that the record keeps."""
CONNECTION_FAILED = Answer(outcome="unreachable", reason="connection_failed")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Posts to the app's request URL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._session: aiohttp.ClientSession | None = None
        self.retries: tuple[float, ...] = RETRY_AFTER
        self.silent_since: datetime | None = None
        """When the app's address first could not be reached, by the workspace's clock."""

    def retry_after(self) -> tuple[float, ...]:
        return self.retries

    async def reachable(self, within: float) -> None:
        await asyncio.sleep(within)

    async def send(self, delivery: Delivery, attempt: Attempt, deadline: float) -> Answer:
        """Post once; any 2xx within the deadline is an acknowledgement."""
        if attempt.cut == "before":
            return CONNECTION_FAILED
        content_type, body = _encode(delivery)
        headers = {"Content-Type": content_type}
        if attempt.number:
            headers["X-Slack-Retry-Num"] = str(attempt.number)
            headers["X-Slack-Retry-Reason"] = attempt.reason
        try:
            async with asyncio.timeout(deadline):
                status, said, stop = await self._post(headers, body)
        except TimeoutError:
            return Answer(outcome="timeout", reason="http_timeout")
        except aiohttp.ClientError as fault:
            if self.silent_since is None:
                self._reached(self._ground.clock.now())
            return Answer(outcome="unreachable", reason=_reason(fault))
        if attempt.cut:
            return CONNECTION_FAILED
        if status in SUCCESS:
            return Answer(outcome="acknowledged", body=_decode(said), status=status)
        return Answer(
            outcome="failed",
            reason="http_error",
            stop=stop,
            status=status,
            said=said[:LONGEST_SAID],
        )

    def _reached(self, silent_since: datetime | None) -> None:
        self.silent_since = silent_since
        self._ground.changed("socket")

    async def verify(self) -> bool:
        """Send the `url_verification` challenge to the app's URL."""
        challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
        body = json.dumps(
            {
                "token": self._ground.app.verification_token,
                "challenge": challenge,
                "type": "url_verification",
            }
        ).encode()
        try:
            async with asyncio.timeout(VERIFY_DEADLINE):
                status, text, _ = await self._post({"Content-Type": "application/json"}, body)
        except (TimeoutError, aiohttp.ClientError):
            return False
        return status in SUCCESS and challenge in _challenges(text)

    async def _post(self, headers: dict[str, str], body: bytes) -> tuple[int, str, bool]:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        app = self._ground.app
        timestamp = str(int(time.time()))
        signed = {
            **headers,
            "User-Agent": USER_AGENT,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(app.signing_secret, timestamp, body),
        }
        url = app.request_url or ""
        async with self._session.post(
            url, data=body, headers=signed, max_redirects=MOST_REDIRECTS + 1
        ) as response:
            said = await response.content.read(LONGEST_ANSWER)
            while len(said) < LONGEST_ANSWER and not response.content.at_eof():
                said += await response.content.read(LONGEST_ANSWER - len(said))
            if self.silent_since is not None:
                self._reached(None)
            stop = response.headers.get("x-slack-no-retry") == "1"
            return response.status, said.decode(errors="replace"), stop

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _reason(fault: aiohttp.ClientError) -> str:
    """How the next attempt's header words it."""
    if isinstance(fault, aiohttp.TooManyRedirects):
        return "too_many_redirects"
    if isinstance(fault, (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch)):
        return "ssl_error"
    known = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)
    return "connection_failed" if isinstance(fault, known) else "unknown_error"


def _encode(delivery: Delivery) -> tuple[str, bytes]:
    if delivery.kind == "events_api":
        return "application/json", json.dumps(delivery.payload).encode()
    fields = delivery.payload
    if delivery.kind == "interactive":
        fields = {"payload": json.dumps(delivery.payload)}
    return "application/x-www-form-urlencoded", urllib.parse.urlencode(fields).encode()


def _challenges(text: str) -> list[str]:
    """The challenge as the answer repeats it: in plain text, a form or JSON (§4.3)."""
    answer = _decode(text) or {}
    form = urllib.parse.parse_qs(text.strip()).get("challenge", [])
    return [str(answer.get("challenge", answer.get("text", ""))).strip(), *form]


def _decode(text: str) -> Json | None:
    """An answer's body: JSON as it is, plain text as a message's text, nothing as nothing."""
    if not text.strip():
        return None
    try:
        body = arguments.parse(text)
    except SlackError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}
