"""Carries out what a page asks for, as the person its visitor is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.simulator.errors import CannotDo, SlackError, WrongOrder
from bot.simulator.moving import move
from bot.simulator.page import eyes, uploads
from bot.simulator.page.session import Session
from bot.simulator.page.visitor import Visitor
from bot.simulator.space import Space
from bot.simulator.workspace import Channel, Json

DONE: Json = {"ok": True}


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing asked for, by whom, from which page."""

    space: Space
    session: Session
    visitor: Visitor
    asked: Json

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.asked.get(name)
        if not isinstance(value, str) or not value:
            raise CannotDo(f"the page did not say which {name}")
        return value

    def room(self) -> Channel:
        return self.visitor.room(self.text("channel"))


async def do(session: Session, asked: Json) -> Json:
    """Do it, and say what came of it: `trouble` is a sentence for the person."""
    what = str(asked.get("do"))
    if what == "look":
        return await _look(session, asked)
    run = DEEDS.get(what)
    if run is None or session.place is None:
        return {"ok": False, "trouble": "The page asked for something the simulator does not know."}
    try:
        space = session.space
        visitor = _visitor(space, session.place.user)
        return await run(Deed(space=space, session=session, visitor=visitor, asked=asked))
    except (CannotDo, WrongOrder) as refused:
        return {"ok": False, "trouble": _sentence(str(refused))}
    except SlackError as refused:
        return {"ok": False, "trouble": f"Slack refuses: {refused.error}."}


def _visitor(space: Space, user_id: str) -> Visitor:
    return Visitor(space.backstage, space.workspace.users[user_id])


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


async def _look(session: Session, asked: Json) -> Json:
    """Look from elsewhere; coming to the App Home, either tab, is something the app hears of."""
    team, at = _optional(asked, "team"), _optional(asked, "at")
    session.enter(session.seats.meant(session.space, team=team, at=at))
    before, space = session.place, session.space
    if not any(eyes.may_be(space.workspace, each) for each in space.workspace.users):
        session.place = None
        return {"ok": False, "trouble": "Nobody is left in this workspace whom one could be."}
    settled = session.look(
        user=_optional(asked, "as"),
        at=at,
        thread=_optional(asked, "thread"),
        message=_optional(asked, "message"),
    )
    session.open_canvas(_optional(asked, "canvas"))
    came = before is None or (before.user, before.at) != (settled["as"], settled["at"])
    tab = eyes.tab(space.workspace, settled["at"])
    if tab is not None and came:
        await _visitor(space, settled["as"]).opens_home(tab)
    return {"ok": True, **settled, "canvas": session.place.canvas if session.place else None}


def _optional(asked: Json, name: str) -> str | None:
    value = asked.get(name)
    return value if isinstance(value, str) else None


# -- saying -----------------------------------------------------------------------------------


async def _say(deed: Deed) -> Json:
    """Words, files, or both."""
    workspace = deed.space.workspace
    chosen = uploads.waiting(workspace, deed.visitor.id, deed.asked.get("files"))
    await deed.visitor.posts(
        deed.text("channel"),
        str(deed.asked.get("text") or "") if chosen else deed.text("text"),
        thread=_optional(deed.asked, "thread"),
        files=[(each.name, each.content) for each in chosen],
        broadcast=bool(deed.asked.get("broadcast")),
    )
    for each in chosen:
        workspace.files.pop(each.id, None)
    return DONE


async def _slash(deed: Deed) -> Json:
    """A slash command."""
    line = deed.text("text")
    word = next(iter(line.split()), "a command")
    if deed.asked.get("thread"):
        raise CannotDo(f"{word} cannot be used in a thread; type it in the channel itself")
    await deed.visitor.types(deed.text("channel"), line)
    return DONE


async def _edit(deed: Deed) -> Json:
    await deed.visitor.edits(deed.text("ts"), deed.text("text"), in_=deed.text("channel"))
    return DONE


async def _delete(deed: Deed) -> Json:
    await deed.visitor.deletes(deed.text("ts"), in_=deed.text("channel"))
    return DONE


async def _dismiss(deed: Deed) -> Json:
    """Take something that only this person sees off their screen."""
    workspace = deed.space.workspace
    for shown in tuple(workspace.ephemerals):
        if shown.id == deed.asked.get("id") and shown.user == deed.visitor.id:
            workspace.ephemerals.remove(shown)
            workspace.changed("ephemeral", channel=shown.channel, user=shown.user)
    return DONE


# -- marking ----------------------------------------------------------------------------------


async def _react(deed: Deed) -> Json:
    """Set a reaction, or take one's own back."""
    name, ts, room = deed.text("name"), deed.text("ts"), deed.room()
    said = room.messages.get(ts)
    if said is not None and deed.visitor.id in said.reactions.get(name, ()):
        await deed.visitor.unreacts(name, to=ts, in_=room.id)
    else:
        await deed.visitor.reacts(name, to=ts, in_=room.id)
    return DONE


async def _pin(deed: Deed) -> Json:
    """Pin, or unpin what is pinned."""
    ts, room = deed.text("ts"), deed.room()
    if ts in room.pins:
        await deed.visitor.unpins(ts, in_=room.id)
    else:
        await deed.visitor.pins(ts, in_=room.id)
    return DONE


async def _read(deed: Deed) -> Json:
    """What is in sight is read."""
    room, ts = deed.room(), deed.text("ts")
    if ts in room.messages and ts > room.last_read.get(deed.visitor.id, ""):
        room.last_read[deed.visitor.id] = ts
        deed.space.workspace.changed("channel", channel=room.id, user=deed.visitor.id)
    return DONE


async def _step(deed: Deed) -> Json:
    """Move the stretch of messages that is shown."""
    match deed.asked.get("way"):
        case "earlier" | "later" | "newest" | "oldest" as way:
            deed.session.step(way, in_thread=bool(deed.asked.get("thread")))
            return DONE
        case _:
            raise CannotDo("the list can be read earlier, later, from its newest or its oldest")


async def _hold(deed: Deed) -> Json:
    deed.session.hold(on=bool(deed.asked.get("on")), in_thread=bool(deed.asked.get("thread")))
    return DONE


# -- rooms ------------------------------------------------------------------------------------


async def _join(deed: Deed) -> Json:
    await deed.visitor.joins(deed.text("channel"))
    return DONE


async def _leave(deed: Deed) -> Json:
    await deed.visitor.leaves(deed.text("channel"))
    return DONE


async def _make(deed: Deed) -> Json:
    made = await deed.visitor.makes(deed.text("name"))
    return {"ok": True, "channel": made.id}


async def _topic(deed: Deed) -> Json:
    await deed.visitor.sets_topic(deed.text("channel"), str(deed.asked.get("topic") or ""))
    return DONE


async def _rename(deed: Deed) -> Json:
    await deed.visitor.renames(deed.text("channel"), deed.text("name"))
    return DONE


async def _invite(deed: Deed) -> Json:
    who = deed.text("who").removeprefix("@")
    try:
        other = deed.space.workspace.user_named(who)
    except LookupError as unknown:
        raise CannotDo(str(unknown)) from None
    await deed.visitor.invites(other.id, deed.text("channel"))
    return DONE


async def _archive(deed: Deed) -> Json:
    await deed.visitor.archives(deed.text("channel"))
    return DONE


async def _open_dm(deed: Deed) -> Json:
    """Write to somebody, or to several at once: `who` are their ids."""
    who = deed.asked.get("who")
    if not isinstance(who, list) or not who:
        raise CannotDo("choose whom to write to")
    return {"ok": True, "channel": deed.visitor.room(" ".join(f"@{each}" for each in who)).id}


# -- the app ----------------------------------------------------------------------------------


async def _press(deed: Deed) -> Json:
    outcome = await deed.visitor.presses(deed.asked)
    return DONE if outcome.ok else {"ok": False, "trouble": _sentence(outcome.error)}


async def _submit(deed: Deed) -> Json:
    submission = await deed.visitor.hands_in(deed.asked)
    if submission.ok:
        return DONE
    return {"ok": False, "errors": submission.errors or None, "error": submission.error}


async def _close_view(deed: Deed) -> Json:
    await deed.visitor.puts_away(deed.asked)
    return DONE


async def _options(deed: Deed) -> Json:
    return {"ok": True, **await deed.visitor.looks_up(deed.asked)}


async def _shortcut(deed: Deed) -> Json:
    callback_id, ts = deed.text("callback_id"), _optional(deed.asked, "ts")
    if ts is None:
        outcome = await deed.visitor.uses_shortcut(callback_id)
    else:
        outcome = await deed.visitor.uses_message_shortcut(callback_id, ts, deed.text("channel"))
    return DONE if outcome.ok else {"ok": False, "trouble": _sentence(outcome.error)}


async def _clock(deed: Deed) -> Json:
    """Move the workspace's clock ahead."""
    seconds = deed.asked.get("seconds")
    move(deed.space.ground, seconds if isinstance(seconds, int) else 0)
    return DONE


DEEDS: dict[str, Callable[[Deed], Awaitable[Json]]] = {
    "say": _say,
    "slash": _slash,
    "edit": _edit,
    "delete": _delete,
    "dismiss": _dismiss,
    "react": _react,
    "pin": _pin,
    "read": _read,
    "step": _step,
    "hold": _hold,
    "join": _join,
    "leave": _leave,
    "make_channel": _make,
    "topic": _topic,
    "rename": _rename,
    "invite": _invite,
    "archive": _archive,
    "open_dm": _open_dm,
    "press": _press,
    "submit": _submit,
    "close_view": _close_view,
    "options": _options,
    "shortcut": _shortcut,
    "clock": _clock,
}
