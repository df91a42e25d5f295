"""The words that the simulator's tests are written in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.simulator import Simulator

GENERAL, RANDOM = "C0GENERAL", "C0RANDOM"
PING = 1
"""Seconds between looks at a socket; four without an answer, and the SDK takes another one."""
ANN, BOB, CAROL, DAN, EVE, FINN = "U0ANN", "U0BOB", "U0CAROL", "U0DAN", "U0EVE", "U0FINN"


@dataclass(kw_only=True)
class Bot:
    """A real Bolt app connected to the simulator, and the events it heard."""

    app: AsyncApp
    client: AsyncWebClient
    simulator: Simulator
    heard: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, body: dict[str, Any]) -> None:
        self.bodies.append(body)
        self.heard.append(body["event"])
        self.simulator.workspace.changed("heard")

    async def hears(self, kind: str, **keys: object) -> dict[str, Any]:
        """The first event of that type with these keys, once it has arrived."""

        def found() -> dict[str, Any] | None:
            return next(
                (
                    event
                    for event in self.heard
                    if event["type"] == kind
                    and all(event.get(key) == value for key, value in keys.items())
                ),
                None,
            )

        return await self.simulator.workspace.wait_for(found, what=f"{kind} {keys}")

    async def has_heard_all(self) -> None:
        """Return once everything that was sent has been acknowledged."""
        await self.simulator.workspace.wait_for(
            lambda: all(each.acknowledged_after is not None for each in self.simulator.deliveries)
        )


class Line:
    """A bare socket, which acknowledges only what it is told to."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def hears(self) -> dict[str, Any]:
        async with asyncio.timeout(30):
            heard: dict[str, Any] = await self.ws.receive_json()
            return heard

    async def acknowledges(self, envelope: dict[str, Any], payload: object = None) -> None:
        body = {"envelope_id": envelope["envelope_id"]}
        await self.ws.send_json(body if payload is None else {**body, "payload": payload})


Address = Callable[[], Awaitable[str]]
Connect = Callable[[], Awaitable[Line]]
Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


async def refused(call: Awaitable[object]) -> AsyncSlackResponse:
    """The answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response
    assert isinstance(answer, AsyncSlackResponse)
    return answer


async def error_of(call: Awaitable[object]) -> str:
    """The error that Slack refuses a call with."""
    return str((await refused(call))["error"])


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: object) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, **more: object) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), "action_id": label.lower(), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def entry(name: str, element: str = "plain_text_input", **more: object) -> dict[str, Any]:
    """An input block; what the element needs is given by `element_…` keys."""
    inner = {key.removeprefix("element_"): more.pop(key) for key in list(more)
             if key.startswith("element_")}  # fmt: skip
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name.title()),
        "element": {"type": element, "action_id": name, **inner},
        **more,
    }


def modal(*blocks: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }
