"""Plays a story in a workspace, narrates it, and moves the clock where it says `when`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.simulator.control.faults import order_fault
from bot.simulator.errors import CannotDo, SlackError, WrongOrder
from bot.simulator.moving import move
from bot.simulator.space import Space
from bot.simulator.stories.deeds import PATIENCE, Doing, do
from bot.simulator.stories.script import ROLES, Persona, Step, Story, StoryBroke
from bot.simulator.workspace import NotSeen

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

WIDTH = 92
BETWEEN = 2.0
"""Seconds of the workspace's clock between steps, so that people can read."""


@dataclass(frozen=True, kw_only=True)
class Playing:
    """How a story is played: the simulator, where to narrate, and how to let time pass."""

    simulator: "Simulator"
    tell: Callable[[str], None]
    pause: Callable[[float], Awaitable[None]]
    """Let so many seconds pass on the workspace's clock."""
    patience: float = PATIENCE

    async def play(self, story: Story) -> None:
        """Play it to its end.

        Raises:
            StoryBroke: somebody could not do, or did not see, what the story says; or there is no
                such workspace.
        """
        try:
            space = self.simulator.space(story.workspace) if story.workspace else self.simulator
        except WrongOrder as wrong:
            raise StoryBroke(f"{wrong} `muster simulator --workspace` opens one.") from wrong
        began = self.simulator.clock.now()
        for each in story.people:
            bring(space, each)
        for step in story.steps:
            try:
                await self._step(space, step, began)
            except (CannotDo, NotSeen, SlackError, WrongOrder, LookupError) as fault:
                raise StoryBroke(f"{step.at}: {fault}") from fault
        for order in self.simulator.faults:
            if not order.struck:
                self._said("Slack", f"never met what was ordered: {order.kind} for {order.target}")

    async def _step(self, space: Space, step: Step, began: datetime) -> None:
        if step.chapter:
            self.tell(f"\n── {step.chapter} " + "─" * max(0, WIDTH - len(step.chapter) - 4))
        if step.when is not None:
            await self._wait_until(began + step.when)
        if step.order is not None:
            order = order_fault(self.simulator, dict(step.order))
            self._said("Slack", f"has trouble: {order.kind} for {order.target}")
        if step.heals:
            self.simulator.faults.clear()
            self._said("Slack", "is well again")
        if step.who:
            await self._act(space, step)

    async def _wait_until(self, when: datetime) -> None:
        """Move the clock, as a visitor of the page can; where it is later already, go on."""
        ahead = when - self.simulator.clock.now()
        if ahead > timedelta():
            minutes = -(-ahead // timedelta(minutes=1))
            self._said("⏩", f"the clock is moved by {minutes} minutes")
            move(self.simulator.ground, ahead.total_seconds())
            await self.pause(BETWEEN)

    async def _act(self, space: Space, step: Step) -> None:
        person = space.person(step.who)
        doing = Doing(space=space, person=person, step=step, patience=self.patience)
        if step.deed:
            self._said(step.who.capitalize(), _words(step))
            for name, value in step.fields.items():
                if isinstance(value, str):
                    self._aside(f"   {name.replace('_', ' ')}: {value}")
            if private := await do(doing):
                self._aside(f"→ only {step.who.capitalize()} sees: {_short(private)}")
            await self.pause(BETWEEN)
        for words in step.sees:
            self._aside(f"→ {_short(await doing.sees(words))}")
            await self.pause(BETWEEN)
        for words in step.unseen:
            await doing.does_not_see(words)
            self._aside(f"→ does not see “{words}”")

    def _said(self, who: str, what: str) -> None:
        """Narrate with the time of day as the workspace has it."""
        self.tell(f"{self.simulator.clock.now():%H:%M}  {who:7} {what}")

    def _aside(self, text: str) -> None:
        self.tell(f"       {text}")


def bring(space: Space, persona: Persona) -> None:
    """Add a person to the workspace, unless they are there already."""
    try:
        space.person(persona.name)
    except LookupError:
        role = ROLES[persona.role]
        space.hire(persona.name, persona.real_name, title=persona.title, tz=persona.zone, **role)


def _words(step: Step) -> str:
    """What the person does, in a line."""
    match step.deed:
        case "types":
            return step.text if step.text.startswith("/") else f"“{step.text}”"
        case "submits":
            return "sends the form" if step.fields else "sends the form as it is"
        case "fills" | "chooses":
            return "fills in the form" if step.deed == "fills" else "chooses"
        case "reacts" | "unreacts":
            taken = "takes back" if step.deed == "unreacts" else "sets"
            return f"{taken} :{step.text}: on “{step.to}”"
        case "edits":
            return f"edits “{step.text}” into “{step.into}”"
        case "uses":
            return f"uses the shortcut {step.text}"
        case _:
            return f"{step.deed} {step.text}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
