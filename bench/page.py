"""What the simulator's page costs with 10,000 messages in a channel, in a real Chromium."""

import os
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.table import Table
from bot.clock import Clock
from bot.simulator.serve import running
from bot.simulator.simulator import Simulator
from bot.simulator.workspace import Message

MANY = 10_000
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
STEP = 240  # pixels a frame: about 14,000 a second, faster than anybody reads
_GENERAL = "C0GENERAL"
_THOUSAND = 1_000
_FELT = 50  # ms; somebody who scrolls feels a frame that is longer
_SCROLL = """async step => {
    const box = document.querySelector("[data-scroll=room]");
    const frames = [];
    let waited = 0;
    let last = performance.now();
    while (box.scrollTop > 0 || "earlier" in box.dataset) {
        if (box.scrollTop === 0) waited += 1;
        box.scrollTop -= step;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
    }
    return { frames, waited, nodes: document.querySelectorAll("*").length };
}"""


async def measure(table: Table, folder: Path) -> None:  # noqa: ARG001 - nothing is stored
    """Open the channel, scroll from its end to its beginning, and write into it."""
    async with running(Clock()) as simulator, async_playwright() as playwright:
        _fill(simulator)
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 820})
        await _open(table, page, simulator)
        await _scroll(table, page)
        await _write(table, page)
        await browser.close()


def _fill(simulator: Simulator) -> None:
    workspace = simulator.workspace
    room = workspace.channels[_GENERAL]
    for number in range(MANY):
        text = (
            f"Entry {number}. *Seen* by <@U0CAROL> in `web-{number % 9}` {'again ' * (number % 40)}"
        )
        user = "U0BOB" if number % 3 else "U0ANN"
        said = Message(channel=room.id, ts=workspace.mint_ts(room), user=user, text=text)
        room.store(said)


async def _open(table: Table, page: Page, simulator: Simulator) -> None:
    began = time.perf_counter()
    await page.goto(f"{simulator.url}/#as=U0ANN&at={_GENERAL}")
    await page.locator(".message").last.wait_for()
    took = time.perf_counter() - began
    table.add(f"page opened on a channel with {MANY:,} messages", took * _THOUSAND, "ms")


async def _scroll(table: Table, page: Page) -> None:
    line = await page.context.new_cdp_session(page)
    await line.send("Performance.enable")
    before = await _spent(line)
    seen: dict[str, Any] = await page.evaluate(_SCROLL, STEP)
    spent = await _spent(line) - before
    frames = sorted(seen["frames"])
    most = frames[int(len(frames) * 0.99)]
    long = sum(each > _FELT for each in frames)
    median = frames[len(frames) // 2]
    beside = f"{len(frames)} frames, {long} longer than {_FELT} ms; median {median:.1f} ms"
    name = f"scrolled through {MANY:,} messages, a frame (99 %)"
    table.add(name, most, "ms", goal=_FELT, beside=beside)
    table.add("the longest frame of that", frames[-1], "ms", goal=200)
    beside = f"{seen['nodes']:,} elements at most; {seen['waited']} frames at an edge"
    table.add("scripting for it, a message", spent * _THOUSAND / MANY, "ms", beside=beside)


async def _spent(line: Any) -> float:  # noqa: ANN401 - Playwright names no type for it
    metrics = (await line.send("Performance.getMetrics"))["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration"))


async def _write(table: Table, page: Page) -> None:
    await page.get_by_role("button", name="Newest").click()
    box = page.locator("[data-composer=room]")
    await box.fill("The last word")
    began = time.perf_counter()
    await box.press("Enter")
    await page.locator(".message").filter(has_text="The last word").wait_for()
    took = time.perf_counter() - began
    table.add("a message written below them is seen after", took * _THOUSAND, "ms")
