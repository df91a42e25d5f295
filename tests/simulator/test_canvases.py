"""Contract §1.12: canvases."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.words import ANN, GENERAL, error_of

PLAN: dict[str, str] = {"type": "markdown", "markdown": "# Plan\nRestart it\n\n## Then\n\n- wait"}


def words(text: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": text}


@pytest.fixture
async def canvas(client: AsyncWebClient) -> str:
    return str((await client.canvases_create(title="Plan", document_content=PLAN))["canvas_id"])


async def found(client: AsyncWebClient, canvas: str, **criteria: Any) -> list[str]:
    answer = await client.canvases_sections_lookup(canvas_id=canvas, criteria=criteria)
    return [each["id"] for each in answer["sections"]]


async def test_a_canvas_is_edited_by_its_sections(
    sim: Simulator, client: AsyncWebClient, canvas: str
) -> None:
    """§1.12 edit operations, sections.lookup."""
    [heading] = await found(client, canvas, section_types=["h2"])
    assert len(await found(client, canvas, section_types=["any_header"])) == 2
    [step] = await found(client, canvas, contains_text="restart")

    async def edit(operation: str, section: str | None = None, text: str | None = None) -> None:
        change: dict[str, Any] = {"operation": operation}
        if section is not None:
            change["section_id"] = section
        if text is not None:
            change["document_content"] = words(text)
        await client.canvases_edit(canvas_id=canvas, changes=[change])

    await edit("insert_before", heading, "in between")
    await edit("insert_after", heading, "right after")
    await edit("insert_at_start", text="first")
    await edit("insert_at_end", text="last")
    await edit("replace", step, "Roll back")
    await edit("delete", heading)

    written = [each.markdown for each in sim.workspace.canvases[canvas].sections]
    assert written == [
        "first",
        "# Plan",
        "Roll back",
        "in between",
        "right after",
        "- wait",
        "last",
    ]
    await edit("replace", text="all new")
    assert sim.workspace.canvases[canvas].markdown == "all new"
    assert await error_of(edit("delete", heading)) == "canvas_editing_failed"
    assert await error_of(edit("paint", text="x")) == "canvas_editing_failed"


async def test_a_channel_has_one_canvas_of_its_own(client: AsyncWebClient) -> None:
    """§1.12 conversations.canvases.create; §1.6 `properties{canvas}`."""
    room = (await client.conversations_create(name="room"))["channel"]["id"]
    made = await client.conversations_canvases_create(channel_id=room, document_content=PLAN)

    again = client.conversations_canvases_create(channel_id=room, document_content=PLAN)
    assert await error_of(again) == "channel_canvas_already_exists"
    info = await client.conversations_info(channel=room)
    assert info["channel"]["properties"]["canvas"]["file_id"] == made["canvas_id"]
    outside = client.conversations_canvases_create(channel_id=GENERAL, document_content=PLAN)
    assert await error_of(outside) == "not_in_channel"

    await client.canvases_delete(canvas_id=made["canvas_id"])
    await client.conversations_canvases_create(channel_id=room, document_content=PLAN)
    gone = client.canvases_edit(canvas_id=made["canvas_id"], changes=[])
    assert await error_of(gone) == "canvas_not_found"
    looked = client.canvases_sections_lookup(
        canvas_id=made["canvas_id"], criteria={"section_types": ["h1"]}
    )
    assert await error_of(looked) == "canvas_deleted"


async def test_access_is_given_to_channels_or_to_people(
    client: AsyncWebClient, canvas: str
) -> None:
    """§1.12 access.set, access.delete; a canvas is a file (§0)."""
    await client.canvases_access_set(canvas_id=canvas, access_level="read", channel_ids=[GENERAL])
    shown = (await client.files_info(file=canvas))["file"]
    assert (shown["title"], shown["channels"]) == ("Plan", [GENERAL])
    await client.canvases_access_delete(canvas_id=canvas, channel_ids=[GENERAL])
    assert (await client.files_info(file=canvas))["file"]["channels"] == []

    async def error(**given: Any) -> str:
        return await error_of(client.canvases_access_set(canvas_id=canvas, **given))

    assert await error(access_level="read") == "invalid_parameters"
    both = {"channel_ids": [GENERAL], "user_ids": [ANN]}
    assert await error(access_level="read", **both) == "invalid_parameters"
    assert await error(access_level="read", channel_ids=["C0"]) == "channel_not_found"
    assert await error(access_level="read", user_ids=["U0"]) == "user_not_found"
    assert await error(access_level="sing", user_ids=[ANN]) == "invalid_arguments"
    nowhere = client.canvases_edit(canvas_id="F0", changes=[])
    assert await error_of(nowhere) == "canvas_not_found"


async def test_what_a_canvas_is_not_made_of(client: AsyncWebClient, canvas: str) -> None:
    """§1.12: the errors of canvases."""
    html = client.canvases_create(document_content={"type": "html", "html": "<p>"})
    assert await error_of(html) == "invalid_arguments"
    none = client.canvases_edit(canvas_id=canvas, changes=[])
    assert await error_of(none) == "invalid_arguments"
    nothing = client.canvases_sections_lookup(canvas_id=canvas, criteria={})
    assert await error_of(nothing) == "invalid_arguments"
