"""Bad input: whatever is kept in memory has an end, and the record says when it is reached."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.deeds import files, messages
from tests.simulator.words import ANN, GENERAL


async def test_what_one_person_sees_is_kept_up_to_a_number(
    sim: Simulator, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_EPHEMERALS", 3)
    await sim.person("ann").invites("@app", "general")
    for number in range(5):
        await client.chat_postEphemeral(channel=GENERAL, user=ANN, text=f"whisper {number}")

    assert [each.text for each in sim.workspace.ephemerals] == [
        "whisper 2", "whisper 3", "whisper 4",
    ]  # fmt: skip
    assert "whisper 1" not in sim.person("ann").sees("general")


async def test_files_take_so_much_room_together(
    sim: Simulator,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "MOST_HELD", 10)
    given = [await client.files_getUploadURLExternal(filename="a.txt", length=6) for _ in range(2)]

    answers = [await session.post(each["upload_url"], data=b"sixsix") for each in given]
    assert [each.status for each in answers] == [200, 507]
    assert any("delete some" in each.text for each in sim.backstage.record.notes)
    await client.files_delete(file=given[0]["file_id"])
    again = await session.post(given[1]["upload_url"], data=b"sixsix")
    assert again.status == 200
