"""The page without a mouse."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.screen import GENERAL, Screen

pytestmark = pytest.mark.browser

RING = "getComputedStyle(document.activeElement).outlineStyle"


@pytest.fixture
def page(screen: Screen) -> Page:
    return screen.page


async def presses(page: Page, *keys: str) -> None:
    """Press one after another."""
    for key in keys:
        await page.keyboard.press(key)


async def tabs_to(page: Page, wanted: Locator, *, most: int = 12) -> None:
    """Press Tab until it has the keyboard."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{most} times Tab did not lead to {wanted}")


async def test_a_form_is_opened_filled_corrected_and_sent(screen: Screen, page: Page) -> None:
    await screen.goes_to()
    await presses(page, "F6", "F6", "F6")  # people, messages, the box to write in
    await expect(screen.composer).to_be_focused()
    await page.keyboard.type("/ship form")
    await presses(page, "Escape", "Enter")
    await expect(screen.modal.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type("Ark")
    await presses(page, "Tab", "ArrowDown")
    await presses(page, "ArrowDown", "Enter")  # the second colour
    await tabs_to(page, screen.modal.get_by_label("Small"))
    await presses(page, "Space")
    await presses(page, "Enter")
    name = screen.modal.get_by_label("Name", exact=True)
    await expect(screen.modal.get_by_role("alert")).to_have_text("That is too short for a ship.")
    await expect(name).to_be_focused()
    await presses(page, "End")
    await page.keyboard.type("adia")
    await presses(page, "Enter")
    await expect(screen.message("Arkadia sails, sent by @ann")).to_be_visible()
    await expect(screen.composer).to_be_focused()
    assert screen.bot.submitted[0]["colour"]["colour"]["selected_option"]["value"] == "blue"


async def test_tab_stops_once_among_the_messages_and_goes_on_inside_one(
    screen: Screen, page: Page
) -> None:
    await screen.simulator.person("bob").posts("#general", "The mast is broken, @carol")
    await screen.goes_to()
    await screen.types("/ship card")
    card = screen.message("A ship")
    await expect(card).to_be_visible()
    await presses(page, "Shift+F6")
    await expect(card).to_be_focused()
    assert await page.evaluate(RING) == "solid"
    rows = page.locator(".messages [data-key]")
    assert await rows.and_(page.locator("[tabindex='0']")).count() == 1
    others = rows.and_(page.locator("[tabindex='-1']"))
    assert await others.locator(":is(a, button, input):not([tabindex='-1'])").count() == 0
    await tabs_to(page, page.get_by_role("button", name="Take the helm"))
    await presses(page, "Enter")
    await expect(page.get_by_text("@ann is the captain.")).to_be_visible()
    await card.focus()
    await presses(page, "ArrowUp")
    said = screen.message("The mast is broken")
    await expect(said).to_be_focused()
    await presses(page, "r")
    await page.keyboard.type("rocket")
    await presses(page, "Enter")
    await expect(said.get_by_role("button", name="rocket, 1")).to_be_visible()
    await expect(said).to_be_focused()
    await presses(page, "p")
    await expect(said).to_contain_text("Pinned by ann")
    await presses(page, "t")
    answer = page.get_by_label("Reply in the thread")
    await answer.focus()
    await page.keyboard.type("I see")
    await presses(page, "Enter")
    await expect(said.get_by_role("button", name="1 reply")).to_be_visible()
    await presses(page, "Escape")
    await expect(answer).to_have_count(0)


async def test_ones_last_words_are_changed_with_an_arrow_and_deleted_with_a_key(
    screen: Screen, page: Page
) -> None:
    await screen.goes_to()
    await screen.types("Wind from the north")
    await expect(screen.message("Wind from the north")).to_be_visible()
    await presses(page, "ArrowUp")
    await expect(page.get_by_label("Edit message")).to_be_focused()
    await page.keyboard.type("-east")
    await presses(page, "Enter")
    said = screen.message("Wind from the north-east")
    await expect(said).to_contain_text("(edited)")
    await said.focus()
    await presses(page, "Delete")
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    await presses(page, "Enter")
    await expect(said).to_have_count(0)


async def test_one_goes_to_other_channels_and_becomes_other_people(
    screen: Screen, page: Page
) -> None:
    await screen.goes_to()
    heading = page.get_by_role("heading", level=1)
    await presses(page, "Alt+ArrowDown")
    await expect(heading).to_have_text("random")
    await presses(page, "Control+k")
    await page.keyboard.type("gener")
    await presses(page, "Tab", "Enter")
    await expect(heading).to_have_text("general")
    await presses(page, "Alt+2")
    await expect(page.get_by_role("radio", name="bob")).to_be_checked()
    await page.get_by_role("radio", name="bob").focus()
    await presses(page, "ArrowRight")
    await expect(page.get_by_role("radio", name="carol")).to_be_checked()
    await expect(page.get_by_role("radio", name="carol")).to_be_focused()
    await page.locator(f"[data-entry={GENERAL}]").focus()
    await presses(page, "ArrowDown", "Enter")
    await expect(heading).to_have_text("random")
    await presses(page, "?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Alt + I")
    await presses(page, "Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
