"""The tour of the README, followed by hand in a real Chromium on the running demo."""

from dataclasses import dataclass
from typing import assert_never

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.clock import Clock
from bot.demo.running import demo
from tests.cli.tour import Become, GoTo, Press, Step, Type, steps

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(kw_only=True)
class Newcomer:
    """Somebody who has the README beside the browser."""

    page: Page

    async def does(self, step: Step) -> None:
        """Do what one step of the tour says."""
        match step:
            case Become(name=name):
                await self.page.get_by_role("radio", name=name).click()
            case GoTo(channel=channel):
                sidebar = self.page.locator(".side__list")
                await sidebar.get_by_text(channel, exact=True).click()
                await expect(self.page.locator(".room__head")).to_contain_text(channel)
            case Press(label=label, times=times):
                for _ in range(times):
                    await self.page.get_by_role("button", name=label).click()
                await self.sees("is due now")
            case Type(command=command, form=form):
                await self.types(command)
                if form or command.endswith("close"):
                    await self.fills(form)
            case _:
                assert_never(step)

    async def types(self, command: str) -> None:
        """Type a command into the box at the bottom and send it."""
        await self.composer.fill(command)
        await self.page.keyboard.press("Escape")  # puts away the suggestions
        await self.composer.focus()
        await self.page.keyboard.press("Enter")
        await expect(self.composer).to_have_value("")
        await expect(self.page.locator(".composer__hint--waiting")).to_have_count(0)

    async def fills(self, form: tuple[tuple[str, str], ...]) -> None:
        """Fill in the form by its labels, and submit it."""
        await expect(self.modal).to_be_visible()
        for label, text in form:
            if text.startswith("✓ "):
                await self.modal.get_by_label(text.removeprefix("✓ ")).check()
            else:
                await self.modal.get_by_role("textbox", name=label).fill(text)
        await self.modal.locator("button[type=submit]").click()
        await expect(self.modal).to_be_hidden()

    async def sees(self, words: str) -> None:
        """Wait until the words stand in the channel."""
        await expect(self.page.locator(".messages").get_by_text(words).last).to_be_visible()

    @property
    def composer(self) -> Locator:
        """The box at the bottom."""
        return self.page.locator("[data-composer=room]")

    @property
    def modal(self) -> Locator:
        """The open form."""
        return self.page.get_by_role("dialog").filter(has=self.page.locator(".modal__head"))


async def test_a_newcomer_follows_the_tour_in_a_browser(profile: BrowserContext) -> None:
    async with demo(Clock()) as running:
        page = await profile.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(running.address)
        newcomer = Newcomer(page=page)
        for step in steps():
            await newcomer.does(step)
        await newcomer.sees("INC-1 is closed")
        await newcomer.sees("The review of INC-1 is complete")
        await page.close()
    assert problems == []
