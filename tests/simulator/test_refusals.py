"""Contract §1.5-§1.11: refusals that few bots meet, each in Slack's word."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import ANN, GENERAL, RANDOM, error_of

Call = Callable[[AsyncWebClient], Awaitable[object]]
MANY = [f"U{number:04}" for number in range(101)]
REFUSED: dict[str, Call] = {
    "cant_kick_from_general": lambda c: c.conversations_kick(channel=GENERAL, user=ANN),
    "cant_leave_general": lambda c: c.conversations_leave(channel=GENERAL),
    "users_list_not_supplied": lambda c: c.conversations_open(users=[]),
    "too_many_users": lambda c: c.conversations_open(users=MANY[:9]),
    "invalid_metadata_format": lambda c: c.api_call(
        "chat.postMessage", json={"channel": GENERAL, "text": "so", "metadata": "no json"}
    ),
    "team_not_found": lambda c: c.team_info(team="T0OTHER"),
}


@pytest.mark.parametrize("error", REFUSED)
async def test_a_refusal_has_the_name_that_slack_gives_it(
    sim: Simulator, client: AsyncWebClient, error: str
) -> None:
    """§1.6, §1.7, §1.5: the columns of the errors."""
    await sim.person("ann").invites("@app", "general")

    assert await error_of(REFUSED[error](client)) == error


async def test_an_invitation_is_for_a_hundred_at_the_most(client: AsyncWebClient) -> None:
    """§1.6 invite: "use ≤100"; the name of the error is assumed."""
    room = (await client.conversations_create(name="crowd"))["channel"]["id"]

    refusal = client.conversations_invite(channel=room, users=MANY)
    assert await error_of(refusal) == "too_many_users"


async def test_a_file_of_somebody_else_stays(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.11; the name of the error is assumed."""
    said = await sim.person("ann").posts("general", "", files=[("a.txt", b"a")])

    assert await error_of(client.files_delete(file=said.files[0])) == "cant_delete_file"


async def test_an_archived_channel_takes_neither_files_nor_bookmarks(
    sim: Simulator, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    """§1.9 `permission_denied`; §1.11 `posting_to_channel_denied`."""
    said = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    await session.post(said["upload_url"], data=b"a")
    await sim.person("ann").archives("random")

    share = client.files_completeUploadExternal(
        files=[{"id": said["file_id"], "title": "a"}], channel_id=RANDOM
    )
    assert await error_of(share) == "posting_to_channel_denied"
    link = client.bookmarks_add(channel_id=RANDOM, title="a", type="link", link="http://a.example")
    assert await error_of(link) == "permission_denied"
