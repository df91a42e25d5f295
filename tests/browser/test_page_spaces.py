"""Several workspaces on one page: the switch, who one is there, drafts, badges, the inspector."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.simulator.space import Space
from tests.browser.screen import GENERAL, Screen

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def beta(screen: Screen) -> Space:
    return screen.simulator.open_workspace("Beta Works")


def tile(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_label("Workspaces").get_by_role("button", name=name)


async def test_the_switch_is_there_once_there_are_two(screen: Screen) -> None:
    await screen.goes_to()
    await expect(screen.page.get_by_label("Workspaces")).to_have_count(0)

    screen.simulator.open_workspace("Beta Works")

    await expect(tile(screen, "Pretend Inc")).to_have_attribute("aria-current", "true")
    await expect(tile(screen, "Beta Works")).to_have_text("BW")


async def test_one_goes_to_another_workspace_as_oneself_and_comes_back_to_where_one_was(
    screen: Screen, beta: Space, artefacts: Path
) -> None:
    page, head = screen.page, screen.page.locator(".room__head h1")
    await beta.person("bob").posts("general", "only in Beta")
    await screen.goes_to(as_="bob", at="C0RANDOM")
    await screen.composer.fill("half a thought")

    await tile(screen, "Beta Works").click()

    await expect(page.locator(".top__text strong")).to_have_text("Beta Works")
    await expect(head).to_have_text("general")
    await expect(screen.message("only in Beta")).to_be_visible()
    await expect(page.locator(".personas__who strong")).to_have_text("Bob Baker")
    await expect(screen.composer).to_have_value("")
    await screen.becomes("carol")
    await screen.types("hello from here")
    await expect(screen.message("hello from here")).to_be_visible()
    carol = beta.person("carol")
    assert "hello from here" in carol.sees("general")
    assert "hello from here" not in screen.simulator.person("carol").sees("general")
    await page.screenshot(path=artefacts / "spaces.png")

    await tile(screen, "Pretend Inc").click()

    await expect(head).to_have_text("random")
    await expect(page.locator(".personas__who strong")).to_have_text("Bob Baker")
    await expect(screen.composer).to_have_value("half a thought")
    await page.keyboard.press("Alt+Shift+Digit2")
    await expect(page.locator(".personas__who strong")).to_have_text("Carol Cruz")
    async with page.expect_event("load"):  # as the window itself knows its address by now
        await page.evaluate("location.reload()")
    await expect(page.locator(".top__text strong")).to_have_text("Beta Works")
    await expect(page.locator(".personas__who strong")).to_have_text("Carol Cruz")


async def test_what_waits_elsewhere_is_marked_and_read_there(screen: Screen, beta: Space) -> None:
    await screen.goes_to()
    bob = beta.person("bob")
    await bob.posts("general", "hello all")
    await expect(tile(screen, "Beta Works, unread")).to_be_visible()
    await bob.posts("general", "hello @ann")
    await expect(tile(screen, "Beta Works, 1 for you")).to_be_visible()

    await tile(screen, "Pretend Inc").focus()
    await screen.page.keyboard.press("ArrowDown")
    await screen.page.keyboard.press("Enter")

    await expect(screen.message("hello @ann")).to_be_visible()
    await expect(screen.page.locator(".rail__badge")).to_have_count(0)
    await screen.simulator.person("bob").posts("general", "and here")
    await expect(tile(screen, "Pretend Inc, unread")).to_be_visible()


async def test_when_nobody_is_left_in_a_workspace_the_page_goes_where_somebody_is(
    screen: Screen, beta: Space
) -> None:
    await screen.goes_to(as_="bob")
    await tile(screen, "Beta Works").click()
    await expect(screen.page.locator(".top__text strong")).to_have_text("Beta Works")

    for name in ("bob", "ann", "carol", "dan", "finn"):
        beta.deactivate(name)

    await expect(screen.page.locator(".top__text strong")).to_have_text("Pretend Inc")
    await expect(screen.page.locator(".personas__who strong")).to_have_text("Bob Baker")
    await tile(screen, "Beta Works").click()
    await expect(screen.page.locator(".messages")).to_contain_text("has joined the channel")
    await expect(screen.page.locator(".top__text strong")).to_have_text("Pretend Inc")


async def test_a_link_to_a_message_opens_its_workspace(screen: Screen, beta: Space) -> None:
    said = await beta.person("bob").posts("general", "look at this")
    link = beta.workspace.permalink(said)
    await screen.simulator.person("bob").posts("general", f"see {link}")
    await screen.goes_to()

    await screen.message("see http").get_by_role("link").click()

    await expect(screen.message("look at this")).to_be_visible()
    await expect(screen.page.locator(".top__text strong")).to_have_text("Beta Works")
    await screen.page.goto(link)
    await expect(screen.message("look at this")).to_be_visible()


async def test_where_the_app_is_not_people_talk_and_the_page_says_so(screen: Screen) -> None:
    gamma = screen.simulator.open_workspace("Gamma", installed=False)
    await screen.goes_to()
    await tile(screen, "Gamma").click()

    await expect(screen.page.locator(".side__state")).to_have_text(
        "Incident Bot is not installed here"
    )
    await expect(screen.page.locator(".entry", has_text="home")).to_have_count(0)
    await screen.types("anybody here?")
    await expect(screen.message("anybody here?")).to_be_visible()
    await screen.types("/ship it")
    await expect(screen.message("is not a valid command")).to_be_visible()

    gamma.install_app()

    await expect(screen.page.locator(".side__state")).to_have_text("Incident Bot is listening")
    await expect(screen.page.locator(".entry", has_text="home")).to_have_count(1)


async def test_the_inspector_names_the_workspace_and_shows_one_alone(
    screen: Screen, beta: Space
) -> None:
    page = screen.page
    await screen.goes_to()
    await page.keyboard.press("Alt+i")
    await screen.bot.client.team_info(token=beta.bot_token)
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="x")
    row = page.locator(".wire__row", has_text="team.info")
    await expect(row.locator(".wire__space")).to_have_text("Beta Works")
    await expect(page.locator(".wire__row", has_text="chat.postMessage")).to_be_visible()

    await page.get_by_role("combobox", name="Workspace").select_option("Beta Works")

    await expect(page.locator(".wire__row", has_text="chat.postMessage")).to_have_count(0)
    await expect(row).to_be_visible()
    await page.get_by_role("tab", name="Faults").click()
    await page.get_by_label("Of which method").fill("team.info")
    await page.get_by_label("In which workspace").select_option("Beta Works")
    await page.get_by_role("button", name="Order it").click()
    await expect(page.locator(".order__what")).to_have_text(
        "error team.info, in Beta Works, 1 times"
    )
    assert [each.workspace for each in screen.simulator.faults] == [beta.team_id]


async def test_on_a_narrow_screen_the_switch_is_in_the_drawer(
    screen: Screen, beta: Space, artefacts: Path
) -> None:
    page = screen.page
    await page.set_viewport_size({"width": 390, "height": 780})
    await screen.goes_to()
    await expect(tile(screen, "Beta Works")).not_to_be_visible()
    await beta.person("bob").posts("general", "hello all")
    await page.get_by_role("button", name="another workspace has news").click()
    await page.screenshot(path=artefacts / "spaces_narrow.png")
    await tile(screen, "Beta Works").click()
    await expect(page.locator(".top__text strong")).to_have_text("Beta Works")
    await expect(tile(screen, "Beta Works")).not_to_be_visible()
