"""Contract §1.4, §1.13: what a bot may search."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import GENERAL, error_of, refused


async def found(client: AsyncWebClient, query: str, **more: Any) -> list[str]:
    given = {"query": query, **more}
    answer = await client.api_call("assistant.search.context", json=given)
    return [each["content"] for each in answer["results"]["messages"]]


async def test_all_words_are_looked_for_the_newest_first(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.4 "search:read.public": public channels, whoever is in them."""
    ann = sim.person("ann")
    first = await ann.posts("general", "the Checkout is down")
    await ann.posts("random", "checkout: down, again!")
    await ann.posts("general", "down it is")

    both = ["checkout: down, again!", "the Checkout is down"]
    assert await found(client, "checkout down") == both
    assert await found(client, "DOWN", sort_dir="asc") == [
        "the Checkout is down",
        "checkout: down, again!",
        "down it is",
    ]
    assert await found(client, "up") == []
    await ann.edits(first, "the checkout is up")
    assert await found(client, "up") == ["the checkout is up"]
    assert await found(client, "checkout down") == ["checkout: down, again!"]
    await ann.deletes(first)
    assert await found(client, "up") == []


async def test_only_public_channels_and_bots_on_request(client: AsyncWebClient) -> None:
    """§1.13, §1.4 assistant.search.context."""
    room = (await client.conversations_create(name="closed", is_private=True))["channel"]["id"]
    await client.chat_postMessage(channel=room, text="secret word")
    await client.conversations_join(channel=GENERAL)
    await client.chat_postMessage(channel=GENERAL, text="a word by the app")

    assert await found(client, "word") == []
    assert await found(client, "word", include_bots=True) == ["a word by the app"]
    private = client.api_call("assistant.search.context", json={
        "query": "word", "channel_types": ["private_channel"]})  # fmt: skip
    assert (await refused(private))["needed"] == "search:read.private"


async def test_pages_hold_everything_once(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.1 "Pagination"."""
    ann = sim.person("ann")
    for number in range(7):
        await ann.posts("general" if number % 2 else "random", f"line {number}")
    seen: list[str] = []
    cursor = ""
    while True:
        given = {"query": "line", "limit": 3, "cursor": cursor}
        answer = await client.api_call("assistant.search.context", json=given)
        seen += [each["content"] for each in answer["results"]["messages"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break

    assert sorted(seen) == [f"line {number}" for number in range(7)]


async def test_what_cannot_be_searched(client: AsyncWebClient) -> None:
    """§1.13."""
    assert await error_of(found(client, " ")) == "missing_query"
    assert await error_of(found(client, "x" * 1001)) == "query_too_long"
    assert await error_of(found(client, "x", cursor="bmV4dDox")) == "invalid_cursor"
