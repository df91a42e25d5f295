"""The tour of the README works word by word: it is read here and played as a newcomer would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.demo.running import Demo, demo

README = Path("README.md").read_text()
TOUR = README[README.index("## A tour") : README.index("## Install it")]


@dataclass(kw_only=True)
class Newcomer:
    """Somebody who has read the README and nothing else."""

    demo: Demo
    who: str = "ann"
    where: str = "general"
    answers: list[str] = field(default_factory=list)

    async def follows(self, line: str) -> None:
        """Do what one line of the tour says."""
        if person := re.search(r"[Aa]s \*\*(\w+)\*\*", line):
            self.who = person.group(1).lower()
        if channel := re.search(r"in \*\*#([\w-]+)\*\*", line):
            self.where = channel.group(1)
        if re.search(r"Press \*\*\+30 min\*\* twice", line):
            await self.lets_pass(minutes=60)
        if line.startswith("/incident"):
            reply = await self.demo.sim.person(self.who).types(self.where, line)
            assert not reply.error, reply
            self.answers.append(reply.text)
            await self.lets_pass(seconds=5)

    async def fills(self, rows: list[tuple[str, str]]) -> None:
        """Fill in the open form, by the labels that stand in it, and submit it."""
        person = self.demo.sim.person(self.who)
        values = {
            label: [text.removeprefix("✓ ")] if text.startswith("✓ ") else text
            for label, text in rows
        }
        submission = await person.submits(values)
        assert submission.ok, submission
        await self.lets_pass(seconds=5)

    async def lets_pass(self, **duration: float) -> None:
        """Let time pass, a minute or a second at a time."""
        span = timedelta(**duration)
        step = timedelta(seconds=1) if span < timedelta(minutes=1) else timedelta(minutes=1)
        for _ in range(span // step):
            self.demo.clock.advance(step)
            await self.demo.app.rested()

    @property
    def form_is_open(self) -> bool:
        """Whether a form waits for them."""
        return self.demo.sim.person(self.who).modal is not None


def rows_behind(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The rows of the table that comes next, if one does."""
    for line in lines:
        if row := re.fullmatch(r"\| (.+?) \| (.+?) \|", line):
            if row.group(1) != "in the form":
                yield row.group(1), row.group(2)
        elif line.strip() and not line.startswith(("|", "```")):
            return


async def test_the_tour_leads_to_a_closed_incident_with_a_complete_review() -> None:
    clock = Clock(stopped_at=datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
    async with demo(clock) as running:
        newcomer = Newcomer(demo=running)
        lines = TOUR.splitlines()
        for number, line in enumerate(lines):
            await newcomer.follows(line)
            if newcomer.form_is_open:
                await newcomer.fills(list(rows_behind(lines[number + 1 :])))
                assert not newcomer.form_is_open
        room = running.sim.person("bob").sees("inc-1-checkout-is-down")
        feed = running.sim.person("dan").sees("incidents")
    assert "is due now" in room
    assert "Nobody can pay at the moment" in feed
    assert "INC-1 is closed" in room
    assert "The review of INC-1 is complete" in room
    assert "Read the review" in room


def test_the_tour_names_what_its_commands_are_about() -> None:
    commands = re.findall(r"^/incident (\w+)", TOUR, re.MULTILINE)
    for word in ("declare", "role", "update", "playbook", "resolve", "review", "close"):
        assert word in commands
