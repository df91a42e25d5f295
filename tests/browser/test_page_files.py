"""Files on the page: attached to messages, shown, given to forms; and the rarer kinds of input."""

import io
import struct
import zlib

import aiohttp
import pytest
from playwright.async_api import FilePayload, Locator, expect

from bot.simulator.page.uploads import LARGEST
from tests.browser.screen import GENERAL, Screen

pytestmark = pytest.mark.browser


def picture() -> bytes:
    """A small red square as a PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xd0\x30\x30" * 8) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


LOG: FilePayload = {"name": "boot.log", "mimeType": "text/plain", "buffer": b"mast: <b>up</b>"}
PICTURE: FilePayload = {"name": "red.png", "mimeType": "image/png", "buffer": picture()}


@pytest.fixture
def attaching(screen: Screen) -> Locator:
    """The composer's choice of files."""
    return screen.page.get_by_label("Attach files")


async def test_files_are_attached_to_a_message_and_seen_by_the_app_and_by_others(
    screen: Screen, attaching: Locator
) -> None:
    await screen.goes_to()
    await attaching.set_input_files([LOG, PICTURE])
    chosen = screen.page.get_by_role("list", name="Chosen files")
    await expect(chosen.get_by_role("listitem")).to_have_text(["boot.log", "red.png"])
    await screen.types("Look at these")
    said = screen.message("Look at these")
    await expect(chosen).to_have_count(0)
    await screen.becomes("bob")
    await expect(said).to_contain_text("mast: <b>up</b>")
    drawn = said.get_by_role("img", name="red.png")
    await expect(drawn).to_have_js_property("naturalWidth", 8)
    room = screen.simulator.workspace.channels[GENERAL]
    shared = [screen.simulator.workspace.files[each] for each in room.messages[room.top[-1]].files]
    assert [each.content for each in shared] == [LOG["buffer"], PICTURE["buffer"]]
    assert len(screen.simulator.workspace.files) == 2
    names = [each.name for each in screen.simulator.deliveries]
    assert names.count("file_shared") == 2


async def test_a_file_is_sent_without_words_and_one_thought_better_of_is_not(
    screen: Screen, attaching: Locator
) -> None:
    await screen.goes_to()
    await attaching.set_input_files([LOG, PICTURE])
    await screen.page.get_by_role("button", name="Do not send red.png").click()
    await screen.page.get_by_role("button", name="Send", exact=True).click()
    await expect(screen.message("boot.log")).to_have_count(1)
    await expect(screen.message("red.png")).to_have_count(0)


async def test_a_file_that_slack_would_not_take_is_refused_in_a_sentence(
    screen: Screen, attaching: Locator
) -> None:
    await screen.goes_to()
    empty: FilePayload = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    async with screen.refused():
        await attaching.set_input_files(empty)
    await expect(screen.page.locator(".notice--bad")).to_contain_text("The file is empty")
    async with aiohttp.ClientSession() as session:
        address = f"{screen.simulator.url}/page/files/x.txt"
        for query, headers, status in (
            ("?as=U0EVE", {}, 403),
            ("", {}, 403),
            ("?as=U0ANN", {"Origin": "https://elsewhere.example"}, 403),
        ):
            answer = await session.post(f"{address}{query}", data=b"x", headers=headers)
            assert answer.status == status
        answer = await session.post(f"{address}?as=U0ANN", data=io.BytesIO(bytes(LARGEST + 1)))
        assert answer.status == 413


async def test_a_file_that_calls_itself_a_picture_is_not_drawn(
    screen: Screen, attaching: Locator
) -> None:
    await screen.goes_to()
    script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'/>"
    hostile: FilePayload = {"name": "face.png", "mimeType": "image/png", "buffer": script}
    await attaching.set_input_files(hostile)
    await screen.types("My face")
    await expect(screen.message("My face")).to_contain_text("face.png")
    assert await screen.page.locator("#app img").count() == 0
    kept = next(iter(screen.simulator.workspace.files.values()))
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{screen.simulator.url}/page/files/{kept.id}/face.png")
        assert answer.content_type == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_the_rarer_kinds_of_input_arrive_as_slack_sends_them(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship rare")
    modal = screen.modal
    await modal.get_by_label("Mail").fill("no mail")
    await modal.get_by_label("Site").fill("ark")
    await modal.get_by_label("Crew").fill("41")
    await modal.get_by_label("Story").fill("Sailed with @bob, see https://example.com/log")
    await modal.get_by_label("Letters").set_input_files([LOG, PICTURE])
    await expect(modal.get_by_text("boot.log")).to_be_visible()
    await screen.chooses("Room", "general")
    await screen.chooses("Post", "random")
    await modal.get_by_label("Mates").click()
    for name in ("bob", "carol", "dan"):  # the third is one too many
        await screen.page.get_by_role("option", name=name).click()
    await screen.page.get_by_role("button", name="Done").click()
    await screen.chooses("Port", "Oslo")
    await modal.get_by_label("Harbours").click()
    await screen.looks_for("b", "Bergen", "Bremen")
    await screen.page.get_by_role("option", name="Bergen").click()
    await screen.page.get_by_role("button", name="Done").click()
    await modal.get_by_role("button", name="Send", exact=True).click()
    await expect(modal.get_by_role("alert")).to_have_text(
        [
            "Please enter a valid email address.",
            "Please enter a valid URL.",
            "Please enter 40 or less.",
        ]
    )
    await modal.get_by_label("Mail").fill("ann@example.com")
    await modal.get_by_label("Site").fill("https://example.com/")
    await modal.get_by_label("Crew").fill("7")
    await modal.get_by_role("button", name="Send", exact=True).click()
    await expect(modal).to_have_count(0)
    held = {name: next(iter(of.values())) for name, of in screen.bot.submitted[0].items()}
    assert held["crew"]["value"] == "7"
    story = held["story"]["rich_text_value"]["elements"][0]["elements"]
    assert [each["type"] for each in story] == ["text", "user", "text", "link"]
    assert [each["name"] for each in held["letters"]["files"]] == ["boot.log", "red.png"]
    assert held["letters"]["files"][0]["url_private"].startswith(screen.simulator.url)
    assert held["room"]["selected_conversation"] == GENERAL
    assert held["post"]["selected_channel"] == "C0RANDOM"
    assert held["mates"]["selected_users"] == ["U0BOB", "U0CAROL"]
    assert held["port"]["selected_option"]["value"] == "o"
    assert [each["value"] for each in held["harbours"]["selected_options"]] == ["Bergen"]
    assert held["halls"]["selected_conversations"] == []
    assert held["ready"]["selected_option"] is None
