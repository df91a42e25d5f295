"""What people do in stories that are drawn at random: typing, pressing, filling in, marking.

One deed is one thing that a person wants. Where a form is in between, it can be taken up again by
somebody whose bot has died: what is open on their screen stays open.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from bot.simulator.errors import CannotDo
from bot.simulator.people import Person
from bot.simulator.record import Delivery
from tests.people import World

FEED = "incidents"
SECRET = "xyzzy"
"""Stands in all that is said of the private incident, and may be read by its people alone."""
ACCEPTED = "acknowledged"
_PRESSES = 3
"""How often somebody presses a form's button before they give up."""


@dataclass(frozen=True)
class Line:
    """Somebody types a command, wherever they may."""

    line: str
    about: int = 1
    resumes: ClassVar[bool] = False

    async def by(self, world: World, who: str) -> None:
        """Type it; outside the room the line names the incident."""
        await world.person(who).hands.types("general", _typed(self.line, self.about))


@dataclass(frozen=True)
class Declares:
    """Somebody declares another incident."""

    title: str
    resumes: ClassVar[bool] = False

    async def by(self, world: World, who: str) -> None:
        """Declare it."""
        line = f"/incident declare {self.title} --sev 3"
        await world.person(who).hands.types("general", line)


@dataclass(frozen=True)
class Waits:
    """Time passes, and what falls due meanwhile comes by itself."""

    minutes: int
    resumes: ClassVar[bool] = False

    async def by(self, world: World, _who: str) -> None:
        """Let it pass."""
        world.clock.advance(timedelta(minutes=self.minutes))


@dataclass(frozen=True)
class Marked:
    """Somebody says something in the room and marks it; `kept` or not, they may think again."""

    text: str
    kept: bool = True
    resumes: ClassVar[bool] = False

    async def by(self, world: World, who: str) -> None:
        """Say and mark; all of it is told to the bot, in whatever order it arrives."""
        hands, room = world.person(who).hands, await _room(world)
        said = await hands.posts(room, self.text)
        await hands.reacts("pushpin", to=said, in_=room)
        if not self.kept:
            await hands.unreacts("pushpin", to=said, in_=room)


@dataclass(frozen=True)
class Presses:
    """Somebody presses a button, if it is there: on the card, or on the announcement."""

    label: str
    in_feed: bool = False
    resumes: ClassVar[bool] = False

    async def by(self, world: World, who: str) -> None:
        """Press it; who does not find it leaves it."""
        hands = world.person(who).hands
        place = FEED if self.in_feed else await _room(world)
        try:
            await hands.clicks(self.label, in_=place)
        except CannotDo:
            return


@dataclass(frozen=True)
class Fills:
    """Somebody opens a form, fills it in wrongly, then rightly, and presses its button twice."""

    word: str
    right: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...] = ()
    twice: bool = False
    about: int = 1
    resumes: ClassVar[bool] = True

    async def by(self, world: World, who: str) -> None:
        """Open it, or go on with what is open; who is refused the form leaves it."""
        hands = world.person(who).hands
        if any(self._took(each, hands.id) for each in world.sim.deliveries):
            return
        if hands.modal is None or hands.modal.callback_id != self.word:
            await _puts_away(hands)
            about = 0 if self.word == "declare" else self.about
            reply = await hands.types("general", _typed(self.word, about))
            if reply.text:
                return
            await hands.sees_modal(self.word, within=30)
            if self.wrong:
                await hands.submits(dict(self.wrong))
        await self._submits(hands, dict(self.right))
        await _puts_away(hands)

    def _took(self, delivery: Delivery, who: str) -> bool:
        """Whether this was what they wanted, and the bot accepted it."""
        view = delivery.payload.get("view") or {}
        sent = delivery.payload.get("type") == "view_submission"
        mine = sent and view["callback_id"] == self.word and delivery.payload["user"]["id"] == who
        answers = [each.answer or {} for each in delivery.attempts if each.outcome == ACCEPTED]
        wanted = mine and all(value in str(view["state"]) for _, value in self.right)
        return wanted and any(each.get("response_action") != "errors" for each in answers)

    async def _submits(self, hands: Person, values: Mapping[str, str]) -> None:
        """Press until it is taken; a second press of the same moment is nothing else."""
        for _ in range(_PRESSES):
            presses = [hands.submits(values) for _ in range(2 if self.twice else 1)]
            if (await asyncio.gather(*presses))[0].result != "failed":
                return


Deed = Line | Declares | Waits | Marked | Presses | Fills


def alone(deed: Deed) -> bool:
    """Whether two who did this at one moment would each do something of their own, or nothing."""
    return isinstance(deed, Declares | Waits | Marked) or (
        isinstance(deed, Fills) and deed.word == "declare"
    )


DEEDS: tuple[Deed, ...] = (
    Declares("search is slow"),
    Line("update the pool is full, we make it larger"),
    Line("note the graph turned at noon"),
    Line("decision we roll back"),
    Line("severity 1 everybody is cut off"),
    Line("severity 3"),
    Line("role scribe @bob"),
    Line("role operations"),
    Line("page @bob please look at the pool"),
    Line("ack"),
    Line("handover @bob"),
    Line("handover accept"),
    Waits(6),
    Waits(33),
    Line("followup add measure the pool"),
    Line("status identified"),
    Line("status mitigated"),
    Line("edit summary nobody can pay"),
    Line("playbook start restore"),
    Line("playbook done 1 https://example.com/graph"),
    Line("resolve rolled the deploy back"),
    Line("reopen it is back"),
    Line("close nobody has time"),
    Line("private --yes"),
    Line(f"update {SECRET} was copied", about=2),
    Line(f"note {SECRET} was seen at noon", about=2),
    Line(f"edit title {SECRET} was sold", about=2),
    Line(f"followup add forget {SECRET}", about=2),
    Line(f"resolve {SECRET} was changed", about=2),
    Line(f"decline {SECRET} is harmless", about=2),
    Marked("it began with the deploy at noon"),
    Marked("it began with the moon", kept=False),
    Presses("Start"),
    Presses("Join", in_feed=True),
    Fills("note", wrong=(("text", "  "),), right=(("text", "the pool is full"),)),
    Fills("decision", right=(("text", "we wait"),), twice=True),
    Fills(
        "update",
        wrong=(("text", ""),),
        right=(("text", "it is mended soon"), ("impact", "nobody can pay")),
        twice=True,
    ),
    Fills("severity", right=(("severity", "sev1"), ("reason", "all are cut off"))),
    Fills("declare", wrong=(("title", " "),), right=(("title", "mail is late"),), twice=True),
    Fills("note", right=(("text", f"{SECRET} is gone"),), twice=True, about=2),
)


def _typed(line: str, about: int) -> str:
    word, _, rest = line.partition(" ")
    return f"/incident {word} {f'inc-{about}' if about else ''} {rest}".rstrip()


async def _room(world: World) -> str:
    """Where the public incident is worked on; it may have moved to a private room."""
    room = (await world.incident(1)).room
    assert room is not None
    return room.channel


async def _puts_away(hands: Person) -> None:
    """Close what is open."""
    if hands.modal is not None:
        await hands.closes_modal(everything=True)
