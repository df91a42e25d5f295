"""The bot's pages in a real browser: they refresh, suit their reader, and run nothing foreign."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from bot.domain import commands as c
from bot.domain.process import Process
from bot.domain.values import Text
from bot.web import timeline
from bot.web.look import THEME
from tests.browser.conftest import PATIENCE
from tests.domain.outage import OUTAGE
from tests.web.pages import ANN, Pages, serving

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "{{7*7}} ${7*7}",
    "مشكلة في الدفع لا يعمل",
    "W" * 120,
)
_WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (e) => broken.push(e.violatedDirective));
window.alert = () => broken.push("alert");
"""
_CONTRAST = """(wanted) => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const numbers = (css) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = css;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const under = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const element of document.querySelectorAll(wanted)) {
    if (!element.innerText) continue;
    const pair = [light(numbers(getComputedStyle(element).color)), light(under(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) bad.push([element.className, element.innerText.slice(0, 30), ratio]);
  }
  return bad;
}"""

_BROKEN_WORDS = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll("th, td")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
        const place = document.createRange();
        place.setStart(texts.currentNode, word.index);
        place.setEnd(texts.currentNode, word.index + word[0].length);
        const lines = new Set([...place.getClientRects()].map((each) => Math.round(each.top)));
        if (lines.size > 1 && word[0].length < 24) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


@dataclass(kw_only=True)
class Reader:
    """Somebody who reads the pages in a browser; what breaks is noted."""

    pages: Pages
    browser: Browser
    errors: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def opens(self, path: str, **how: Any) -> Page:
        """Open a page in a browser of its own, with a pass of Ann's and a clock that stands."""
        context = await self.browser.new_context(**{"timezone_id": "UTC", **how})
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        await context.add_init_script(_WATCH)
        page = await context.new_page()
        await page.clock.install()
        await page.clock.set_fixed_time(self.pages.rig.clock.now())  # timers go on all the same
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._noted)
        await page.goto(f"{self.pages.url}/incidents?pass={self.pages.signed(ANN)}")
        if path != "/incidents":
            await page.goto(self.pages.url + path)
        return page

    def _noted(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    async def looks_again(self, page: Page) -> None:
        """Let the time pass until the page looks at the server."""
        async with page.expect_response(lambda answer: "/incidents" in answer.url):
            await page.clock.fast_forward(6_000)

    async def fine(self, page: Page) -> None:
        """Assert that nothing broke, ran, or reached beyond the edge."""
        assert self.errors == []
        assert await page.evaluate("window.broken") == []
        assert await page.evaluate("window.hit") is None
        over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{page.url} reaches {over} px beyond the edge"


@pytest_asyncio.fixture(loop_scope="session")
async def reader(tmp_path: Path, browser: Browser) -> AsyncIterator[Reader]:
    async with serving(tmp_path, process=Process(playbooks={OUTAGE.id: OUTAGE})) as pages:
        opened = Reader(pages=pages, browser=browser)
        yield opened
        for context in opened.contexts:
            await context.close()


async def _busy(pages: Pages, title: str = "checkout is down") -> str:
    """An incident with something of everything."""
    stream = await pages.declared(title, severity="sev1", category="availability")
    await pages.does(
        stream,
        c.StartPlaybook(playbook=OUTAGE.id),
        c.CompletePath(path="triage/disk"),
        c.Edit(impact=Text(title), summary=Text(title)),
        c.PostUpdate(text=Text(f"Known so far: {title}")),
        c.RecordDecision(text=Text(title)),
        c.AddNote(text=Text("seen on https://graphs.example/" + "1" * 90)),
        c.AddFollowup(text=Text(title)),
    )
    said = await pages.says(stream, title)
    mark = c.MarkMessage(
        channel=said.channel,
        ts=said.ts,
        how="reaction",
        said_by=said.user,
        said_at=pages.rig.clock.now(),
        permalink="https://acme.slack.com/archives/C1/p1",
    )
    await pages.does(stream, mark)
    await pages.compiles(stream)
    return stream


# ── Refreshing ──────────────────────────────────────────────────────────────────────────────────


async def test_the_list_shows_what_is_new_without_being_asked(reader: Reader) -> None:
    page = await reader.opens("/incidents")
    await expect(page.get_by_text("No public incident is open.")).to_be_visible()
    await reader.pages.declared("checkout is down", severity="sev1")
    await reader.looks_again(page)
    await expect(page.get_by_role("link", name="checkout is down")).to_be_visible()
    reader.pages.rig.clock.advance(timedelta(minutes=31))
    await reader.looks_again(page)
    await expect(page.get_by_text("1 update overdue")).to_be_visible()
    await expect(page.get_by_text("declared 31 min ago")).to_be_visible()
    await reader.fine(page)


async def test_an_incident_grows_while_it_is_read(reader: Reader) -> None:
    stream = await _busy(reader.pages)
    page = await reader.opens("/incidents/1")
    await page.get_by_text("1 settled").click()
    await page.locator("#show-notes").focus()
    await page.evaluate("document.querySelector('#event-1').kept = true")
    await reader.pages.does(stream, c.PostUpdate(text=Text("It is mended.")))
    await reader.looks_again(page)
    await expect(page.locator("#news")).to_contain_text("It is mended.")
    await expect(page.locator("#rows > li").first).to_contain_text("It is mended.")
    await expect(page.locator("#rows > li").first).to_have_attribute("data-day", "Wed, 4 Mar 2026")
    await expect(page.get_by_text("Check the disk", exact=True)).to_be_visible()
    await expect(page.locator("#show-notes")).to_be_focused()
    assert await page.evaluate("document.querySelector('#event-1').kept"), "rows were made anew"
    await reader.fine(page)


async def test_whoever_stands_on_a_row_stays_there(reader: Reader) -> None:
    stream = await reader.pages.declared()
    page = await reader.opens("/incidents/1")
    await page.locator("#event-1 a.at").focus()
    await reader.pages.does(stream, c.AddNote(text=Text("news")))
    await reader.looks_again(page)
    await expect(page.locator("#rows > li").first).to_contain_text("news")
    await expect(page.locator("#event-1 a.at")).to_be_focused()


async def test_a_page_that_nobody_sees_asks_for_nothing(reader: Reader) -> None:
    await reader.pages.declared()
    page = await reader.opens("/incidents")
    await page.evaluate(
        """Object.defineProperty(document, "hidden", { get: () => window.away, configurable: true })
        window.away = true"""
    )
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.resource_type))
    await page.clock.run_for(60_000)
    assert "fetch" not in asked
    async with page.expect_request("**/incidents"):
        await page.evaluate(
            "window.away = false, document.dispatchEvent(new Event('visibilitychange'))"
        )


async def test_when_the_pass_is_over_the_page_says_how_to_get_another(reader: Reader) -> None:
    page = await reader.opens("/incidents")
    reader.pages.rig.clock.advance(timedelta(hours=12))
    await page.clock.fast_forward(6_000)
    await expect(page.get_by_role("heading", name="Open it from Slack")).to_be_visible()


async def test_a_server_that_is_away_is_told_by_the_dot(reader: Reader) -> None:
    page = await reader.opens("/incidents")
    await page.route("**/incidents", lambda route: route.abort())
    for told in ("[data-live]:not(.live)", "[data-live].away"):
        await page.clock.fast_forward(20_000)
        await expect(page.locator(told)).to_be_visible()
    await page.unroute("**/incidents")
    async with page.expect_response("**/incidents"):
        await page.clock.fast_forward(60_000)
    await expect(page.locator("[data-live].live")).to_be_visible()


# ── Whatever people typed ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [320, 390, 1440])
async def test_nothing_typed_runs_or_reaches_beyond_the_edge(reader: Reader, width: int) -> None:
    for title in HOSTILE:
        await _busy(reader.pages, title)
    page = await reader.opens("/incidents", viewport={"width": width, "height": 800})
    await reader.fine(page)
    for number in range(1, len(HOSTILE) + 1):
        for part in ("", "/review"):
            await page.goto(f"{reader.pages.url}/incidents/{number}{part}")
            await reader.fine(page)
            assert await page.evaluate(_BROKEN_WORDS) == [], "a table scrolls in its own box"
            heading = page.get_by_role("heading", level=1)
            await expect(heading).to_have_text(HOSTILE[number - 1])


async def test_a_script_in_the_page_would_not_run(reader: Reader) -> None:
    page = await reader.opens("/incidents")
    refused = await page.evaluate(
        """new Promise((told) => {
          document.addEventListener("securitypolicyviolation", (e) => told(e.violatedDirective));
          document.body.append(Object.assign(document.createElement("script"),
            { textContent: "window.hit = 1" }));
          if (window.hit) told("it ran");
        })"""
    )
    assert refused == "script-src-elem"


# ── Suiting the reader ──────────────────────────────────────────────────────────────────────────


async def test_times_are_in_the_readers_zone(reader: Reader) -> None:
    await reader.pages.declared()
    page = await reader.opens("/incidents/1", timezone_id="Asia/Tokyo")
    await expect(page.locator("#event-1 time")).to_have_text("19:00")
    await expect(page.locator("#times")).to_contain_text("Wed 4 Mar, 19:00")
    await expect(page.get_by_text("Times are in Asia/Tokyo.")).to_be_visible()
    await expect(page.locator(".asof")).to_have_text(re.compile("as of 19:00:0\\d Asia/Tokyo"))


async def test_days_begin_where_they_begin_for_the_reader(reader: Reader) -> None:
    stream = await reader.pages.declared()
    await reader.pages.does(
        stream, c.AddNote(text=Text("late"), at=reader.pages.rig.clock.now() - timedelta(hours=11))
    )
    page = await reader.opens("/incidents/1", timezone_id="Asia/Tokyo")
    await expect(page.locator("[data-day]")).to_have_count(1)
    page = await reader.opens("/incidents/1")
    await expect(page.locator("[data-day]")).to_have_count(2)


async def test_without_scripts_everything_can_be_read(reader: Reader) -> None:
    await _busy(reader.pages)
    context = await reader.browser.new_context(java_script_enabled=False, timezone_id="Asia/Tokyo")
    page = await context.new_page()
    await page.goto(f"{reader.pages.url}/incidents?pass={reader.pages.signed(ANN)}")
    await page.get_by_role("link", name="checkout is down").click()
    await expect(page.locator("#event-1 time")).to_have_text("10:00")
    await expect(page.get_by_text("Times are in UTC.")).to_be_visible()
    await page.get_by_role("link", name="Notes").click()
    await expect(page.locator("#rows > li")).to_have_count(1)
    await expect(page.get_by_role("button")).to_have_count(0)
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_in_light_and_dark(reader: Reader, scheme: str) -> None:
    for severity in ("sev1", "sev2", "sev3", "sev4"):
        await reader.pages.declared(severity, severity=severity, drill=True, private=True)
    await _busy(reader.pages)
    reader.pages.rig.clock.advance(timedelta(hours=2))
    wanted = ".badge, .mark, .late, .none, .about, .by, .small, a, p, dt, dd, summary, h2, button"
    page = await reader.opens("/incidents", color_scheme=scheme)
    for path in ("/incidents", "/incidents/5", "/incidents/5/review", "/incidents?q=nothing"):
        await page.goto(reader.pages.url + path)
        assert await page.evaluate(_CONTRAST, wanted) == []


async def test_light_or_dark_can_be_chosen_and_stays_chosen(reader: Reader) -> None:
    page = await reader.opens("/incidents", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(paper)
    switch = page.get_by_role("button", name="Theme")
    await switch.click()
    await switch.click()
    await expect(switch).to_have_text("Theme: dark")
    dark = await page.evaluate(paper)
    assert dark != light
    await _keeps(page, "dark")
    await page.reload()
    assert await page.evaluate(paper) == dark
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await switch.click()
    await expect(switch).to_have_text("Theme: system")
    await _keeps(page, "")
    await page.reload()
    assert await page.evaluate(paper) == light


async def _keeps(page: Page, theme: str) -> None:
    """Wait until the browser keeps what a window chose: cookies are kept by another process."""
    async with asyncio.timeout(PATIENCE / 1000):
        kept = None
        while kept != theme:
            cookies = {each["name"]: each["value"] for each in await page.context.cookies()}
            kept = cookies.get(THEME, "")


async def test_the_system_decides_where_nobody_chose(reader: Reader) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    seen = {
        await (await reader.opens("/incidents", color_scheme=scheme)).evaluate(paper)
        for scheme in ("light", "dark")
    }
    assert len(seen) == 2


async def test_the_keyboard_leads_through_the_page(reader: Reader) -> None:
    await reader.pages.declared()
    page = await reader.opens("/incidents")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    for _ in range(3):
        await page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert await page.evaluate(outline) == "solid"


async def test_every_part_has_its_name_for_those_who_listen(reader: Reader) -> None:
    await _busy(reader.pages)
    page = await reader.opens("/incidents/1")
    for name in ("Latest update", "Impact", "Roles", "Milestones", "Follow-ups", "Timeline"):
        await expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    await expect(page.get_by_role("main")).to_be_visible()
    await expect(page.get_by_role("progressbar", name="Playbook: Service outage")).to_be_visible()
    await page.goto(f"{reader.pages.url}/incidents")
    await expect(page.get_by_role("search")).to_be_visible()
    await expect(page.get_by_role("searchbox", name="Search incidents")).to_be_visible()
    await expect(page.get_by_role("heading", level=2, name="checkout is down")).to_be_visible()


async def test_a_link_to_an_event_finds_it_on_whatever_page_it_stands(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "PAGE", 4)
    stream = await reader.pages.declared()
    for n in range(10):
        await reader.pages.does(stream, c.AddNote(text=Text(f"note {n}")))
    page = await reader.opens("/incidents/1#event-1")
    await expect(page.locator("#event-1")).to_be_in_viewport()


async def test_a_printed_review_is_a_document(reader: Reader) -> None:
    await _busy(reader.pages)
    page = await reader.opens("/incidents/1/review", color_scheme="dark")
    for _ in range(2):
        await page.get_by_role("button", name="Theme").click()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation", name="Contents")).to_be_hidden()
    await expect(page.locator("header.top")).to_be_hidden()
    await expect(page.get_by_text("Times are in UTC.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
