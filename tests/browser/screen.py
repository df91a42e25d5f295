"""One person's open page of the simulator, in a person's words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.async_api import Locator, Page, expect

from bot.simulator import Simulator
from tests.browser.small_bot import SmallBot

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GENERAL = "C0GENERAL"
TOASTS_STAY = """
  window.passing = [];
  const real = window.setTimeout;
  window.setTimeout = (run, ms, ...more) =>
    ms === 6000 ? window.passing.push(run) : real(run, ms, ...more);
"""
"""What goes by itself after six seconds stays until it was seen: the test calls what is passing."""


@dataclass(kw_only=True)
class Screen:
    """One person's open page, in a person's words."""

    page: Page
    simulator: Simulator
    bot: SmallBot
    problems: list[str]

    async def goes_to(self, *, as_: str = "ann", at: str = GENERAL) -> None:
        await self.page.goto(f"{self.simulator.url}/#as=U0{as_.upper()}&at={at}")
        await expect(self.page.locator(".room__head")).to_be_visible()

    async def types(self, text: str) -> None:
        await self.composer.fill(text)
        await self.page.keyboard.press("Escape")  # puts away the suggestions
        await self.composer.focus()
        await self.page.keyboard.press("Enter")

    async def chooses(self, field: str, label: str) -> None:
        await self.modal.get_by_label(field).click()
        await self.page.get_by_role("option", name=label).click()

    async def looks_for(self, text: str, *found: str) -> None:
        """Type into the field above a list, until the list holds nothing else."""
        await self.page.get_by_role("combobox").fill(text)
        await expect(self.page.get_by_role("option")).to_have_text(found)

    async def becomes(self, name: str) -> None:
        await self.page.get_by_role("radio", name=name).click()

    @asynccontextmanager
    async def refused(self) -> AsyncIterator[None]:
        """What is done here the server refuses, of which the browser says a word of its own."""
        async with self.page.expect_console_message(lambda said: said.type == "error"):
            yield
        assert len(self.problems) == 1
        self.problems.clear()

    @property
    def composer(self) -> Locator:
        return self.page.locator("[data-composer=room]")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog").filter(has=self.page.locator(".modal__head"))

    def message(self, text: str) -> Locator:
        return self.page.locator(".messages .message").filter(has_text=text)
