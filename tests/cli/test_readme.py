"""The tour of the README works word by word: it is read here and played as a newcomer would."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.clock import Clock
from bot.demo.running import Demo, demo
from tests.cli.tour import TOUR, Become, GoTo, Press, Step, Type, steps


@dataclass(kw_only=True)
class Newcomer:
    """Somebody who has read the README and nothing else."""

    demo: Demo
    who: str = "ann"
    where: str = "general"

    async def does(self, step: Step) -> None:
        """Do what one step of the tour says."""
        match step:
            case Become(name=name):
                self.who = name.lower()
            case GoTo(channel=channel):
                self.where = channel
            case Press(label="+30 min", times=times):
                await self.lets_pass(timedelta(minutes=1), 30 * times)
            case Press():
                raise AssertionError(step)
            case Type():
                await self.types(step)
            case _:
                assert_never(step)

    async def types(self, step: Type) -> None:
        """Type a command, and fill in the form that it opens, by the labels that stand in it."""
        person = self.demo.sim.person(self.who)
        reply = await person.types(self.where, step.command)
        assert not reply.error, reply
        await self.lets_pass(timedelta(seconds=1), 5)
        if person.modal is None:
            assert not step.form, f"{step.command} opened no form"
            return
        values = {
            label: [text.removeprefix("✓ ")] if text.startswith("✓ ") else text
            for label, text in step.form
        }
        submission = await person.submits(values)
        assert submission.ok, submission
        await self.lets_pass(timedelta(seconds=1), 5)

    async def lets_pass(self, each: timedelta, times: int) -> None:
        """Let time pass in small steps, and let what is due be carried."""
        for _ in range(times):
            self.demo.clock.advance(each)
            await self.demo.app.rested()


async def test_the_tour_leads_to_a_closed_incident_with_a_complete_review() -> None:
    clock = Clock(stopped_at=datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
    async with demo(clock) as running:
        newcomer = Newcomer(demo=running)
        for step in steps():
            await newcomer.does(step)
        room = running.sim.person("bob").sees("inc-1-checkout-is-down")
        feed = running.sim.person("dan").sees("incidents")
    assert "is due now" in room
    assert "Nobody can pay at the moment" in feed
    assert "INC-1 is closed" in room
    assert "The review of INC-1 is complete" in room
    assert "Read the review" in room


def test_the_tour_covers_an_incident_from_its_declaration_to_its_close() -> None:
    commands = re.findall(r"^/incident (\w+)", TOUR, re.MULTILINE)
    for word in ("declare", "role", "update", "playbook", "resolve", "review", "close"):
        assert word in commands
