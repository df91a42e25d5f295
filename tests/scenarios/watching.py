"""Watching people work: what appeared before somebody's eyes since they looked last."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.errors import CannotDo
from bot.simulator.people import Reply
from tests.people import Responder, World


@dataclass
class Watched:
    """A person at work in one room; each look at a place shows only what came since the last."""

    person: Responder
    room: str = ""
    _seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def world(self) -> World:
        return self.person.world

    # Doing

    async def types(self, words: str) -> Reply:
        """Type a command in the room."""
        return await self.person.says(f"/incident {words}", in_=self.room)

    async def opens(self, label: str, form: str, *, in_: str | None = None) -> str:
        """Press what opens a form, and return what the form shows."""
        await self.person.clicks(label, in_=in_ or self.room)
        return (await self.person.hands.sees_modal(form)).text

    async def fills(self, **values: Any) -> None:
        """Fill in the open form; it is accepted."""
        submission = await self.person.submits(values)
        assert submission.ok, submission

    async def presses(self, label: str, *, in_: str | None = None) -> None:
        """Press a button in the room, or elsewhere."""
        await self.person.clicks(label, in_=in_ or self.room)

    # Seeing

    def new(self, in_: str = "") -> str:
        """What has come to the room, or to another place, since they looked there last."""
        try:
            screen = self.person.hands.screen(in_ or self.room)
        except CannotDo:
            return ""
        fresh = [each for each in screen if (each.channel, each.ts) not in self._seen]
        self._seen |= {(each.channel, each.ts) for each in fresh}
        return "\n".join(self.person.hands.reads(each) for each in fresh)

    def told(self) -> str:
        """What Muster has told them in a direct message since they looked last."""
        return self.new("@app")

    async def card(self) -> str:
        """The card, as it is now."""
        incident = await self.world.incident()
        assert incident.card is not None
        channel = self.world.sim.workspace.channels[incident.card.channel]
        return self.person.hands.words_of(channel.messages[incident.card.ts])

    async def announcement(self) -> str:
        """The announcement, as it is now."""
        incident = await self.world.incident()
        assert incident.announcement is not None
        feed = self.world.sim.workspace.channels[incident.announcement.channel]
        return self.person.hands.words_of(feed.messages[incident.announcement.ts])


@dataclass(kw_only=True)
class Cast:
    """The three who carry the incident."""

    world: World
    ann: Watched
    bob: Watched
    carol: Watched

    @property
    def everybody(self) -> tuple[Watched, ...]:
        return (self.ann, self.bob, self.carol)

    async def are_in(self, number: int = 1) -> None:
        """Let them work in the incident's room."""
        room = (await self.world.room(number)).name
        for one in self.everybody:
            one.room = room

    def quiet(self, *who: Watched) -> None:
        """Nothing came to these people, neither in the room nor in a direct message."""
        for one in who or self.everybody:
            assert one.new() == "", one.person.hands
            assert one.told() == "", one.person.hands

    def looked(self) -> None:
        """Everybody has seen all there is."""
        for one in self.everybody:
            one.new()
            one.new("incidents")
            one.told()


def timeline_of(review: str) -> list[str]:
    """The sentences of the review's timeline, without their times and links."""
    section = review.partition("\n## Timeline\n")[2].partition("\n## ")[0]
    return re.findall(r"^- \[[^]]+\]\([^)]+\) – (.+)$", section, re.MULTILINE)
