"""Direct messages between people on the page, with the mouse and with the keyboard alone."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def page(screen: Screen) -> Page:
    return screen.page


async def test_somebody_is_chosen_and_answers(screen: Screen, page: Page) -> None:
    await screen.goes_to()
    await page.get_by_role("button", name="Write to somebody").click()
    await page.get_by_role("option", name="Bob").click()
    await page.get_by_role("button", name="Write to bob").click()
    await expect(screen.composer).to_be_focused()
    await expect(page.get_by_text("hears nothing of it, except a command")).to_be_visible()
    talks = page.get_by_role("region", name="Direct messages")
    await expect(talks.get_by_role("button", name="bob")).to_have_attribute("aria-current", "page")
    await screen.becomes("bob")
    await expect(talks.get_by_role("button", name="ann")).to_have_count(0)  # nothing was said yet
    await screen.simulator.person("ann").posts("@bob", "Is the mast all right?")
    await talks.get_by_role("button", name="ann, 1 unread").click()
    await expect(screen.message("Is the mast all right?")).to_be_visible()
    await screen.types("/ship hello")
    await expect(screen.message("you said: hello")).to_be_visible()
    screen.simulator.deactivate("ann")
    await expect(page.get_by_text("ann is deactivated. What was written can be")).to_be_visible()


async def test_a_group_is_opened_without_a_mouse(screen: Screen, page: Page) -> None:
    await screen.goes_to()
    await page.keyboard.press("Control+Shift+K")
    field = page.get_by_role("combobox", name="Whom to write to")
    await expect(field).to_be_focused()
    for name in ("bo", "car"):
        await page.keyboard.type(name)
        await page.keyboard.press("Enter")
        await expect(field).to_have_value("")
    await expect(page.get_by_role("option", name="Carol", selected=True)).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="bob, carol").first).to_be_visible()
    await expect(screen.composer).to_be_focused()
    await page.keyboard.type("Just the three of us")
    await page.keyboard.press("Enter")
    await expect(screen.message("Just the three of us")).to_be_visible()
    assert "Just the three of us" in screen.simulator.person("carol").sees("@ann @bob")
