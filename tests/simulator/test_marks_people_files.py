"""Contract §1.9–§1.11: reactions, pins, bookmarks, users, user groups and files."""

from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.process import Reactions
from bot.simulator import Simulator
from bot.simulator.emoji import is_known
from bot.simulator.errors import WrongOrder
from tests.simulator.words import ANN, BOB, CAROL, EVE, GENERAL, Bot, error_of


@pytest.fixture
async def room(client: AsyncWebClient) -> str:
    return str((await client.conversations_create(name="room"))["channel"]["id"])


@pytest.fixture
async def card(client: AsyncWebClient, room: str) -> str:
    return str((await client.chat_postMessage(channel=room, text="card"))["ts"])


# -- §1.9 --------------------------------------------------------------------------------------


async def test_a_reaction_tells_when_it_is_there_already(
    client: AsyncWebClient, room: str, card: str
) -> None:
    """§1.9 reactions; §1.3 telling errors."""
    await client.reactions_add(channel=room, timestamp=card, name="memo")

    again = client.reactions_add(channel=room, timestamp=card, name="memo")
    assert await error_of(again) == "already_reacted"
    message = (await client.reactions_get(channel=room, timestamp=card))["message"]
    assert message["reactions"] == [{"name": "memo", "users": ["U0BOT"], "count": 1}]
    await client.reactions_remove(channel=room, timestamp=card, name="memo")
    again = client.reactions_remove(channel=room, timestamp=card, name="memo")
    assert await error_of(again) == "no_reaction"


async def test_of_many_who_reacted_alike_some_are_named(
    sim: Simulator, client: AsyncWebClient, room: str, card: str
) -> None:
    """§1.9 reactions.get: "`users` may be shorter than `count` unless `full`"."""
    crowd = [f"U{number:09d}" for number in range(60)]
    sim.workspace.channels[room].messages[card].reactions["eyes"] = crowd

    [eyes] = (await client.reactions_get(channel=room, timestamp=card))["message"]["reactions"]
    assert (eyes["users"], eyes["count"]) == (crowd[:50], 60)
    full = await client.reactions_get(channel=room, timestamp=card, full=True)
    [eyes] = full["message"]["reactions"]
    assert (eyes["users"], eyes["count"]) == (crowd, 60)


@pytest.mark.parametrize(
    ("timestamp", "error"),
    [
        ("1.000000", "message_not_found"),
        ("soon", "bad_timestamp"),
        ("", "no_item_specified"),
    ],
)
async def test_what_cannot_be_reacted_to(
    client: AsyncWebClient, room: str, timestamp: str, error: str
) -> None:
    """§1.9 reactions.add errors."""
    call = client.reactions_add(channel=room, timestamp=timestamp, name="memo")

    assert await error_of(call) == error


@pytest.mark.parametrize("method", ["add", "remove", "get"])
async def test_a_reaction_is_to_a_message_of_some_channel(
    client: AsyncWebClient, method: str
) -> None:
    """§1.9: neither `channel` nor `timestamp`."""
    call = client.api_call(f"reactions.{method}", json={"name": "memo"})

    assert await error_of(call) == "no_item_specified"


@pytest.mark.parametrize(
    "name",
    ["no such!", "facepalm", ":memo:", "memo:", "Memo", "memo::skin-tone-9", "🎉"],
)
async def test_a_reaction_is_an_emoji_of_slack(
    client: AsyncWebClient, room: str, card: str, name: str
) -> None:
    """§1.9 reactions.add: `name` without colons, else `invalid_name`."""
    odd = client.reactions_add(channel=room, timestamp=card, name=name)
    assert await error_of(odd) == "invalid_name"
    odd = client.bookmarks_add(
        channel_id=room, title="x", type="link", link="https://x.example", emoji=f":x{name}:"
    )
    assert await error_of(odd) == "invalid_emoji"


async def test_what_may_be_reacted_with(
    sim: Simulator, client: AsyncWebClient, room: str, card: str
) -> None:
    """§1.9 skin tones; §1.5 emoji.list: the workspace's own emoji are good as well."""
    for name in ("thumbsup::skin-tone-3", "ramen", "+1", "flag-de", "clock1230", "e-mail", "jigsaw",
                 "female-judge", "man-woman-girl-boy"):  # fmt: skip
        await client.reactions_add(channel=room, timestamp=card, name=name)
    odd = client.reactions_add(channel=room, timestamp=card, name="party_parrot")
    assert await error_of(odd) == "invalid_name"
    sim.add_emoji("party_parrot")
    assert list((await client.emoji_list())["emoji"]) == ["party_parrot"]
    await client.reactions_add(channel=room, timestamp=card, name="party_parrot")
    with pytest.raises(WrongOrder, match="without colons"):
        sim.add_emoji(":parrot:")


def test_what_muster_reacts_with_is_an_emoji_of_slack() -> None:
    """§1.9: the names of the process when nobody chose others."""
    marks = Reactions()
    assert all(is_known(each) for each in (marks.timeline, marks.followup, marks.confirmed))


async def test_pins(client: AsyncWebClient, room: str, card: str) -> None:
    """§1.9 pins."""
    await client.pins_add(channel=room, timestamp=card)

    [item] = (await client.pins_list(channel=room))["items"]
    assert (item["created_by"], item["message"]["ts"]) == ("U0BOT", card)
    assert item["message"]["permalink"]
    again = client.pins_add(channel=room, timestamp=card)
    assert await error_of(again) == "already_pinned"
    await client.pins_remove(channel=room, timestamp=card)
    assert await error_of(client.pins_remove(channel=room, timestamp=card)) == "no_pin"
    outside = client.pins_add(channel=GENERAL, timestamp=card)
    assert await error_of(outside) == "not_in_channel"


async def test_bookmarks(client: AsyncWebClient, room: str) -> None:
    """§1.9 bookmarks."""
    added = await client.bookmarks_add(
        channel_id=room, title="INC-1", type="link", link="https://x.example/1"
    )
    kept = added["bookmark"]["id"]
    await client.bookmarks_edit(channel_id=room, bookmark_id=kept, title="INC-1 review")

    [bookmark] = (await client.bookmarks_list(channel_id=room))["bookmarks"]
    assert (bookmark["title"], bookmark["link"]) == ("INC-1 review", "https://x.example/1")
    odd = client.bookmarks_add(channel_id=room, title="x", type="link", link="ftp://x")
    assert await error_of(odd) == "invalid_link"
    await client.bookmarks_remove(channel_id=room, bookmark_id=kept)
    gone = client.bookmarks_remove(channel_id=room, bookmark_id=kept)
    assert await error_of(gone) == "not_found"


# -- §1.10 ---------------------------------------------------------------------------------------


async def test_a_person_with_zone_and_role(client: AsyncWebClient) -> None:
    """§1.10 users.info."""
    ann = (await client.users_info(user=ANN))["user"]
    carol = (await client.users_info(user=CAROL))["user"]

    assert (ann["tz"], ann["tz_offset"], ann["is_admin"]) == ("Europe/Berlin", 3600, True)
    assert (carol["tz"], carol["tz_offset"]) == ("America/New_York", -18_000)
    assert ann["profile"]["display_name"] == "ann"
    assert await error_of(client.users_info(user="U9")) == "user_not_found"


async def test_addresses_need_their_own_scope(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.4 users:read.email."""
    found = await client.users_lookupByEmail(email="bob@pretend.example")
    assert found["user"]["id"] == BOB
    missing = client.users_lookupByEmail(email="nobody@pretend.example")
    assert await error_of(missing) == "users_not_found"

    sim.workspace.app.scopes -= {"users:read.email"}
    user = (await client.users_info(user=BOB))["user"]
    assert "email" not in user["profile"]


async def test_many_people_are_listed_in_pages_only(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.10 users.list: "no limit → Slack tries everything, may say `limit_required`"."""
    ann = sim.person("ann").user
    crowd = {f"UX{number}": replace(ann, id=f"UX{number}") for number in range(1000)}
    sim.workspace.users.update(crowd)

    assert await error_of(client.users_list()) == "limit_required"
    page = await client.users_list(limit=200)
    assert (len(page["members"]), bool(page["response_metadata"]["next_cursor"])) == (200, True)


async def test_deactivated_people_are_still_listed(client: AsyncWebClient) -> None:
    """§1.10 "Deactivated"."""
    members = {each["id"]: each for each in (await client.users_list())["members"]}

    assert members[EVE]["deleted"]
    assert members["U0DAN"]["is_restricted"]
    assert (await client.users_getPresence(user=EVE))["presence"] == "away"


@pytest.mark.usefixtures("sim")
async def test_user_groups(bot: Bot) -> None:
    """§1.10 usergroups; §5.3 subteam_members_changed."""
    client = bot.client
    [group] = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["handle"], group["users"]) == ("oncall", [BOB, CAROL])

    await client.usergroups_users_update(usergroup=group["id"], users=[ANN, BOB])
    event = await bot.hears("subteam_members_changed")
    assert (event["added_users"], event["removed_users"]) == ([ANN], [CAROL])
    listed = await client.usergroups_users_list(usergroup=group["id"])
    assert listed["users"] == [ANN, BOB]
    unknown = client.usergroups_users_list(usergroup="S9")
    assert await error_of(unknown) == "no_such_subteam"
    taken = client.usergroups_create(name="On call")
    assert await error_of(taken) == "name_already_exists"
    made = await client.usergroups_create(name="Database", handle="db")
    assert made["usergroup"]["user_count"] == 0


async def test_the_workspace_and_the_bot(client: AsyncWebClient) -> None:
    """§1.5 team.info, bots.info."""
    assert (await client.team_info())["team"]["domain"] == "pretend"
    assert (await client.team_info(domain="pretend"))["team"]["domain"] == "pretend"
    assert await error_of(client.team_info(domain="other")) == "team_not_found"
    assert (await client.bots_info(bot="B0BOT"))["bot"]["user_id"] == "U0BOT"
    assert await error_of(client.bots_info(bot="B9")) == "bot_not_found"


# -- §1.11 ---------------------------------------------------------------------------------------


async def test_a_file_goes_up_in_three_steps_and_is_shared_later(
    sim: Simulator, client: AsyncWebClient, session: aiohttp.ClientSession, room: str
) -> None:
    """§1.11."""
    answer = await client.files_upload_v2(
        channel=room, filename="review.md", content="# Review", title="Review", initial_comment="hi"
    )
    file_id = answer["file"]["id"]
    assert answer["file"]["shares"] == {}

    await sim.workspace.wait_for(lambda: sim.workspace.files[file_id].shares)
    info = (await client.files_info(file=file_id))["file"]

    assert (info["title"], info["filetype"], info["size"]) == ("Review", "md", 8)
    [share] = info["shares"]["public"][room]
    [message] = (await client.conversations_history(channel=room))["messages"]
    assert (message["ts"], message["text"]) == (share["ts"], "hi")
    async with session.get(info["url_private"]) as anonymous:
        assert anonymous.content_type == "text/html"
    for scheme in ("Bearer", "bearer"):
        headers = {"Authorization": f"{scheme} {sim.bot_token}"}
        async with session.get(info["url_private"], headers=headers) as own:
            assert await own.text() == "# Review"


async def test_the_upload_address_needs_no_token_and_counts_the_bytes(
    client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    """§1.11 step 2."""
    started = await client.files_getUploadURLExternal(filename="a.txt", length=5)

    async with session.post(started["upload_url"], data=b"hello") as answer:
        assert await answer.text() == "OK - 5"
    async with session.post(started["upload_url"] + "x", data=b"hello") as answer:
        assert answer.status == 404
    await client.files_completeUploadExternal(files=[{"id": started["file_id"], "title": "a"}])
    async with session.post(started["upload_url"], data=b"others") as late:
        assert late.status == 404
    assert (await client.files_info(file=started["file_id"]))["file"]["size"] == len("hello")


async def test_a_file_is_completed_once_and_where_the_app_is(
    client: AsyncWebClient, session: aiohttp.ClientSession, room: str
) -> None:
    """§1.11 step 3 errors."""
    started = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    files = [{"id": started["file_id"], "title": "A"}]
    early = client.files_completeUploadExternal(files=files)
    assert await error_of(early) == "file_not_found"
    await session.post(started["upload_url"], data=b"hello")

    outside = client.files_completeUploadExternal(files=files, channel_id=GENERAL)
    assert await error_of(outside) == "not_in_channel"
    await client.files_completeUploadExternal(files=files, channel_id=room)
    again = client.files_completeUploadExternal(files=files, channel_id=room)
    assert await error_of(again) == "file_not_found"
    empty = client.files_getUploadURLExternal(filename="a.txt", length=0)
    assert await error_of(empty) == "missing_argument"
