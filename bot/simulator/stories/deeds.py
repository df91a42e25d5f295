"""Carries out the deeds of a story's steps; what fails says why in a sentence."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.simulator.deeds import dms
from bot.simulator.errors import CannotDo
from bot.simulator.people import Person
from bot.simulator.people.acting import Outcome, Where
from bot.simulator.people.presence import Seen
from bot.simulator.space import Space
from bot.simulator.stories.script import Step
from bot.simulator.workspace import Channel, NotSeen

PLACES = frozenset({"home", "modal"})
PATIENCE = 15.0
"""Seconds of wall time within which the app must have answered."""


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One step, with the person who does it."""

    space: Space
    person: Person
    step: Step
    patience: float = PATIENCE

    async def room(self, name: str, *, member: bool = True) -> Channel:
        """The channel of that name, which may hold `*`, once they know it; `@bob` is a DM."""
        workspace = self.space.workspace
        if name.startswith("@"):
            return self.person.room(name)

        def found() -> Channel | None:
            try:
                return self.person.room(self._named(name))
            except CannotDo:
                return None

        def joined() -> Channel | None:
            room = found()
            return room if room is not None and room.is_member(self.person.id) else None

        try:
            return await workspace.wait_for(joined if member else found, within=self.patience)
        except NotSeen:
            known = self.person.room(self._named(name))  # says why not
            where = dms.called(workspace, known, self.person.id)
            raise CannotDo(f"{self.person.user.name} is not in {where}") from None

    def _named(self, name: str) -> str:
        if "*" not in name:
            return name
        rooms = self.space.workspace.channels.values()
        known = [each.id for each in rooms if each.name and self.person.knows(each)
                 and fnmatchcase(each.name, name) and not each.is_archived]  # fmt: skip
        return known[-1] if known else name

    async def message(self, words: str) -> str:
        """The ts of the newest message with these words, once it is there."""
        room = await self.room(self.step.place)
        return (await self._seen(words, room)).ts

    async def _seen(self, words: str, room: Channel) -> Seen:
        return await self.person.waits_to_see(words, in_=room.name or room.id, within=self.patience)

    async def where(self) -> Where:
        """Where to look for a button or a field."""
        step = self.step
        if not step.place or step.place in PLACES:
            return step.place or None
        room = await self.room(step.place)
        return await self._seen(step.to, room) if step.to else room.name or room.id

    async def sees(self, words: str) -> str:
        """Wait until they see it; returns the line it stands in."""
        place = self.step.place
        if place == "home":
            await self.person.waits_for_home(words, within=self.patience)
            return f"home: {_line(self.person.sees_home(), words)}"
        if place == "modal":
            modal = await self.person.sees_modal(showing=words, within=self.patience)
            return f"{modal.title}: {_line(modal.text, words)}"
        room = await self.room(place, member=False)
        seen = await self._seen(words, room)
        where = dms.called(self.space.workspace, room, self.person.id)
        return f"{where}: {_line(self.person.reads(seen), words)}"

    async def does_not_see(self, words: str) -> None:
        """Wait until it cannot be seen; what they never saw is not waited for."""
        place, person = self.step.place, self.person
        room = None if place in PLACES else await self.room(place, member=False)

        def shown() -> str:
            if room is not None:
                return person.sees(room.id)
            modal = person.modal
            return person.sees_home() if place == "home" else modal.text if modal else ""

        try:
            await self.space.workspace.wait_for(lambda: words not in shown(), within=self.patience)
        except NotSeen:
            raise CannotDo(f"{person.user.name} still sees {words!r} in {place}") from None


def _line(text: str, words: str) -> str:
    return next((line for line in text.splitlines() if words in line), text)


Act = Callable[[Doing], Awaitable[str]]
"""Does it, and returns what only this person sees of it."""


async def do(doing: Doing) -> str:
    """Do the step's deed.

    Raises:
        CannotDo: the person cannot.
        NotSeen: what it needs did not appear.
    """
    return await ACTS[doing.step.deed](doing)


def _check(outcome: Outcome) -> str:
    if not outcome.ok:
        raise CannotDo(outcome.error)
    return ""


# -- saying and marking ---------------------------------------------------------------------------


async def _types(doing: Doing) -> str:
    room = await doing.room(doing.step.place)
    if not doing.step.text.startswith("/"):
        thread = await doing.message(doing.step.thread) if doing.step.thread else None
        await doing.person.posts(room.id, doing.step.text, thread=thread)
        return ""
    reply = await doing.person.types(room.id, doing.step.text)
    if reply.error:
        raise CannotDo(reply.text)
    return reply.text


def _on_message(act: Callable[[Person, Step, str, str], Awaitable[None]]) -> Act:
    """What is done to a message: that with the words in `to`, or else after the deed itself."""

    async def act_on_it(doing: Doing) -> str:
        step = doing.step
        ts, room = await doing.message(step.to or step.text), await doing.room(step.place)
        await act(doing.person, step, ts, room.id)
        return ""

    return act_on_it


# -- buttons and forms ----------------------------------------------------------------------------


async def _clicks(doing: Doing) -> str:
    return _check(await doing.person.clicks(doing.step.text, in_=await doing.where()))


async def _chooses(doing: Doing) -> str:
    where = await doing.where()
    for name, value in doing.step.fields.items():
        _check(await doing.person.chooses(str(name), value, in_=where))
    return ""


async def _fills(doing: Doing) -> str:
    await doing.person.sees_modal(doing.step.form, within=doing.patience)
    await doing.person.fills(doing.step.fields)
    return ""


async def _submits(doing: Doing) -> str:
    step = doing.step
    modal = await doing.person.sees_modal(step.form, within=doing.patience)
    wanted = {doing.person.block_named(name): words for name, words in step.refused.items()}
    submission = await doing.person.submits(step.fields)
    told = submission.errors
    if step.refused:
        missing = [name for name, words in wanted.items() if words not in told.get(name, "")]
        if missing:
            came = "; ".join(f"{name}: {words}" for name, words in told.items()) or "it was taken"
            raise CannotDo(f"“{modal.title}” should be refused for {missing[0]}, but {came}")
        return "; ".join(told.values())
    if not submission.ok:
        why = "; ".join(f"{name}: {words}" for name, words in told.items()) or submission.error
        raise CannotDo(f"“{modal.title}” is refused: {why}")
    return ""


async def _closes(doing: Doing) -> str:
    await doing.person.sees_modal(doing.step.text, within=doing.patience)
    await doing.person.closes_modal()
    return ""


# -- rooms and the app ----------------------------------------------------------------------------


async def _makes(doing: Doing) -> str:
    await doing.person.makes(doing.step.text.removeprefix("#"))
    return ""


async def _joins(doing: Doing) -> str:
    room = await doing.room(doing.step.text.removeprefix("#"), member=False)
    await doing.person.joins(room.id)
    return ""


async def _leaves(doing: Doing) -> str:
    await doing.person.leaves((await doing.room(doing.step.text.removeprefix("#"))).id)
    return ""


async def _archives(doing: Doing) -> str:
    await doing.person.archives((await doing.room(doing.step.text.removeprefix("#"))).id)
    return ""


async def _invites(doing: Doing) -> str:
    await doing.person.invites(doing.step.text, (await doing.room(doing.step.place)).id)
    return ""


async def _opens(doing: Doing) -> str:
    match doing.step.text:
        case "home" | "messages" as tab:
            await doing.person.opens_home(tab)
        case _:
            raise CannotDo("only `home` and `messages`, the tabs of the app, can be opened")
    return ""


async def _uses(doing: Doing) -> str:
    step = doing.step
    if not step.to:
        return _check(await doing.person.uses_shortcut(step.text))
    ts, room = await doing.message(step.to), await doing.room(step.place)
    return _check(await doing.person.uses_message_shortcut(step.text, ts, room.id))


ACTS: dict[str, Act] = {
    "types": _types,
    "clicks": _clicks,
    "chooses": _chooses,
    "fills": _fills,
    "submits": _submits,
    "closes": _closes,
    "reacts": _on_message(lambda who, step, ts, at: who.reacts(step.text, to=ts, in_=at)),
    "unreacts": _on_message(lambda who, step, ts, at: who.unreacts(step.text, to=ts, in_=at)),
    "pins": _on_message(lambda who, _, ts, at: who.pins(ts, in_=at)),
    "unpins": _on_message(lambda who, _, ts, at: who.unpins(ts, in_=at)),
    "edits": _on_message(lambda who, step, ts, at: who.edits(ts, step.into, in_=at)),
    "deletes": _on_message(lambda who, _, ts, at: who.deletes(ts, in_=at)),
    "makes": _makes,
    "joins": _joins,
    "leaves": _leaves,
    "archives": _archives,
    "invites": _invites,
    "opens": _opens,
    "uses": _uses,
}
