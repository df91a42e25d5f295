"""Channels and threads with very many messages: the page holds a stretch of them."""

import pytest
from playwright.async_api import Locator, expect

from bot.simulator.page.window import MOST as HELD
from bot.simulator.workspace import Message
from tests.browser.screen import GENERAL, Screen

pytestmark = pytest.mark.browser

MANY = 10_000
IN_SIGHT = """box => {
    const top = box.getBoundingClientRect().top;
    const rows = [...box.querySelectorAll("[data-key]")];
    const row = rows.find((each) => each.getBoundingClientRect().top >= top);
    return [row.dataset.ts, Math.round(row.getBoundingClientRect().top - top)];
}"""


def fill(screen: Screen, *, thread: Message | None = None) -> None:
    """Put very many messages into the channel, or into a thread."""
    workspace = screen.simulator.workspace
    room = workspace.channels[GENERAL]
    for number in range(MANY):
        said = Message(
            channel=GENERAL,
            ts=workspace.mint_ts(room),
            user="U0BOB" if number % 3 else "U0CAROL",
            text=f"Entry {number}.",
            thread_ts=thread.ts if thread else None,
        )
        room.store(said)


@pytest.fixture
def log(screen: Screen) -> Locator:
    """The list of messages."""
    return screen.page.locator("[data-scroll=room]")


async def test_ten_thousand_messages_are_read_backwards_and_forwards_in_pages(
    screen: Screen, log: Locator
) -> None:
    fill(screen)
    await screen.goes_to()
    await expect(screen.message("Entry 9999.")).to_be_in_viewport()
    rows = log.locator("[data-key]")
    for _ in range(8):
        first = await rows.first.get_attribute("data-ts")
        await log.evaluate("box => { box.scrollTop = 0 }")
        await expect(rows.first).not_to_have_attribute("data-ts", str(first))
        assert await rows.count() <= HELD
    await expect(screen.message("Entry 9999.")).to_have_count(0)
    for _ in range(3):
        last = await rows.last.get_attribute("data-ts")
        await log.evaluate("box => { box.scrollTop = box.scrollHeight }")
        await expect(rows.last).not_to_have_attribute("data-ts", str(last))
        assert await rows.count() <= HELD
    await screen.page.get_by_role("button", name="Newest").click()
    await expect(screen.message("Entry 9999.")).to_be_in_viewport()
    await log.focus()
    await screen.page.keyboard.press("Home")
    await expect(screen.message("Entry 0.")).to_be_in_viewport()
    await expect(log).to_contain_text("The start of #general")


async def test_a_tall_window_is_filled_without_a_scroll(screen: Screen, log: Locator) -> None:
    fill(screen)
    await screen.page.set_viewport_size({"width": 1280, "height": 1900})
    await screen.goes_to()
    await expect(screen.message("Entry 9999.")).to_be_in_viewport()
    await expect(log.get_by_text("Earlier messages…")).not_to_be_in_viewport()


async def test_what_is_being_read_stays_where_it_is_while_others_write(
    screen: Screen, log: Locator
) -> None:
    fill(screen)
    await screen.goes_to()
    await expect(screen.message("Entry 9999.")).to_be_in_viewport()
    await log.evaluate("box => { box.scrollTop -= 600 }")
    await expect(screen.page.get_by_role("button", name="Newest")).to_be_visible()
    await screen.page.get_by_role("button", name="+5 min").click()
    await expect(screen.page.locator(".clock__now")).to_have_text("13:05")  # the server heard of it
    before = await log.evaluate(IN_SIGHT)
    bob = screen.simulator.person("bob")
    for number in range(HELD):
        await bob.posts("#general", f"Later {number}.")
    await screen.simulator.person("bob").posts("#random", "all is said")
    row = screen.page.locator("[data-entry=C0RANDOM]")
    await expect(row).to_have_accessible_name("random, 1 unread")
    assert await log.evaluate(IN_SIGHT) == before
    await screen.types("I am back")
    await expect(screen.message("I am back")).to_be_in_viewport()


async def test_a_link_leads_into_the_middle_of_a_long_channel_and_of_a_long_thread(
    screen: Screen,
) -> None:
    parent = await screen.simulator.person("ann").posts("#general", "Speak here")
    fill(screen, thread=parent)
    fill(screen)
    workspace = screen.simulator.workspace
    room = workspace.channels[GENERAL]
    middle = room.messages[room.top[5_000]]
    await screen.page.goto(workspace.permalink(middle))
    target = screen.page.locator(".message--target")
    await expect(target).to_be_in_viewport()
    await expect(target).to_contain_text(middle.text)
    reply = room.messages[parent.replies[5_000]]
    await screen.bot.client.chat_postMessage(
        channel=GENERAL, text=f"See <{workspace.permalink(reply)}|this reply>"
    )
    await screen.page.get_by_role("button", name="Newest").click()
    await screen.page.get_by_role("link", name="this reply").click()
    thread = screen.page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(".message--target")).to_contain_text(reply.text)
    await expect(thread.locator(".message--target")).to_be_in_viewport()
    await expect(thread.locator(".message").first).to_contain_text("Speak here")
    assert await thread.locator(".message").count() <= HELD + 1
    rows = thread.locator("[data-key]")
    for _ in range(3):
        first = await rows.nth(1).get_attribute("data-ts")
        await thread.get_by_role("log").evaluate("box => { box.scrollTop = 0 }")
        await expect(rows.nth(1)).not_to_have_attribute("data-ts", str(first))
