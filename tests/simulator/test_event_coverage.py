"""Contract §5.1, §5.3: every event comes, or the document says why it never does."""

import re
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.events import MESSAGE_NEEDS, NEEDS, NEVER
from bot.simulator.manifest import OTHER_EVENTS, read
from bot.simulator.people import Person
from tests.simulator.words import ANN, BOB, Bot

DOCUMENT = Path(__file__).parents[2] / "docs" / "simulator.md"
CONTRACT = """
app_mention reaction_added reaction_removed pin_added pin_removed member_joined_channel
member_left_channel channel_created channel_archive channel_unarchive channel_rename
channel_deleted channel_id_changed channel_left group_archive group_unarchive group_rename
group_deleted group_left user_change team_join user_profile_changed file_shared file_created
file_change file_deleted file_public link_shared subteam_created subteam_updated
subteam_members_changed app_home_opened tokens_revoked app_uninstalled app_rate_limited
function_executed message_metadata_posted message_metadata_updated message_metadata_deleted
"""
MEMBERS = {"member_joined_channel", "member_left_channel"}
EJECTED = {"group_unarchive"}  # archiving ejects the app, which then hears nothing of the room


@pytest.fixture
def ann(sim: Simulator) -> Person:
    return sim.person("ann")


def test_each_event_of_the_contract_is_sent_or_refused_on_purpose() -> None:
    """§5.1, §5.3."""
    sent = {*NEEDS, *OTHER_EVENTS, *MEMBERS}
    assert set(CONTRACT.split()) == sent | NEVER.keys()
    assert not sent & NEVER.keys()


def test_the_document_says_what_never_comes_and_why() -> None:
    """§5.1, §5.3."""
    text = re.sub(r"\s+", " ", DOCUMENT.read_text(encoding="utf-8"))
    for event, why in NEVER.items():
        assert f"`{event}`" in text, event
        assert why in text, event


def test_a_manifest_that_waits_for_them_is_told() -> None:
    """§5.1; §7.1 `bot_events`."""
    events = {"bot_events": ["function_executed", "app_rate_limited", "file_public"]}
    said = read({"settings": {"event_subscriptions": events}})
    assert said.notes == ("file_public never comes: it needs the scope files:read.",)
    (never,) = said.never
    assert never.startswith("function_executed comes from Slack, and never from the simulator; no")


async def test_every_event_comes(
    sim: Simulator, bot: Bot, client: AsyncWebClient, ann: Person
) -> None:
    """§5.1, §5.3."""
    sim.workspace.app.unfurl_domains = frozenset({"tea.example"})
    for room, private in (("open", False), ("shut", True)):
        await ann.makes(room, is_private=private)
        await ann.invites("@app", room)
        await ann.invites("bob", room)
        await ann.renames(room, f"{room}-now")
        said = await ann.posts(f"{room}-now", "@incident_bot https://tea.example/1")
        await ann.reacts("eyes", to=said)
        await ann.unreacts("eyes", to=said)
        await ann.pins(said)
        await ann.unpins(said)
        await sim.person("bob").leaves(f"{room}-now")
        await ann.posts(f"{room}-now", "", files=[("graph.png", b"PNG")])
        await ann.archives(f"{room}-now")
        await ann.unarchives(f"{room}-now")
        await ann.invites("@app", f"{room}-now")
        await ann.removes("@app", f"{room}-now")
    await ann.posts("@app", "hello")
    await ann.posts("@app @bob", "hello")
    await ann.opens_home()
    sim.hire("zoe", "Zoe Zimmer")
    sim.deactivate("zoe")
    group = (await client.usergroups_create(name="Tea"))["usergroup"]["id"]
    await client.usergroups_update(usergroup=group, description="Drinkers")
    await client.usergroups_users_update(usergroup=group, users=[ANN, BOB])
    plan = {"type": "markdown", "markdown": "Boil"}
    canvas = (await client.canvases_create(document_content=plan))["canvas_id"]
    change = {"operation": "insert_at_end", "document_content": plan}
    await client.canvases_edit(canvas_id=canvas, changes=[change])
    await client.canvases_delete(canvas_id=canvas)
    await client.auth_revoke()

    wanted = {*NEEDS, "app_mention", *MEMBERS, "message"} - EJECTED
    await sim.workspace.wait_for(lambda: wanted <= {each["type"] for each in bot.heard})
    heard = {each["channel_type"] for each in bot.heard if each["type"] == "message"}
    assert heard == MESSAGE_NEEDS.keys()
    of_files = [each for each in bot.heard if each["type"].startswith("file_")]
    assert all(each["file_id"].startswith("F") for each in of_files)


async def newest(client: AsyncWebClient) -> str:
    """The id of the file that was made last."""
    return str((await client.files_list())["files"][0]["id"])


async def test_files_are_heard_of_where_the_app_can_see_them(
    bot: Bot, client: AsyncWebClient, ann: Person
) -> None:
    """§5.1 "files:read"; §5.3 file_shared."""
    await client.conversations_join(channel="C0RANDOM")
    graph = [("graph.png", b"PNG")]
    said = await ann.posts("random", "see", files=graph)
    file_id = said.files[0]
    await ann.posts("@bob", "a secret", files=graph)
    await ann.posts("general", "not for the app", files=graph)
    await client.conversations_join(channel="C0GENERAL")
    both = ["C0GENERAL", "C0RANDOM"]
    await client.files_upload_v2(content="of two", filename="both.txt", channels=both)
    await bot.hears("file_shared", channel_id="C0RANDOM", user_id="U0BOT")
    await ann.makes("shut", is_private=True)
    await ann.invites("@app", "shut")
    kept = (await ann.posts("shut", "", files=graph)).files[0]
    await bot.hears("file_shared", file_id=kept)
    await client.files_upload_v2(content="mine", filename="own.txt")
    own = await bot.hears("file_created", file_id=await newest(client))
    await client.files_delete(file=own["file_id"])
    await bot.hears("file_deleted", file_id=own["file_id"])
    await bot.has_heard_all()

    heard = [each for each in bot.heard if each["type"].startswith("file_")]
    seen: dict[str, list[str]] = {}
    for each in sorted(heard, key=lambda event: str(event["event_ts"])):
        seen.setdefault(each["file_id"], []).append(each["type"].removeprefix("file_"))
    assert seen.pop(file_id) == ["created", "public", "shared"]
    assert seen.pop(kept) == ["created", "shared"]
    assert seen.pop(own["file_id"]) == ["created", "deleted"]
    assert list(seen.values()) == [["created", "public", "shared", "shared"]]  # in two channels
    created = next(each for each in heard if each["type"] == "file_created")
    assert (created["user_id"], created["file"]) == (ANN, {"id": file_id})
