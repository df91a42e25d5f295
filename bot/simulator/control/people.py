"""People over HTTP: they act in the words of a story's steps, and what they see can be read."""

from bot.simulator.errors import CannotDo, SlackError, WrongOrder
from bot.simulator.model import Ephemeral, Json, User
from bot.simulator.people import Person
from bot.simulator.people.contacts import is_guest
from bot.simulator.people.presence import Seen
from bot.simulator.space import Space
from bot.simulator.stories.deeds import PATIENCE as USUAL
from bot.simulator.stories.deeds import Doing, do
from bot.simulator.stories.playing import bring
from bot.simulator.stories.reading import persona_of, step_of
from bot.simulator.stories.script import BESIDE, DEEDS, UNSEEN, StoryIsWrong
from bot.simulator.workspace import NotSeen

STEP_WORDS = (*DEEDS, *BESIDE, "sees", UNSEEN)
PATIENCE = int(USUAL)
LONGEST_PATIENCE = 60


def everybody(space: Space) -> list[Json]:
    """Everybody in the workspace who is a person."""
    return [_about(each) for each in space.workspace.users.values() if not each.is_bot]


def hire(space: Space, body: Json) -> Json:
    """Somebody new, told in the words of a story's `people`.

    Raises:
        WrongOrder: with everything that is wrong.
    """
    known = [each.name for each in space.workspace.users.values()]
    try:
        persona = persona_of(body, known)
    except StoryIsWrong as wrong:
        raise WrongOrder(" ".join(wrong.problems)) from None
    bring(space, persona)
    return _about(space.workspace.user_named(persona.name))


def deactivate(space: Space, name: str) -> Json:
    """Take somebody's account away."""
    person = _person(space, name)
    space.deactivate(person.user.name)
    return _about(person.user)


async def act(space: Space, name: str, body: Json, *, patience: int) -> Json:
    """Do a step of a story: the deed first, then what must be seen, and what must not.

    Raises:
        WrongOrder: it is no step, or the person cannot do it, or does not see it in time.
    """
    if not 0 < patience <= LONGEST_PATIENCE:
        raise WrongOrder(f"`patience` is in seconds, from 1 to {LONGEST_PATIENCE}.")
    person = _person(space, name)
    try:
        step = step_of(body, person.user.name)
        doing = Doing(space=space, person=person, step=step, patience=patience)
        reply = await do(doing) if step.deed else ""
        seen = [await doing.sees(words) for words in step.sees]
        for words in step.unseen:
            await doing.does_not_see(words)
    except StoryIsWrong as wrong:
        raise WrongOrder(" ".join(wrong.problems)) from None
    except SlackError as refused:
        raise WrongOrder(f"Slack refuses: {refused.error}.") from None
    except (CannotDo, NotSeen, LookupError) as fault:
        raise WrongOrder(f"{fault}.") from None
    return {"reply": reply, "seen": seen}


def screen(space: Space, name: str, *, channel: str, newest: int) -> Json:
    """What the person sees: their channels, the App Home, the open modal, and one channel.

    Raises:
        WrongOrder: there is no such person or channel.
    """
    person = _person(space, name)
    rooms = space.workspace.channels.values()
    shown: Json = {
        "person": _about(person.user),
        "channels": [each.name for each in rooms if each.name and each.is_member(person.id)],
        "home": person.sees_home(),
        "modal": _modal(person),
    }
    if channel:
        try:
            seen = person.screen(channel.removeprefix("#"))[-newest:]
        except CannotDo as fault:
            raise WrongOrder(f"{fault}.") from None
        shown["messages"] = [_message(person, each) for each in seen]
    return shown


def _person(space: Space, name: str) -> Person:
    try:
        person = space.person(name)
    except LookupError as unknown:
        there = ", ".join(each["name"] for each in everybody(space))
        raise WrongOrder(f"{unknown}; there is: {there}.") from None
    if person.user.is_bot:
        raise WrongOrder(f"{person.user.name} is the app: only people act here.")
    return person


def _about(user: User) -> Json:
    role = "admin" if user.is_admin else "guest" if is_guest(user) else "member"
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "zone": user.tz,
        "role": role,
        "deactivated": user.deleted,
    }


def _modal(person: Person) -> Json | None:
    modal = person.modal
    if modal is None:
        return None
    return {
        "callback_id": modal.callback_id,
        "title": modal.title,
        "text": modal.text,
        "fields": modal.fields,
        "errors": modal.errors,
    }


def _message(person: Person, seen: Seen) -> Json:
    return {
        "ts": seen.ts,
        "thread_ts": seen.thread_ts,
        "ephemeral": isinstance(seen, Ephemeral),
        "text": person.reads(seen),
    }
