"""A whole incident on the demo, from its declaration to its close, by three people at once."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.clock import Clock
from bot.demo.running import Demo, demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOM = "inc-1-checkout-is-down"


@dataclass(kw_only=True)
class Responder:
    """One of them, with a window of their own, which is in front while they use it.

    A browser draws the windows behind once a second only, and a click waits for that.
    """

    page: Page

    async def enters(self, channel: str) -> None:
        """Go to a channel of the column on the left."""
        await self.page.bring_to_front()
        row = self.page.locator(".side__list").get_by_text(channel, exact=True)
        await row.click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(channel)

    async def types(self, text: str) -> None:
        """Write it into the box at the bottom and send it."""
        await self.page.bring_to_front()
        await self.composer.fill(text)
        await self.page.keyboard.press("Escape")  # puts away the suggestions
        await self.composer.focus()
        await self.page.keyboard.press("Enter")
        await expect(self.composer).to_have_value("")
        await expect(self.page.locator(".composer__hint--waiting")).to_have_count(0)

    async def presses(self, label: str) -> None:
        """Press a button of the newest message that has it."""
        await self.page.bring_to_front()
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def writes(self, label: str, text: str) -> None:
        """Fill in a field of the open form."""
        await self.page.bring_to_front()
        await self.modal.get_by_role("textbox", name=label).fill(text)

    async def submits(self) -> None:
        """Send the form off, and see it go."""
        await self.page.bring_to_front()
        await self.modal.locator("button[type=submit]").click()
        await expect(self.modal).to_have_count(0)

    async def sees(self, words: str) -> None:
        """Wait until the words stand in the channel."""
        await expect(self.page.locator(".messages").get_by_text(words).last).to_be_visible()

    @property
    def composer(self) -> Locator:
        return self.page.locator("[data-composer=room]")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog").filter(has=self.page.locator(".modal__head"))


async def opened(
    profile: BrowserContext, running: Demo, name: str, troubles: list[str]
) -> Responder:
    """A window in which the demo is seen with somebody's eyes."""
    page = await profile.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(f"{running.address}#as=U0{name.upper()}&at=C0GENERAL")
    await expect(page.get_by_role("radio", checked=True)).to_have_accessible_name(name)
    return Responder(page=page)


async def test_three_people_bring_an_incident_to_its_close(
    profile: BrowserContext, artefacts: Path
) -> None:
    troubles: list[str] = []
    async with demo(Clock()) as running:
        ann, bob, carol = [
            await opened(profile, running, name, troubles) for name in ("ann", "bob", "carol")
        ]
        await declare(ann, artefacts)
        for somebody in (bob, carol, ann):
            await somebody.enters(ROOM)
        await take_part(ann, bob, carol)
        await work(ann, bob, carol, artefacts)
        await miss_an_update(ann, carol)
        await look_home(bob, artefacts)
        await end(ann, bob, carol, artefacts)
    assert troubles == []


async def declare(ann: Responder, artefacts: Path) -> None:
    await ann.types("/incident declare")
    title = ann.modal.get_by_label("What is wrong?")
    await title.fill("checkout " * 20)
    await ann.modal.locator("button[type=submit]").click()
    await expect(ann.modal.get_by_role("alert")).to_contain_text("120")
    await ann.page.screenshot(path=artefacts / "incident-1-refused.png")
    await title.fill("checkout is down")
    await ann.modal.locator("[data-picker=severity]").click()
    await ann.page.get_by_role("option", name="SEV2").click()
    await ann.modal.locator("button[type=submit]").click()
    await expect(ann.modal).to_contain_text("INC-1")
    await ann.page.keyboard.press("Escape")
    await expect(ann.modal).to_have_count(0)


async def take_part(ann: Responder, bob: Responder, carol: Responder) -> None:
    await bob.types("/incident role operations")
    await ann.sees("@bob")
    await bob.types("For five minutes now every payment ends in a time-out.")
    said = carol.page.locator(".message").filter(has_text="every payment ends").first
    await carol.page.bring_to_front()
    await said.focus()  # the mouse would lose it when something else is said
    await said.get_by_role("button", name="React with pushpin").click()
    await expect(said.get_by_role("button", name="memo, 1")).to_be_visible()
    await carol.presses("Post update")
    await carol.writes("What is happening", "Nobody can pay. We look for the cause.")
    await carol.submits()
    await bob.sees("Nobody can pay. We look for the cause.")


async def work(ann: Responder, bob: Responder, carol: Responder, artefacts: Path) -> None:
    await ann.types("/incident playbook start service-outage")
    await bob.sees("Service outage")
    await bob.types("/incident note All database connections are in use since the deploy")
    await ann.presses("Decision")
    await ann.writes("What was decided", "Roll the deploy back")
    await ann.submits()
    await ann.types("/incident status identified")
    await ann.modal.get_by_label("What kind of incident is it?").click()
    await ann.page.get_by_role("option", name="availability").click()
    await ann.submits()
    await expect(carol.page.locator(".room__topic")).to_contain_text("identified")
    await carol.page.bring_to_front()
    await carol.page.screenshot(path=artefacts / "incident-2-room.png")


async def miss_an_update(ann: Responder, carol: Responder) -> None:
    await ann.page.bring_to_front()
    for _ in range(2):
        await ann.page.get_by_role("button", name="+30 min").click()
    await ann.sees("is due now")
    await carol.types("/incident update The deploy is rolled back, payments work again.")
    await ann.sees("The deploy is rolled back, payments work again.")


async def look_home(bob: Responder, artefacts: Path) -> None:
    await bob.page.bring_to_front()
    await bob.page.locator(".side__list").get_by_text("Muster: home").click()
    await expect(bob.page.locator(".home")).to_contain_text("checkout is down")
    await bob.page.screenshot(path=artefacts / "incident-3-home.png")
    await bob.enters(ROOM)


async def end(ann: Responder, bob: Responder, carol: Responder, artefacts: Path) -> None:
    await ann.presses("Resolve")
    await ann.writes("How was it mended?", "The last deploy was rolled back.")
    await ann.modal.get_by_label("Normal operation is verified").check()
    await ann.submits()
    await expect(carol.page.locator(".room__topic")).to_contain_text("resolved")
    await bob.types("/incident followup add Alert when the connections run out @bob --due 7d")
    await ann.types("/incident edit impact Nobody could pay for an hour")
    await carol.types("/incident review")
    await carol.writes("Summary", "A deploy used up all database connections.")
    await carol.writes("Cause", "Each request opened a connection of its own.")
    await carol.submits()
    await ann.types("/incident close")
    await expect(ann.modal).to_be_visible()
    await ann.submits()
    for somebody in (ann, bob, carol):
        await somebody.sees("INC-1 is closed")
    await bob.sees("The review of INC-1 is complete")
    await bob.page.bring_to_front()
    await bob.page.screenshot(path=artefacts / "incident-4-closed.png")
