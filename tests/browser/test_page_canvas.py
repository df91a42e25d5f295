"""Canvases on the page: beside their channel, live, and readable by whom they are meant for."""

import pytest
from playwright.async_api import expect

from tests.browser.screen import GENERAL, Screen
from tests.browser.small_bot import HOSTILE

pytestmark = pytest.mark.browser

PLAN = f"""# Route

- [x] Bergen
- [ ] Porto, with **all** sails
  - see [the chart](https://example.com/chart)

> Beware of the *north* wind

| Port | Day |
|---|---|
| Porto | 3 |

```
anchor: {HOSTILE}
```
{HOSTILE}
"""


async def test_the_canvas_of_a_channel_opens_beside_it_and_changes_as_it_is_written(
    screen: Screen,
) -> None:
    client = screen.bot.client
    made = await client.conversations_canvases_create(
        channel_id=GENERAL, document_content={"type": "markdown", "markdown": PLAN}
    )
    await screen.goes_to()
    page = screen.page
    await page.get_by_role("list", name="Bookmarks").get_by_role("button").click()
    canvas = page.get_by_role("complementary", name="Canvas")
    await expect(canvas.get_by_role("heading", name="Route")).to_be_visible()
    await expect(canvas.get_by_role("img", name="done")).to_have_count(1)
    await expect(canvas.locator("strong").filter(has_text="all")).to_be_visible()
    await expect(canvas.get_by_role("link", name="the chart")).to_be_visible()
    await expect(canvas.get_by_role("cell", name="Porto")).to_be_visible()
    await expect(canvas.locator("pre")).to_contain_text("anchor: <img")
    await expect(canvas.locator(".text").last).to_have_text(HOSTILE)
    assert await page.locator("#app :is(script, img:not([src^='/']))").count() == 0
    change = {
        "operation": "insert_at_end",
        "document_content": {"type": "markdown", "markdown": "We sail at noon"},
    }
    await client.canvases_edit(canvas_id=made["canvas_id"], changes=[change])
    await expect(canvas).to_contain_text("We sail at noon")
    await page.keyboard.press("Escape")
    await expect(canvas).to_have_count(0)
    await page.goto(f"{screen.simulator.url}/docs/T0PRETEND/{made['canvas_id']}")
    await expect(canvas).to_contain_text("We sail at noon")
    await client.canvases_delete(canvas_id=made["canvas_id"])
    await expect(canvas).to_have_count(0)
    await expect(page.get_by_role("list", name="Bookmarks")).to_have_count(0)


async def test_a_canvas_is_there_for_those_who_may_read_it(screen: Screen) -> None:
    client = screen.bot.client
    made = await client.canvases_create(
        title="Crew list", document_content={"type": "markdown", "markdown": "Ann, Bob"}
    )
    await client.canvases_access_set(
        canvas_id=made["canvas_id"], access_level="read", user_ids=["U0BOB"]
    )
    await screen.goes_to()
    row = screen.page.get_by_role("button", name="Crew list")
    await expect(row).to_have_count(0)
    await screen.becomes("bob")
    await row.click()
    canvas = screen.page.get_by_role("complementary", name="Canvas")
    await expect(canvas).to_contain_text("Ann, Bob")
    await screen.becomes("ann")
    await expect(canvas).to_have_count(0)
