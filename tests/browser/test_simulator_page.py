"""The simulator's page, used by hand in a real Chromium with a real Bolt app on the other side."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import BrowserContext, expect

from bot.clock import Clock
from bot.demo.running import free_port
from bot.simulator import Simulator
from bot.simulator.control import routes as control
from bot.simulator.page.routes import routes
from tests.browser.screen import GENERAL, NOON, Screen
from tests.browser.small_bot import HOSTILE, card

pytestmark = pytest.mark.browser


async def test_a_slash_command_is_completed_and_its_answer_is_seen_by_its_typist_alone(
    screen: Screen,
) -> None:
    await screen.goes_to()
    await screen.composer.press_sequentially("/sh")
    suggestion = screen.page.get_by_role("option", name="/ship")
    await expect(suggestion).to_contain_text("Send a ship")
    await screen.page.keyboard.press("Enter")
    await expect(screen.composer).to_have_value("/ship ")
    await screen.composer.press_sequentially("hello sailor")
    await screen.page.keyboard.press("Enter")
    answer = screen.message("you said: hello sailor")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer.locator(".mention")).to_have_text("@ann")
    await screen.becomes("bob")
    await expect(screen.page.locator(".personas__who")).to_contain_text("Bob Baker")
    await expect(screen.page.locator(".messages")).to_contain_text("general")
    await expect(answer).to_have_count(0)


async def test_a_form_keeps_what_was_typed_while_the_app_finds_a_mistake_and_is_then_sent(
    screen: Screen,
) -> None:
    await screen.goes_to()
    await screen.types("/ship form")
    name = screen.modal.get_by_label("Name", exact=True)
    await expect(name).to_be_focused()
    await name.fill("Ark")
    await screen.chooses("Colour", "Red")
    await screen.modal.get_by_label("Small").check()
    await screen.modal.get_by_role("button", name="Send").click()
    await expect(screen.modal.get_by_role("alert")).to_have_text("That is too short for a ship.")
    await expect(name).to_have_value("Ark")
    await name.fill("Arkadia")
    await screen.modal.get_by_role("button", name="Send").click()
    await expect(screen.modal).to_have_count(0)
    await expect(screen.message("Arkadia sails, sent by @ann")).to_be_visible()
    values = screen.bot.submitted[0]
    assert values["colour"]["colour"]["selected_option"]["value"] == "red"
    assert values["size"]["size"]["selected_option"]["value"] == "s"


async def test_every_kind_of_input_arrives_as_slack_sends_it(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship form")
    modal = screen.modal
    await modal.get_by_label("Name", exact=True).fill("Arkadia")
    await screen.chooses("Colour", "Blue")
    await modal.get_by_label("Flags").click()
    for label in ("Red", "Green"):
        await screen.page.get_by_role("option", name=label).click()
    await screen.page.get_by_role("button", name="Done").click()
    await screen.chooses("Captain", "bob")
    await modal.get_by_label("Cargo").fill("Tea\nand cups")
    await modal.get_by_label("Large").check()
    await modal.get_by_label("Music").check()
    await modal.get_by_label("Day").fill("2026-03-04")
    await modal.get_by_label("Hour").fill("13:05")
    await modal.get_by_label("Departure").fill("2026-03-02T18:30")
    await modal.get_by_label("Harbour").click()
    await screen.looks_for("por", "Porto")
    await screen.page.get_by_role("option", name="Porto").click()
    await modal.get_by_role("button", name="Send").click()
    await expect(screen.message("Arkadia sails")).to_be_visible()
    held = {name: next(iter(of.values())) for name, of in screen.bot.submitted[0].items()}
    assert [each["value"] for each in held["flags"]["selected_options"]] == ["red", "g"]
    assert held["captain"]["selected_user"] == "U0BOB"
    assert held["cargo"]["value"] == "Tea\nand cups"
    assert held["size"]["selected_option"]["value"] == "l"
    assert [each["value"] for each in held["extras"]["selected_options"]] == ["music"]
    assert held["day"]["selected_date"] == "2026-03-04"
    assert held["hour"]["selected_time"] == "13:05"
    leaving = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)  # 18:30 where Ann is
    assert held["departure"]["selected_date_time"] == int(leaving.timestamp())
    assert held["harbour"]["selected_option"]["value"] == "Porto"


async def test_what_slack_itself_refuses_never_reaches_the_app(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship form")
    await screen.modal.get_by_role("button", name="Send").click()
    alerts = screen.modal.get_by_role("alert")
    await expect(alerts).to_have_text(["Please complete this required field."] * 3)
    await expect(screen.modal.get_by_label("Name", exact=True)).to_be_focused()
    assert not any(each.name == "view_submission" for each in screen.simulator.deliveries)


async def test_typing_is_kept_when_the_app_updates_the_form(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship form")
    await screen.modal.get_by_label("Name", exact=True).fill("Argo")
    await screen.modal.get_by_label("Cargo").fill("Wool")
    await screen.modal.get_by_role("button", name="Check the name").click()
    await expect(screen.modal.get_by_text("“Argo” is free.")).to_be_visible()
    await expect(screen.modal.get_by_label("Name", exact=True)).to_have_value("Argo")
    await expect(screen.modal.get_by_label("Cargo")).to_have_value("Wool")


async def test_typing_goes_on_while_the_app_changes_the_form_around_it(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship quick")
    name = screen.modal.get_by_label("Quick name")
    await expect(name).to_be_focused()
    await name.press_sequentially("Argo na", delay=70)
    await expect(screen.modal.get_by_text("Like Arg")).to_be_visible()
    await screen.page.keyboard.type("vis", delay=70)
    await expect(screen.modal.get_by_text("Like Argo navis: Argo, Argonaut")).to_be_visible()
    await expect(name).to_have_value("Argo navis")
    await expect(name).to_be_focused()


async def test_forms_are_stacked_and_escape_closes_the_one_on_top(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship form")
    await screen.modal.get_by_label("Name", exact=True).fill("Argo")
    await screen.modal.get_by_role("button", name="Add a stop").click()
    await expect(screen.page.get_by_role("heading", name="A stop")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_role("heading", name="Send a ship")).to_be_visible()
    await expect(screen.modal.get_by_label("Name", exact=True)).to_have_value("Argo")
    await screen.page.keyboard.press("Escape")
    await expect(screen.modal).to_have_count(0)
    await expect(screen.composer).to_be_focused()
    await screen.simulator.workspace.wait_for(lambda: screen.bot.closed == ["ship"])


async def test_a_link_to_a_channel_leaves_the_form_for_the_channel(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship form")
    await screen.modal.get_by_role("button", name="#random").click()
    await expect(screen.modal).to_have_count(0)
    await expect(screen.page.get_by_role("heading", name="random", level=1)).to_be_visible()
    await screen.simulator.workspace.wait_for(lambda: screen.bot.closed == ["ship"])


async def test_a_button_is_pressed_and_the_message_changes_for_everybody(
    screen: Screen, profile: BrowserContext
) -> None:
    await screen.goes_to()
    other = await profile.new_page()
    await other.goto(f"{screen.simulator.url}/#as=U0BOB&at={GENERAL}")
    await screen.page.bring_to_front()
    await screen.types("/ship card")
    await screen.page.get_by_role("button", name="Take the helm").click()
    await expect(screen.page.get_by_text("@ann is the captain.")).to_be_visible()
    await expect(other.get_by_text("@ann is the captain.")).to_be_visible()
    await other.close()


async def test_a_dangerous_button_asks_first(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship card")
    await screen.page.get_by_role("button", name="Sink", exact=True).click()
    question = screen.page.get_by_role("alertdialog", name="Sink it?")
    await question.get_by_role("button", name="Keep").click()
    await expect(question).to_have_count(0)
    await expect(screen.message("A ship")).to_be_visible()
    await screen.page.get_by_role("button", name="Sink", exact=True).click()
    await question.get_by_role("button", name="Sink").click()
    await expect(screen.message("A ship")).to_have_count(0)


async def test_menus_and_selects_in_messages_tell_the_app_at_once(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/ship card")
    await screen.page.get_by_role("button", name="Paint it").click()
    await screen.page.get_by_role("combobox").press("ArrowDown")
    await screen.page.keyboard.press("Enter")
    await expect(screen.message("Painted blue")).to_be_visible()
    await screen.page.get_by_role("button", name="More choices").click()
    await screen.page.keyboard.press("ArrowDown")
    await screen.page.keyboard.press("Enter")
    await expect(screen.message("Chosen: sell")).to_be_visible()


async def test_an_app_that_does_not_answer_is_shown_as_slack_shows_it(screen: Screen) -> None:
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="A ship", blocks=card())
    screen.simulator.ack_deadline = 0.2
    await screen.goes_to()
    await screen.types("/ship deaf")
    failure = screen.message('/ship failed with the error "operation_timeout"')
    await expect(failure).to_contain_text("Only visible to you")
    await screen.page.get_by_role("button", name="Nobody answers").click()
    await expect(screen.page.locator(".notices")).to_contain_text("taking too long to respond")


async def test_a_command_that_no_app_has_is_refused_by_slack_itself(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("/shup form")
    await expect(screen.message("/shup is not a valid command.")).to_contain_text("Slackbot")


async def test_a_reaction_is_picked_and_a_click_takes_it_back(screen: Screen) -> None:
    await screen.simulator.person("bob").posts("#general", "The mast is broken")
    await screen.goes_to()
    said = screen.message("The mast is broken")
    await said.hover()
    await said.get_by_role("button", name="React with something else").click()
    await screen.page.get_by_label("Search emoji").fill("rocket")
    await screen.page.get_by_role("button", name="rocket", exact=True).click()
    reaction = said.get_by_role("button", name="rocket, 1")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await reaction.click()
    await expect(reaction).to_have_count(0)


async def test_a_thread_is_read_and_answered_beside_the_channel(screen: Screen) -> None:
    bob = screen.simulator.person("bob")
    parent = await bob.posts("#general", "The mast is broken")
    await bob.posts("#general", "It was the storm", thread=parent)
    await screen.goes_to()
    await screen.page.get_by_role("button", name="1 reply").click()
    thread = screen.page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("It was the storm")
    await thread.get_by_label("Reply in the thread").fill("I bring a new one")
    await screen.page.keyboard.press("Enter")
    await expect(thread).to_contain_text("I bring a new one")
    await expect(screen.page.get_by_role("button", name="2 replies")).to_be_visible()
    await expect(screen.message("I bring a new one")).to_have_count(0)


async def test_a_message_is_pinned_and_found_among_the_pins(screen: Screen) -> None:
    await screen.simulator.person("bob").posts("#general", "Keep this in mind")
    await screen.goes_to()
    said = screen.message("Keep this in mind")
    await said.hover()
    await said.get_by_role("button", name="More actions").click()
    await screen.page.get_by_role("menuitem", name="Pin to channel").click()
    await expect(said).to_contain_text("Pinned by ann")
    await screen.page.get_by_role("button", name="1 pinned").click()
    pins = screen.page.get_by_role("complementary", name="Pinned messages")
    await expect(pins).to_contain_text("Keep this in mind")


async def test_the_message_menu_offers_the_apps_shortcuts(screen: Screen) -> None:
    await screen.simulator.person("bob").posts("#general", "Rolled back")
    await screen.goes_to()
    said = screen.message("Rolled back").first
    await said.hover()
    await said.get_by_role("button", name="More actions").click()
    await screen.page.get_by_role("menuitem", name="Add to log").click()
    await expect(screen.message("In the log: Rolled back")).to_be_visible()


async def test_ones_own_message_is_edited_and_deleted(screen: Screen) -> None:
    await screen.goes_to()
    await screen.types("Wind from the *north*, @bob")
    said = screen.message("Wind from the north, @bob")
    await said.hover()
    await said.get_by_role("button", name="More actions").click()
    await screen.page.get_by_role("menuitem", name="Edit message").click()
    editor = screen.page.get_by_label("Edit message")
    await expect(editor).to_have_value("Wind from the *north*, @bob")
    await editor.fill("Wind from the south")
    await screen.page.keyboard.press("Enter")
    said = screen.message("Wind from the south")
    await expect(said).to_contain_text("(edited)")
    await said.hover()
    await said.get_by_role("button", name="More actions").click()
    await screen.page.get_by_role("menuitem", name="Delete message").click()
    await screen.page.get_by_role("button", name="Delete", exact=True).click()
    await expect(said).to_have_count(0)


async def test_each_person_has_a_home_of_their_own(screen: Screen) -> None:
    await screen.goes_to(at="home")
    await expect(screen.page.get_by_text("Harbour of @ann")).to_be_visible()
    await screen.becomes("bob")
    await expect(screen.page.get_by_text("Harbour of @bob")).to_be_visible()


async def test_moving_the_clock_moves_every_time_on_the_page(screen: Screen, clock: Clock) -> None:
    due = int(NOON.timestamp()) + 1800
    text = f"Sails <!date^{due}^at {{time}}, {{ago}}|soon>"
    await screen.bot.client.chat_postMessage(channel=GENERAL, text=text)
    await screen.goes_to()
    await expect(screen.page.locator(".clock__now")).to_have_text("13:00")  # Berlin
    await expect(screen.message("Sails at 13:30, in 30 minutes")).to_be_visible()
    await screen.page.get_by_role("button", name="+4 h").click()
    await expect(screen.page.locator(".clock__now")).to_have_text("17:00")
    await expect(screen.message("Sails at 13:30, 4 hours ago")).to_be_visible()
    assert clock.now().hour == 16
    await screen.page.get_by_role("button", name="Move the clock by another time").click()
    await screen.page.get_by_label("How many").fill("2")
    await screen.page.get_by_label("Of what").select_option("hours")
    await screen.page.get_by_role("button", name="Move", exact=True).click()
    await expect(screen.page.locator(".clock__now")).to_have_text("19:00")
    await expect(screen.message("Sails at 13:30, 6 hours ago")).to_be_visible()
    await screen.becomes("carol")  # New York
    await expect(screen.page.locator(".clock__now")).to_have_text("13:00")
    await expect(screen.message("Sails at 07:30, 6 hours ago")).to_be_visible()


async def test_what_others_wrote_is_marked_until_it_was_looked_at(screen: Screen) -> None:
    await screen.goes_to()
    await screen.simulator.person("bob").posts("#random", "@ann have you seen the parrot?")
    row = screen.page.locator("[data-entry=C0RANDOM]")
    await expect(row).to_have_accessible_name("random, 1 unread")
    await row.click()
    await expect(screen.message("have you seen the parrot?")).to_be_visible()
    await screen.page.locator(f"[data-entry={GENERAL}]").click()
    await expect(row).to_have_accessible_name("random")


async def test_a_private_channel_is_there_for_its_members_only(screen: Screen) -> None:
    await screen.simulator.person("bob").makes("crew-only", is_private=True)
    await screen.goes_to(as_="bob")
    await expect(screen.page.get_by_role("button", name="crew-only")).to_be_visible()
    await screen.becomes("ann")
    await expect(screen.page.get_by_role("button", name="crew-only")).to_have_count(0)


async def test_a_public_channel_is_looked_at_and_joined(screen: Screen) -> None:
    room = await screen.simulator.person("bob").makes("harbour")
    await screen.goes_to(at=room.id)
    await screen.page.get_by_role("button", name="Join the channel").click()
    await screen.types("Here I am")
    await expect(screen.message("Here I am")).to_be_visible()


async def test_text_that_looks_like_markup_stays_text(screen: Screen) -> None:
    client = screen.bot.client
    await client.conversations_setTopic(channel=GENERAL, topic=HOSTILE)
    await client.bookmarks_add(
        channel_id=GENERAL, title=HOSTILE, type="link", link="https://example.com/"
    )
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": HOSTILE}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<javascript:alert(1)|press me>"}},
    ]
    await client.chat_postMessage(channel=GENERAL, text=HOSTILE, blocks=blocks)
    await client.chat_postMessage(channel=GENERAL, text="*raw* `text` of <@U0BOB>", mrkdwn=False)
    await screen.goes_to()
    await expect(screen.message("*raw* `text` of @bob")).to_be_visible()
    await screen.types(HOSTILE)
    await expect(screen.message(HOSTILE)).to_have_count(2)
    await expect(screen.page.locator(".room__topic")).to_have_text(HOSTILE)
    await expect(screen.page.get_by_text("press me")).to_be_visible()
    assert await screen.page.locator("#app :is(script, img, a[href^=javascript])").count() == 0
    assert "broken" not in await screen.page.title()


@pytest.mark.parametrize(
    "text",
    [
        "<" * 5000,
        "*<a> " * 3000,
        "_*~`" * 3000,
        "<!date^soon^{date}|later> <!date^99999999999999999^{time}|never> <!nothing>",
        "\u202etfel ot thgir\u202c " + "שלום " * 50,
        "W" * 4000,
    ],
    ids=["angles", "bold-tokens", "marks", "dates", "right-to-left", "one-word"],
)
async def test_any_text_is_drawn_and_stays_in_its_place(screen: Screen, text: str) -> None:
    await screen.bot.client.chat_postMessage(channel=GENERAL, text=text)
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="The end")
    await screen.goes_to()
    await expect(screen.message("The end")).to_be_visible()
    too_wide = "document.querySelector('.messages').scrollWidth > innerWidth - 264"
    assert not await screen.page.evaluate(too_wide)


async def test_the_page_may_load_nothing_from_elsewhere(simulator: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        page = await session.get(f"{simulator.url}/")
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        text = await page.text()
        assert not re.search(r"(src|href)=\"(?!/page/static/)", text)
        outside = await session.get(f"{simulator.url}/page/static/..%2Froutes.py")
        assert outside.status == 404
        stranger = await session.get(
            f"{simulator.url}/page/socket", headers={"Origin": "https://elsewhere.example"}
        )
        assert stranger.status == 403


async def test_a_link_to_a_message_opens_it_in_its_channel(screen: Screen) -> None:
    said = await screen.simulator.person("bob").posts("#random", "Look here")
    await screen.page.goto(screen.simulator.workspace.permalink(said))
    await expect(screen.page.locator(".message--target")).to_contain_text("Look here")


async def test_the_page_comes_back_by_itself_when_the_simulator_does(
    profile: BrowserContext, clock: Clock
) -> None:
    first = Simulator(clock=clock)
    first.mount([*routes(first), *control.routes(first)])
    port = free_port()
    await first.start(port=port)
    page = await profile.new_page()
    await page.goto(f"{first.url}/#as=U0BOB&at={GENERAL}")
    await expect(page.get_by_role("radio", checked=True)).to_have_accessible_name("bob")
    await page.get_by_role("button", name="Inspector").click()
    await page.locator("[data-composer=room]").fill("Half a word")
    await first.stop()
    await expect(page.get_by_text("Connecting to the simulator")).to_be_visible()
    second = Simulator(clock=clock)
    second.mount([*routes(second), *control.routes(second)])
    await second.start(port=port)
    await second.person("ann").posts("#general", "Here again")
    await expect(page.get_by_text("Here again")).to_be_visible()
    await expect(page.locator("[data-composer=room]")).to_have_value("Half a word")
    second.backstage.record.note("socket", "The inspector is back as well")
    await expect(page.get_by_text("The inspector is back as well")).to_be_visible()
    await page.close()
    await second.stop()


async def test_a_request_the_page_would_never_make_is_answered_all_the_same(
    simulator: Simulator,
) -> None:
    wrong: list[dict[str, object]] = [
        {"do": "conquer"},
        {"do": "say"},
        {"do": "say", "channel": "C0NOWHERE", "text": "x"},
        {"do": "press", "on": "modal", "view": {}, "state": [], "value": 3},
        {"do": "submit", "view": None},
        {"do": "react", "channel": GENERAL, "ts": "1.0", "name": "eyes"},
        {"do": "clock", "seconds": -5},
        {"do": "make_channel", "name": "Not A Name"},
    ]
    troubled: dict[int, str] = {}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{simulator.url}/page/socket") as line,
        asyncio.timeout(30),
    ):
        await line.send_str("no json")
        await line.send_json({"ask": 1, "do": "look", "as": 7, "at": []})
        for number, asked in enumerate(wrong, start=2):
            await line.send_json({"ask": number, **asked})
        while len(troubled) < len(wrong):
            frame = await line.receive_json()
            if frame.get("trouble"):
                troubled[frame["answer"]] = frame["trouble"]
    assert all(words.endswith((".", "?")) for words in troubled.values())


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_sticks_out_of_the_page(screen: Screen, artefacts: Path, scheme: str) -> None:
    page, whole = screen.page, screen.page.locator("html")
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await screen.goes_to()
    await screen.types("/ship card")
    await expect(screen.message("A ship")).to_be_visible()
    for width in (1280, 800, 390):
        await page.set_viewport_size({"width": width, "height": 820})
        await expect(screen.message("A ship")).to_be_visible()
        await page.screenshot(path=artefacts / f"simulator-room-{width}-{scheme}.png")
        await expect(whole).to_have_js_property("scrollWidth", width)
        await page.keyboard.press("Alt+i")
        await page.locator(".wire__row").filter(has_text="chat.postMessage").click()
        await expect(page.locator(".json").first).to_be_visible()
        await page.screenshot(path=artefacts / f"simulator-inspector-{width}-{scheme}.png")
        await page.get_by_role("tab", name="Faults").click()
        await expect(page.get_by_role("form", name="Order a fault")).to_be_attached()
        await page.screenshot(path=artefacts / f"simulator-faults-{width}-{scheme}.png")
        await expect(whole).to_have_js_property("scrollWidth", width)
        await page.get_by_role("tab", name="Traffic").click()
        await page.locator(".wire__row--chosen").click()
        await page.keyboard.press("Alt+i")
    await page.get_by_role("button", name="Channels and people").click()
    await expect(page.get_by_role("radio", name="bob")).to_be_in_viewport()
    await page.screenshot(path=artefacts / f"simulator-people-390-{scheme}.png")
    await page.keyboard.press("Escape")
    await screen.types("/ship form")
    await expect(screen.modal).to_be_visible()
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 820})
        await expect(whole).to_have_js_property("scrollWidth", width)
        await page.screenshot(path=artefacts / f"simulator-form-{width}-{scheme}.png")
