"""Deliveries over HTTP as Slack, or somebody who would like to be Slack, sends them."""

import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.people import World, a_world

FORM = "application/x-www-form-urlencoded"


def signature(secret: str, body: bytes, at: object) -> dict[str, str]:
    """The headers with which Slack signs a body."""
    mark = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={mark}"}


@dataclass(frozen=True, kw_only=True)
class Door:
    """The bot's address for Slack, and what is needed to knock."""

    world: World
    session: aiohttp.ClientSession
    url: str

    @property
    def secret(self) -> str:
        """What the real Slack signs with."""
        return self.world.sim.signing_secret

    def signs(self, body: bytes, at: object = None) -> dict[str, str]:
        """The headers of the real Slack."""
        return signature(self.secret, body, int(time.time()) if at is None else at)

    async def takes(
        self, body: bytes, headers: Mapping[str, str], kind: str = FORM, method: str = "POST"
    ) -> int:
        """Send it, wait for what follows, and return the status."""
        headers = {"Content-Type": kind, **headers}
        data = io.BytesIO(body)
        async with self.session.request(method, self.url, data=data, headers=headers) as answer:
            await answer.read()
            status = answer.status
        await self.world.settles()
        return status

    def command(self, text: str, **more: str) -> bytes:
        """A slash command of Ann's; without `trigger_id` it has nothing to be known again by."""
        return urlencode(
            {
                "command": "/incident",
                "text": text,
                "user_id": self.world.ann.id,
                "team_id": self.world.sim.workspace.team.id,
                "channel_id": next(iter(self.world.sim.workspace.channels)),
                **more,
            }
        ).encode()

    def payload(self, **body: Any) -> bytes:
        """An interaction of Ann's."""
        person = {"id": self.world.ann.id, "team_id": self.world.sim.workspace.team.id}
        return urlencode({"payload": json.dumps({"user": person, **body})}).encode()


@asynccontextmanager
async def a_door(folder: Path) -> AsyncIterator[Door]:
    """A bot in HTTP mode, with INC-1 declared."""
    async with (
        a_world(folder, started=False) as world,
        aiohttp.ClientSession() as session,
    ):
        world.settings = {
            "SLACK_APP_TOKEN": None,
            "SLACK_SIGNING_SECRET": world.sim.signing_secret,
        }
        await world.launches()
        assert world.bot.web is not None
        url = f"http://127.0.0.1:{world.bot.web.port}/slack/events"
        world.sim.deliver_over_http(url)
        await world.ann.says("/incident declare checkout is down")
        yield Door(world=world, session=session, url=url)
