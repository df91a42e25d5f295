"""The inspector: what goes over the wire, and trouble on order, used by hand in a browser."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Page, expect
from slack_sdk.errors import SlackApiError

from tests.browser.screen import GENERAL, Screen
from tests.browser.small_bot import HOSTILE

pytestmark = pytest.mark.browser

BAD = re.compile("side__state--bad")
MOST_ROWS = 80
MOST_KEPT = 2_000


class Inspector:
    """The panel below the room."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("region", name="Inspector")
        self.rows = self.panel.locator(".wire__row")
        self.of_calls = self.rows.filter(has=page.locator(".wire__way--call"))
        self.detail = self.panel.locator(".wired")

    async def opens(self, tab: str = "Traffic") -> None:
        """Open it, at a tab."""
        await self.page.get_by_role("button", name="Inspector").click()
        await self.panel.get_by_role("tab", name=tab).click()

    def row(self, name: str) -> Locator:
        """The newest line of that name."""
        return self.rows.filter(has_text=name).last

    async def turns(self, label: str) -> None:
        """Turn a switch, and see that it is turned and that the simulator heard of it."""
        switch = self.panel.get_by_role("switch", name=label)
        before = await switch.is_checked()
        async with self.page.expect_response("**/control/**"):
            await switch.click()
        await expect(switch).to_be_checked(checked=not before)


@pytest.fixture
def inspector(screen: Screen) -> Inspector:
    return Inspector(screen.page)


async def test_a_call_and_a_delivery_are_seen_with_what_was_said(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens()
    await screen.types("/ship card")
    await inspector.row("chat.postMessage").click()
    await expect(inspector.detail).to_contain_text('"text": "A ship"')
    await expect(inspector.detail).to_contain_text('"ok": true')
    await expect(inspector.row("chat.postMessage")).to_contain_text("#general")
    await expect(inspector.row("chat.postMessage")).to_contain_text(re.compile(r"\d m?s"))
    await inspector.row("/ship").click()
    await expect(inspector.detail).to_contain_text('"command": "/ship"')
    await expect(inspector.row("/ship")).to_contain_text("ok")


async def test_a_refusal_is_explained_to_whoever_writes_the_bot(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens()
    with pytest.raises(SlackApiError):
        await screen.bot.client.conversations_setTopic(channel="C0RANDOM", topic="x")
    await inspector.row("not_in_channel").click()
    await expect(inspector.detail).to_contain_text("The bot is not a member there.")
    blocks = [{"type": "header", "text": {"type": "mrkdwn", "text": "no"}}]
    with pytest.raises(SlackApiError):
        await screen.bot.client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    await inspector.row("invalid_blocks").click()
    await expect(inspector.detail.get_by_role("list")).to_contain_text("blocks/0")


async def test_what_was_not_acknowledged_in_time_is_explained_and_delivered_again(
    screen: Screen, inspector: Inspector
) -> None:
    screen.simulator.ack_deadline = 0.3
    await screen.goes_to()
    await inspector.opens()
    await screen.types("/ship deaf")
    late = inspector.row("timeout")
    await late.click()
    await expect(inspector.detail).to_contain_text("Not acknowledged within 0.3 s.")
    await expect(inspector.detail).to_contain_text("operation_timeout")
    screen.simulator.ack_deadline = 30
    await screen.types("/ship hello")
    await expect(inspector.row("/ship")).to_contain_text("ok")
    await inspector.row("/ship").click()
    await expect(inspector.detail).to_contain_text('"text": "hello"')
    await inspector.detail.get_by_role("button", name="Deliver again").click()
    await expect(screen.page.locator(".notices")).to_contain_text("Delivered again: acknowledged.")
    await expect(inspector.row("/ship")).to_contain_text("ok ×2")
    assert len(screen.simulator.deliveries[-1].attempts) == 2


async def test_a_line_stays_below_the_mouse_that_presses_it(
    screen: Screen, inspector: Inspector
) -> None:
    note = screen.simulator.backstage.record.note
    for number in range(40):
        note("delivery", f"Before {number}.")
    await screen.goes_to()
    await inspector.opens()
    await inspector.row("Before 39.").hover()
    await screen.page.mouse.down()
    for number in range(9):
        note("delivery", f"Meanwhile {number}.")
    await expect(inspector.row("Meanwhile 8.")).to_be_attached()
    await screen.page.mouse.up()
    await expect(inspector.detail).to_contain_text("Before 39.")


async def test_the_lines_are_filtered_by_channel_by_kind_and_by_what_failed(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens()
    await screen.bot.client.conversations_join(channel="C0RANDOM")
    with pytest.raises(SlackApiError):
        await screen.bot.client.reactions_add(channel="C0RANDOM", timestamp="1.0", name="eyes")
    await expect(inspector.row("reactions.add")).to_be_visible()
    await expect(inspector.row("member_joined_channel")).to_be_visible()
    panel = inspector.panel
    await panel.get_by_label("Failed").check()
    await expect(inspector.rows).to_have_count(1)
    await panel.get_by_label("Failed").uncheck()
    await panel.get_by_label("Kind").select_option("Deliveries")
    await expect(inspector.row("reactions.add")).to_have_count(0)
    await expect(inspector.row("member_joined_channel")).to_be_visible()
    await panel.get_by_label("Kind").select_option("Everything")
    await panel.get_by_label("This channel").check()
    await expect(inspector.row("reactions.add")).to_have_count(0)
    await panel.get_by_label("This channel").uncheck()
    await panel.get_by_label("Filter by name or error").fill("reactions.")
    await expect(inspector.rows).to_have_count(1)


async def test_lines_stand_in_the_order_in_which_they_began(
    screen: Screen, inspector: Inspector
) -> None:
    """A call that is answered late keeps its place, also for whoever looks afterwards."""
    screen.simulator.clear_calls()
    held = screen.simulator.faults.add("auth.test", "held")
    await screen.goes_to()
    await inspector.opens()
    await inspector.panel.get_by_label("Kind").select_option("Calls")
    asking = asyncio.create_task(screen.bot.client.auth_test())
    await screen.simulator.workspace.wait_for(lambda: held.struck)
    await screen.bot.client.chat_postMessage(channel=GENERAL, text="Sooner done")
    in_order = [re.compile("auth.test.*held"), re.compile("chat.postMessage.*ok")]
    await expect(inspector.of_calls).to_have_text(in_order)
    held.release()
    await asking
    in_order[0] = re.compile("auth.test.*ok")
    await expect(inspector.of_calls).to_have_text(in_order)
    await screen.page.reload()
    await inspector.panel.get_by_label("Kind").select_option("Calls")
    await expect(inspector.of_calls).to_have_text(in_order)


async def test_the_lamp_tells_whether_an_app_hears_what_people_do(screen: Screen) -> None:
    lamp = screen.page.locator(".side__state")
    await screen.goes_to()
    await expect(lamp).to_have_text("Incident Bot is listening")
    await expect(lamp).not_to_have_class(BAD)
    screen.simulator.faults.add("apps.connections.open", "refuse", times=None)
    await screen.simulator.sockets.cut()
    await expect(lamp).to_have_text("Incident Bot is not connected")
    await expect(lamp).to_have_class(BAD)
    screen.simulator.deliver_over_http("http://127.0.0.1:9/slack/events")
    await screen.types("/ship hello")
    await expect(lamp).to_have_text("Incident Bot does not answer since 13:00")  # where Ann is
    await expect(lamp).to_have_class(BAD)


async def test_a_fault_is_put_in_strikes_and_is_taken_out(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens("Faults")
    await inspector.turns("Every delivery twice")
    await screen.types("/ship hello")
    await expect(inspector.panel.get_by_text("1 of 1 struck")).to_be_visible()
    await screen.simulator.workspace.wait_for(
        lambda: (
            [each.outcome for each in screen.simulator.deliveries[-1].attempts]
            == ["acknowledged"] * 2
        )
    )
    await expect(screen.message("you said: hello")).to_have_count(1)
    await inspector.turns("Every delivery twice")
    await expect(inspector.panel.get_by_text("Nothing goes wrong on order.")).to_be_visible()
    await inspector.turns("Every answer at a response URL hangs")
    await expect(inspector.panel.get_by_text("hang response_url")).to_be_visible()
    await inspector.turns("Every answer at a response URL hangs")
    await expect(inspector.panel.get_by_text("Nothing goes wrong on order.")).to_be_visible()
    form = inspector.panel.get_by_role("form", name="Order a fault")
    await form.get_by_label("Fault").select_option("error")
    await form.get_by_label("Of which method").fill("views.open")
    await form.get_by_label("Error", exact=True).fill("fatal_error")
    await form.get_by_role("button", name="Order it").click()
    await expect(inspector.panel.get_by_text("error views.open, 1 times")).to_be_visible()
    await screen.types("/ship form")
    await expect(inspector.panel.get_by_text("1 of 1 struck")).to_be_visible()
    await inspector.panel.get_by_role("tab", name="Traffic").click()
    await inspector.row("views.open").click()
    await expect(inspector.detail).to_contain_text("A fault on order struck this call: error.")
    await expect(screen.modal).to_have_count(0)


async def test_a_fault_that_makes_no_sense_is_refused_in_a_sentence(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens("Faults")
    form = inspector.panel.get_by_role("form", name="Order a fault")
    await form.get_by_label("Share in %").fill("250")
    async with screen.refused():
        await form.get_by_role("button", name="Order it").click()
    await expect(screen.page.locator(".notice--bad")).to_be_visible()
    assert not list(screen.simulator.faults)


async def test_limits_pace_and_sockets_are_turned_from_the_page(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens("Faults")
    await inspector.turns("Rate limits of the method tiers")
    await inspector.turns("One post a second and channel")
    await inspector.turns("300 posts a minute in all channels")
    limits = screen.simulator.limits
    assert (limits.tiers, limits.posts, limits.all_posts) == (True, True, 300)
    await inspector.panel.get_by_label("Every call takes longer by").select_option("0.2 s")
    await screen.simulator.workspace.wait_for(lambda: screen.simulator.latency == 0.2)
    await expect(inspector.panel.get_by_text("1 open")).to_be_visible()
    screen.simulator.faults.add("apps.connections.open", "refuse", times=None)
    await inspector.panel.get_by_role("button", name="Cut them").click()
    await expect(inspector.panel.get_by_text("0 open")).to_be_visible()


async def test_the_inspector_is_used_with_the_keyboard_alone(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await screen.page.keyboard.press("Alt+i")
    await expect(inspector.panel).to_be_visible()
    await screen.types("/ship card")
    await expect(inspector.row("chat.postMessage")).to_contain_text("ok")
    lines = inspector.panel.get_by_role("listbox")
    await lines.focus()
    await screen.page.keyboard.press("ArrowDown")
    await expect(inspector.panel.locator(".wire__row--chosen")).to_be_in_viewport()
    await screen.page.keyboard.press("ArrowUp")
    await expect(inspector.detail.locator(".json").first).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await expect(inspector.detail).to_have_count(0)
    await screen.page.keyboard.press("Alt+i")
    await expect(inspector.panel).to_have_count(0)


async def test_thousands_of_lines_and_hostile_bodies_stay_bounded_and_text(
    screen: Screen, inspector: Inspector
) -> None:
    await screen.goes_to()
    await inspector.opens()
    for number in range(MOST_KEPT + 200):
        screen.simulator.backstage.record.note("delivery", f"Line {number}. {HOSTILE}")
    await expect(inspector.row(f"Line {MOST_KEPT + 199}.")).to_be_visible()
    assert await inspector.rows.count() <= MOST_ROWS
    await inspector.panel.locator(".wire").evaluate("box => { box.scrollTop = 0 }")
    await expect(inspector.row("Line 0.")).to_have_count(0)
    assert await inspector.rows.count() <= MOST_ROWS
    await screen.bot.client.chat_postMessage(channel=GENERAL, text=HOSTILE)
    await inspector.panel.get_by_label("Kind").select_option("Calls")
    await inspector.row("chat.postMessage").click()
    await expect(inspector.detail).to_contain_text("<img src=x")
    assert await screen.page.locator("#app :is(script, img)").count() == 0
    assert "broken" not in await screen.page.title()
