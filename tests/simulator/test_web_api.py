"""Contract §1.1: transport, tokens, scopes and the envelope of answers."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from tests.simulator.words import GENERAL, error_of, refused


async def test_auth_test_tells_whose_token_it_is(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.5 auth.test."""
    answer = await client.auth_test()

    assert answer["user_id"] == "U0BOT"
    assert answer["bot_id"] == "B0BOT"
    assert answer["url"] == sim.url + "/"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_api_test_repeats_what_it_is_told(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.1: arguments arrive, errors too; no token is needed, and none is repeated."""
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    answer = await refused(client.api_test(error="my_error", foo="bar"))
    assert answer["error"] == "my_error"
    assert answer["args"] == {"error": "my_error", "foo": "bar"}

    client.token = None
    told = await client.api_call("api.test", data={"token": sim.bot_token, "foo": "é"})
    assert told["args"] == {"foo": "é"}


async def test_an_unknown_method_says_so(client: AsyncWebClient) -> None:
    """§1.1 "Unknown method"."""
    answer = await refused(client.api_call("no.such"))

    assert answer["error"] == "unknown_method"
    assert answer["req_method"] == "no.such"
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(
    sim: Simulator, client: AsyncWebClient, token: str, error: str
) -> None:
    """§1.1 common errors."""
    client.token = sim.app_token if token == "xapp" else token

    assert await error_of(client.auth_test()) == error


async def test_a_token_in_the_query_string_does_not_count(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§1.1 "never in the query string"."""
    async with session.get(sim.api_url + "auth.test", params={"token": sim.bot_token}) as answer:
        assert (await answer.json())["error"] == "not_authed"


async def test_a_missing_scope_names_what_is_needed_and_what_there_is(clock: Clock) -> None:
    """§1.1 "Scope missing"; §1.4."""
    simulator = Simulator(clock=clock, manifest_scopes={"chat:write", "commands"})
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=simulator.bot_token, base_url=simulator.api_url, session=session
        )
        answer = await refused(client.conversations_list())
    await simulator.stop()

    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "channels:read"
    assert answer["provided"] == "chat:write,commands"


async def test_missing_arguments_are_listed(client: AsyncWebClient) -> None:
    """§1.1 "Bad args"."""
    answer = await refused(client.api_call("users.info"))

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


BLOCKS = [{"type": "divider"}]


@pytest.mark.parametrize("style", ["json", "form", "query", "multipart"])
async def test_arguments_come_in_every_style(
    sim: Simulator, session: aiohttp.ClientSession, style: str
) -> None:
    """§1.1: nested arguments are JSON strings, or objects in a JSON body."""
    flat = {"channel": GENERAL, "text": "hello", "blocks": json.dumps(BLOCKS)}
    multipart = aiohttp.FormData()
    for key, value in flat.items():
        multipart.add_field(key, value, content_type="text/plain")
    styles: dict[str, dict[str, Any]] = {
        "json": {"json": {**flat, "blocks": BLOCKS}},
        "form": {"data": flat},
        "query": {"params": flat},
        "multipart": {"data": multipart},
    }
    headers = {"Authorization": f"Bearer {sim.bot_token}"}

    async with session.post(
        sim.api_url + "chat.postMessage", headers=headers, **styles[style]
    ) as answer:
        body = await answer.json()

    assert body["message"]["text"] == "hello"
    assert body["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
async def test_a_body_that_is_no_json_object_is_refused(
    sim: Simulator, session: aiohttp.ClientSession, body: bytes, error: str
) -> None:
    """§1.1 common errors."""
    headers = {
        "Authorization": f"Bearer {sim.bot_token}",
        "Content-Type": "application/json; charset=utf-8",
    }
    async with session.post(sim.api_url + "auth.test", headers=headers, data=body) as answer:
        assert (await answer.json())["error"] == error


async def test_an_unexpected_team_id_is_ignored(client: AsyncWebClient) -> None:
    """§1.1: Bolt adds `team_id` to every call."""
    answer = await client.api_call("auth.test", params={"team_id": "T0ELSEWHERE"})

    assert answer["team_id"] == "T0PRETEND"


async def test_lists_come_in_pages_that_hold_everything_once(client: AsyncWebClient) -> None:
    """§1.1 "Pagination"."""
    pages = [
        [user["id"] for user in page["members"]] async for page in await client.users_list(limit=3)
    ]

    everybody = [user for page in pages for user in page]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert len(everybody) == len(set(everybody))


async def test_a_made_up_cursor_is_refused(client: AsyncWebClient) -> None:
    """§1.6 `invalid_cursor`."""
    assert await error_of(client.conversations_list(cursor="nonsense")) == "invalid_cursor"


async def test_faces_are_drawn_here(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.10 `image_…`: no request leaves the machine."""
    image = (await client.users_info(user="U0ANN"))["user"]["profile"]["image_72"]
    assert image.startswith(sim.url)

    async with aiohttp.ClientSession() as session, session.get(image) as answer:
        assert answer.content_type == "image/svg+xml"
        assert ">A</text>" in await answer.text()


async def test_calls_are_recorded_without_the_token(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.1: the token."""
    await client.users_info(user="U0ANN")
    await error_of(client.users_info(user="U0NOBODY"))

    assert [(call.method, call.error) for call in sim.calls] == [
        ("users.info", ""),
        ("users.info", "user_not_found"),
    ]
    assert sim.bot_token not in repr(sim.calls)
