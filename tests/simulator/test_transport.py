"""Contract §1.1: whatever bytes arrive, Slack's answer goes back and the next call is served."""

import asyncio
import io
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import GENERAL, error_of, section

MEGABYTE = 2**20
FORM = "application/x-www-form-urlencoded"


async def answer_to(
    sim: Simulator,
    session: aiohttp.ClientSession,
    body: bytes,
    *,
    kind: str | None = "application/json; charset=utf-8",
    method: str = "chat.postMessage",
    query: str = "",
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {sim.bot_token}"}
    skip = () if kind else ("Content-Type",)
    if kind:
        headers["Content-Type"] = kind
    async with session.post(
        sim.api_url + method + query, headers=headers, data=io.BytesIO(body), skip_auto_headers=skip
    ) as answer:
        assert answer.status == 200
        found: dict[str, Any] = await answer.json()
        return found


def posting(**more: object) -> bytes:
    return json.dumps({"channel": GENERAL, "text": "x", **more}).encode()


DEEP = b'{"channel":"C0GENERAL","text":"x","metadata":' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (posting(text="x" * (10 * MEGABYTE)), ""),
        (posting(blocks=[section("x" * (10 * MEGABYTE))]), "invalid_blocks"),
        (posting(blocks=[section("x")] * 20_000), "invalid_blocks"),
        (posting(junk="x" * (17 * MEGABYTE)), "request_timeout"),
        (b"[" * MEGABYTE, "invalid_json"),
        (DEEP, "invalid_json"),
        (b'{"channel":"C0GENERAL","text":NaN}', "invalid_json"),
        (b'{"channel":"C0GENERAL","text":1e999}', "invalid_json"),
        (b"\xff\xfe\x00", "invalid_json"),
        (b'{"channel":"C0GENERAL","text":"\\ud800"}', ""),
    ],
)
async def test_a_body_of_any_size_and_shape(
    sim: Simulator, session: aiohttp.ClientSession, body: bytes, error: str
) -> None:
    """§1.1."""
    answer = await answer_to(sim, session, body)

    assert answer.get("error", "") == error
    assert (await answer_to(sim, session, posting()))["ok"] is True
    everybody = sim.person("ann").sees("general")
    assert len(everybody) < 100_000


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"channel=x", None, "missing_post_type"),
        (b"<xml/>", "application/xml", "invalid_post_type"),
        (b"channel=\xff", f"{FORM}; charset=klingon", "invalid_charset"),
        (b"channel[]=x", FORM, "invalid_array_arg"),
        (b"a%20b=x", FORM, "invalid_arg_name"),
        (b"=x", FORM, "invalid_arg_name"),
        (b"no boundary", "multipart/form-data", "invalid_form_data"),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", "invalid_form_data"),
    ],
)
async def test_a_body_that_cannot_be_read(
    sim: Simulator, session: aiohttp.ClientSession, body: bytes, kind: str | None, error: str
) -> None:
    """§1.1 common errors."""
    assert (await answer_to(sim, session, body, kind=kind))["error"] == error
    assert sim.calls[-1].error == error


async def test_json_without_a_charset_is_warned_of(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§1.1 `missing_charset`."""
    answer = await answer_to(sim, session, b"{}", kind="application/json", method="auth.test")

    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"] == {"warnings": ["missing_charset"]}


async def test_a_token_goes_into_the_header_or_a_form(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§1.1 "JSON needs Authorization: Bearer"."""
    token = {"token": sim.bot_token}
    async with session.post(sim.api_url + "auth.test", data=token) as answer:
        assert (await answer.json())["ok"] is True
    async with session.post(sim.api_url + "auth.test", json=token) as answer:
        assert (await answer.json())["error"] == "not_authed"


async def test_a_client_that_goes_away_in_the_middle_harms_nobody(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.1."""
    host, port = sim.url.removeprefix("http://").split(":")
    head = f"POST /api/auth.test HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999\r\n"
    for body in ("\r\n", "Content-Type: application/json\r\n\r\n{", "Transfer-Encoding: x\r\n\r\n"):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    await client.auth_test()


async def test_other_addresses_take_any_body_too(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§1.11, §4.5, §7.2."""
    ann, room = sim.workspace.users["U0ANN"], sim.workspace.channels[GENERAL]
    address = sim.backstage.response_urls.mint("commands", ann, room)
    for body in (b"[" * MEGABYTE, b"{", b"\xff", b"7", b'{"text": ' + b"[" * 99_999, b"{}"):
        async with session.post(address, data=io.BytesIO(body)) as answer:
            assert answer.status == 400
    long = posting(text="x" * (10 * MEGABYTE))
    async with session.post(address, data=io.BytesIO(long)) as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
    async with session.post(f"{sim.url}/upload/v1/F0-x", data=b"x") as answer:
        assert answer.status == 404


async def test_the_sdk_without_asyncio_is_served_the_same(sim: Simulator) -> None:
    """§1.1, with the synchronous WebClient: query, form, JSON, upload, pages, errors."""

    def story() -> str:
        client = WebClient(token=sim.bot_token, base_url=sim.api_url)
        room = client.conversations_create(name="sync")["channel"]["id"]
        client.conversations_setTopic(channel=room, topic="SEV1")
        client.chat_postMessage(channel=room, text="card", blocks=[section("card")])
        shared = client.files_upload_v2(channel=room, filename="a.txt", content="words")
        pages = [each["id"] for page in client.users_list(limit=2) for each in page["members"]]
        assert len(pages) == len(set(pages)) == len(sim.workspace.users)
        return str(shared["file"]["id"])

    kept = sim.workspace.files[await asyncio.to_thread(story)]
    await sim.workspace.wait_for(lambda: kept.shares)
    assert kept.content == b"words"


async def test_a_method_of_a_class_that_is_not_there(client: AsyncWebClient) -> None:
    """§1.1 unknown_method: also without a token, also with odd names."""
    for name in ("x", "chat.postMessage.x", "admin.users.list", "%20"):
        assert await error_of(client.api_call(name)) == "unknown_method"
