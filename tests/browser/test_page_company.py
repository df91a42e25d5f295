"""One page among others: the same person twice, somebody who goes, what each has begun to write."""

import re

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.screen import GENERAL, Screen
from tests.browser.small_bot import Json, button, card

pytestmark = pytest.mark.browser

UNHEARD: Json = {"type": "actions", "elements": [button("Nobody answers", "deaf")]}


async def test_the_same_person_on_two_pages_has_one_form(
    screen: Screen, profile: BrowserContext
) -> None:
    await screen.goes_to()
    other = await profile.new_page()
    await other.goto(f"{screen.simulator.url}/#as=U0ANN&at={GENERAL}")
    await screen.page.bring_to_front()  # a window behind is drawn seldom, and does little
    await screen.types("/ship form")
    there = other.get_by_role("dialog", name="Send a ship")
    await expect(there).to_be_visible()
    await screen.modal.get_by_label("Name", exact=True).fill("Nina")
    await other.bring_to_front()
    await there.get_by_label("Name", exact=True).fill("Argo")
    await other.get_by_role("button", name="Close the form").click()
    await expect(screen.modal).to_have_count(0)
    await other.close()


async def test_somebody_who_is_deactivated_meanwhile_gives_way_to_somebody_else(
    screen: Screen,
) -> None:
    await screen.goes_to(as_="carol")
    await screen.composer.fill("I was just about to")
    screen.simulator.deactivate("carol")
    await expect(screen.page.get_by_role("radio", name="carol")).to_have_count(0)
    await expect(screen.page.get_by_role("radio", checked=True)).to_have_accessible_name("ann")
    await expect(screen.composer).to_have_value("")
    await screen.types("Carol has left")
    await expect(screen.message("Carol has left")).to_contain_text("ann")


async def test_what_was_begun_stays_with_its_place_and_its_writer(screen: Screen) -> None:
    said = await screen.simulator.person("bob").posts("#general", "Who steers?")
    await screen.goes_to()
    await screen.composer.fill("Half a thought")
    await screen.message("Who steers?").hover()
    await screen.page.get_by_role("button", name="Reply in a thread").click()
    reply = screen.page.get_by_label("Reply in the thread")
    await reply.fill("Perhaps I")
    await screen.page.get_by_role("button", name="random", exact=True).click()
    await expect(screen.composer).to_have_value("")
    await screen.composer.fill("Something else")
    await screen.becomes("bob")
    await expect(screen.page.get_by_role("radio", checked=True)).to_have_accessible_name("bob")
    await expect(screen.composer).to_have_value("")
    await screen.goes_to()
    await screen.becomes("ann")
    await screen.page.get_by_role("button", name="random", exact=True).click()
    await expect(screen.composer).to_have_value("Something else")
    await screen.page.get_by_role("button", name="general", exact=True).click()
    await expect(screen.composer).to_have_value("Half a thought")
    await screen.page.evaluate(f"location.hash = '#as=U0ANN&at={GENERAL}&thread={said.ts}'")
    await expect(reply).to_have_value("Perhaps I")
    await screen.composer.press("Enter")
    await expect(screen.message("Half a thought")).to_be_visible()
    await screen.page.get_by_role("button", name="random", exact=True).click()
    await screen.page.get_by_role("button", name="general", exact=True).click()
    await expect(screen.composer).to_have_value("")


async def test_what_went_wrong_is_said_in_passing(screen: Screen) -> None:
    """At most three such words at a time; each goes by itself, or when it is put away."""
    screen.simulator.ack_deadline = 0.05
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="x", blocks=[UNHEARD])
    await screen.goes_to()
    said = screen.page.locator(".notices[role=status] .notice")
    await screen.message("Nobody answers").hover()
    await screen.page.get_by_role("button", name="More actions").click()
    await screen.page.get_by_role("menuitem", name="Copy link").click()
    await expect(said).to_contain_text(re.compile("Link copied|/archives/"))
    for number in (2, 3, 3):
        await screen.page.get_by_role("button", name="Nobody answers").click()
        await expect(said).to_have_count(number)
        await expect(said.last).to_contain_text("taking too long to respond")
    await expect(said).to_have_text([re.compile("taking too long to respond")] * 3)
    await said.first.get_by_role("button", name="Dismiss").click()
    await expect(said).to_have_count(2)
    await screen.page.evaluate("passing.forEach((run) => run())")
    await expect(said).to_have_count(0)


async def test_what_is_pressed_stays_below_the_mouse_while_others_write(screen: Screen) -> None:
    bob = screen.simulator.person("bob")
    for number in range(20):
        await bob.posts("#general", f"Before {number}.")
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="A ship", blocks=card())
    await screen.goes_to()
    await screen.page.get_by_role("button", name="Take the helm").hover()
    await screen.page.mouse.down()
    for number in range(9):
        await bob.posts("#general", f"Meanwhile {number}.")
    await expect(screen.message("Meanwhile 8.")).to_be_attached()
    await screen.page.mouse.up()
    await expect(screen.page.get_by_text("@ann is the captain.")).to_be_attached()
    await expect(screen.message("Meanwhile 8.")).to_be_in_viewport()


async def test_a_workspace_without_people_says_so(screen: Screen) -> None:
    await screen.goes_to()
    for name in ("ann", "bob", "carol", "dan", "finn"):
        screen.simulator.deactivate(name)
    await expect(screen.page.get_by_text("Nobody is left in this workspace")).to_be_visible()
    await screen.page.reload()
    await expect(screen.page.get_by_text("Nobody is left in this workspace")).to_be_visible()
    screen.simulator.hire("gwen", "Gwen Grey")
    await expect(screen.page.get_by_role("radio", checked=True)).to_have_accessible_name("gwen")


async def test_a_person_put_out_of_a_private_channel_looks_at_something_else(
    screen: Screen,
) -> None:
    bob = screen.simulator.person("bob")
    room = await bob.makes("crew-only", is_private=True)
    await bob.invites("ann", room.id)
    await screen.goes_to(at=room.id)
    await expect(screen.page.get_by_role("heading", level=1)).to_have_text("crew-only")
    await bob.removes("ann", room.id)
    await expect(screen.page.get_by_role("heading", level=1)).to_have_text("general")
    await expect(screen.page.get_by_role("button", name="crew-only")).to_have_count(0)


async def test_a_reply_goes_to_the_channel_as_well_when_asked(screen: Screen) -> None:
    said = await screen.simulator.person("bob").posts("#general", "Who steers?")
    await screen.goes_to()
    await screen.message("Who steers?").hover()
    await screen.page.get_by_role("button", name="Reply in a thread").click()
    thread = screen.page.get_by_role("complementary", name="Thread")
    await thread.get_by_label("Also send to #general").check()
    await thread.get_by_label("Reply in the thread").fill("I do")
    await screen.page.keyboard.press("Enter")
    await expect(screen.message("I do")).to_contain_text("replied in a thread")
    room = screen.simulator.workspace.channels[GENERAL]
    assert room.messages[room.top[-1]].thread_ts == said.ts
    await expect(thread.get_by_label("Also send to #general")).not_to_be_checked()


async def test_no_request_goes_to_another_host(screen: Screen) -> None:
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    image = "https://elsewhere.example/face.png"
    blocks: list[Json] = [
        {"type": "image", "image_url": image, "alt_text": "A face"},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"<{image}|see>"}},
    ]
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    await screen.goes_to()
    await expect(screen.page.get_by_role("img", name="A face")).to_be_visible()
    await screen.page.get_by_role("button", name="Inspector").click()
    await expect(screen.page.locator(".wire__row").first).to_be_visible()
    assert asked
    assert all(each.startswith((screen.simulator.url, "blob:", "data:")) for each in asked)
