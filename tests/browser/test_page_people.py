"""Whom one meets on the page: in a mention, among the members, in the DM with the app."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.simulator.model import Channel
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def page(screen: Screen) -> Page:
    return screen.page


@pytest_asyncio.fixture(loop_scope="session")
async def deck(screen: Screen) -> Channel:
    """A channel with Ann, Bob and the app in it."""
    ann = screen.simulator.person("ann")
    room = await ann.makes("deck")
    for name in ("bob", "@app"):
        await ann.invites(name, "deck")
    return room


async def test_a_mention_is_completed_with_who_is_here_first(
    screen: Screen, page: Page, deck: Channel
) -> None:
    await screen.goes_to(at=deck.id)
    await screen.composer.press_sequentially("Ahoy @b")
    await expect(page.get_by_role("option").first).to_contain_text("bob")
    await page.keyboard.press("Tab")
    await expect(screen.composer).to_have_value("Ahoy @bob ")
    await screen.composer.press_sequentially("and @car")
    await expect(page.get_by_role("option", name="carol")).to_contain_text("not in this channel")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    said = screen.message("Ahoy @bob and @carol")
    await expect(said.locator(".mention")).to_have_text(["@bob", "@carol"])
    kept = [each.text.strip() for each in deck.messages.values()]
    assert "Ahoy <@U0BOB> and <@U0CAROL>" in kept


async def test_the_members_are_listed_and_the_bookmarks_lead_elsewhere(
    screen: Screen, page: Page, deck: Channel
) -> None:
    added = await screen.bot.client.bookmarks_add(
        channel_id=deck.id, title="Runbook", type="link", link="https://runbook.example/mast"
    )
    await screen.goes_to(as_="bob", at=deck.id)
    link = page.get_by_role("list", name="Bookmarks").get_by_role("link", name="Runbook")
    await expect(link).to_have_attribute("href", "https://runbook.example/mast")
    await page.get_by_role("button", name="3 members").click()
    listed = page.get_by_role("complementary", name="Members").get_by_role("listitem")
    await expect(listed).to_have_count(3)
    await expect(listed.filter(has_text="Ann Adler")).to_contain_text("Head of operations")
    await screen.simulator.person("ann").invites("carol", "deck")
    await expect(listed).to_have_count(4)
    bookmark = added["bookmark"]["id"]
    await screen.bot.client.bookmarks_remove(channel_id=deck.id, bookmark_id=bookmark)
    await expect(link).to_have_count(0)


async def test_the_app_writes_to_one_person_who_answers_it(screen: Screen, page: Page) -> None:
    await screen.goes_to()
    posted = await screen.bot.client.chat_postMessage(channel="U0ANN", text="Your ship is in")
    talks = page.get_by_role("region", name="Direct messages")
    await talks.get_by_role("button", name="1 unread").click()
    await expect(screen.message("Your ship is in")).to_be_visible()
    await screen.types("At last")
    await expect(screen.message("At last")).to_be_visible()
    await screen.simulator.workspace.wait_for(
        lambda: [
            each
            for each in screen.simulator.deliveries
            if each.payload.get("event", {}).get("text") == "At last"
            and each.payload["event"]["channel"] == posted["channel"]
        ],
        what="the answer at the app",
    )
    await screen.becomes("bob")
    await expect(page.locator(".personas__who")).to_contain_text("Bob Baker")
    await expect(screen.message("Your ship is in")).to_have_count(0)
