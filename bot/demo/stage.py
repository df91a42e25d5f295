"""The stage of the story: what people do is narrated, and what Muster answers is waited for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.demo.running import Demo
from bot.simulator.people import Person

WIDTH = 92
PATIENCE = 15.0
"""Seconds of wall time within which Muster must have answered."""


class StoryBroke(Exception):
    """The story cannot go on; the sentence says where."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the story is played: a demo, a voice, and a way to let people read."""

    demo: Demo
    tell: Callable[[str], None]
    pause: Callable[[float], Awaitable[None]]
    """Let so many seconds pass on the demo's clock."""

    def person(self, name: str) -> Person:
        """Return somebody by name."""
        return self.demo.sim.person(name)

    def chapter(self, heading: str) -> None:
        """Begin a part of the story."""
        self.tell(f"\n── {heading} " + "─" * (WIDTH - len(heading) - 4))

    def _said(self, who: str, what: str) -> None:
        """Narrate with the time of day as the demo's clock has it."""
        self.tell(f"{self.demo.clock.now():%H:%M}  {who.capitalize():7} {what}")

    def aside(self, text: str) -> None:
        """Say what nobody in the story says."""
        self.tell(f"       {text}")

    async def types(self, who: str, line: str, *, in_: str, opens: bool = False) -> None:
        """Type a slash command; a private answer is narrated. Some words open a form."""
        word = self.demo.app.settings.command
        self._said(who, f"{word} {line}")
        reply = await self.person(who).types(in_, f"{word} {line}")
        if reply.error:
            raise StoryBroke(f"{who}: {line}: {reply.text}")
        if reply.text:
            self.aside(f"→ only {who.capitalize()} sees: {_short(reply.text)}")
        await self.pause(2)
        if not opens and self.person(who).modal is not None:
            raise StoryBroke(f"{who}: {line}: a form opened")

    async def posts(self, who: str, text: str, *, in_: str, reaction: str = "") -> None:
        """Say something in a channel, and mark it where a reaction is given."""
        marked = f"  (marked :{reaction}: for the timeline)" if reaction else ""
        self._said(who, f"“{text}”{marked}")
        message = await self.person(who).posts(in_, text)
        if reaction:
            await self.person(who).reacts(reaction, to=message)
        await self.pause(2)

    async def fills(self, who: str, form: str, values: Mapping[str, Any]) -> None:
        """Fill in the form that is open and submit it."""
        modal = await self.person(who).sees_modal(form, within=PATIENCE)
        self._said(who, f"fills in “{modal.title}”")
        for name, value in values.items():
            if isinstance(value, str):
                self.aside(f"   {name.replace('_', ' ')}: {value}")
        submission = await self.person(who).submits(values)
        if not submission.ok:
            raise StoryBroke(f"{who}: {form}: {submission.errors or submission.error}")
        await self.pause(2)

    async def shows(self, words: str, *, in_: str, to: str) -> None:
        """Wait until somebody sees the words in a channel, and narrate the line they stand in."""
        seen = await self.person(to).waits_to_see(words, in_=in_, within=PATIENCE)
        lines = self.person(to).reads(seen).splitlines()
        self.aside(f"→ #{in_}: {_short(next(line for line in lines if words in line))}")
        await self.pause(2)

    async def later(self, **duration: float) -> None:
        """Move the clock, as a visitor of the page can."""
        span = timedelta(**duration)
        minutes = int(span.total_seconds() // 60)
        self.tell(f"{self.demo.clock.now():%H:%M}  ⏩ the clock is moved by {minutes} minutes")
        self.demo.clock.advance(span)
        await self.pause(2)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
