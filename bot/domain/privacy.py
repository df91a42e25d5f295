"""Who is let into a private incident, and how a public one becomes private."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain import permissions, rooms
from bot.domain.accepting import clean_text
from bot.domain.given import Given
from bot.domain.refusals import InvalidInput, NeedsConfirmation, NotNow, WayOut
from bot.domain.state import Incident

# ── Letting people in ───────────────────────────────────────────────────────────────────────────


def ask(incident: Incident, command: c.AskAccess, given: Given) -> list[e.Event]:
    """Ask to be let in; asking again changes nothing.

    Raises:
        NotNow: they can see it anyway.
    """
    user = given.actor.user
    if permissions.may_see(incident, user):
        raise NotNow(f"You can see {incident.name} already; join its room.")
    if user in incident.knocking:
        return []
    return [e.AccessAsked(user=user, text=clean_text(command.text, "text"))]


def let_in(incident: Incident, command: c.LetIn) -> list[e.Event]:
    """Let somebody in.

    Raises:
        InvalidInput: nobody is named.
        NotNow: they are in, or there is no room to come into.
    """
    user = command.user.strip()
    if not user:
        raise InvalidInput("Say who may come in: `@ann`.", field="person")
    if incident.room is None or incident.room.archived:
        raise NotNow(f"{incident.name} has no room just now that anybody could come into.")
    if user in incident.members:
        raise NotNow(f"<@{user}> is in the room already.")
    return [e.AccessGranted(user=user)]


def keep_out(incident: Incident, command: c.KeepOut) -> list[e.Event]:
    """Do not let somebody in.

    Raises:
        NotNow: they did not ask, or have their answer.
    """
    if command.user not in incident.knocking:
        raise NotNow(f"<@{command.user}> waits for no answer.")
    return [e.AccessRefused(user=command.user)]


# ── Becoming private ────────────────────────────────────────────────────────────────────────────


def make_private(incident: Incident, command: c.MakePrivate) -> list[e.Event]:
    """From now on it is private; Slack lets no bot turn a room private, so another is made.

    Raises:
        NotNow: it is private, or its room is still being made.
        NeedsConfirmation: it cannot be taken back.
    """
    if incident.private:
        raise NotNow(f"{incident.name} is private already.")
    if incident.room is None or rooms.being_made(incident):
        raise NotNow(f"The room of {incident.name} is being made; try again in a moment.")
    if not command.confirmed:
        raise NeedsConfirmation(
            f"{incident.name} gets a private room: everybody who is in this one, or is being "
            "paged, is brought along, then this one is archived and the announcement taken down. "
            "It stays private. What people wrote here until now can still be found in Slack, and "
            "so can the room's name, which holds the title, and the lines about its topic; an "
            "admin can delete them. Guests who are in this room come along too.",
            way_out=WayOut(label="Make it private", command=c.MakePrivate(confirmed=True)),
        )
    if incident.room.archived:
        return [_private(incident, leaves=incident.room.channel)]
    return [_private(incident, leaves=incident.room.channel), rooms.another(incident)]


def made_private(incident: Incident) -> list[e.Event]:
    """Somebody turned the room itself private."""
    return [] if incident.private else [_private(incident, leaves=None)]


def _private(incident: Incident, *, leaves: str | None) -> e.MadePrivate:
    post = incident.announcement
    if post is None:
        return e.MadePrivate(leaves=leaves)
    return e.MadePrivate(leaves=leaves, feed_channel=post.channel, feed_ts=post.ts)


def public_room_left(incident: Incident, command: c.PublicRoomWasLeft) -> list[e.Event]:
    """Note that nothing of the bot stands in the former room any more."""
    return [e.PublicRoomLeft(channel=command.channel)] if incident.exposed else []


# ── What became of it ───────────────────────────────────────────────────────────────────────────

PrivacyEvent = e.AccessAsked | e.AccessGranted | e.AccessRefused | e.MadePrivate | e.PublicRoomLeft


def after(was: Incident, event: PrivacyEvent) -> Incident:
    """Return the incident after somebody asked to be let in, or it was made private."""
    match event:
        case e.AccessAsked(user=user):
            return replace(was, knocking=(*was.knocking, user))
        case e.AccessGranted(user=user):
            answered = _without(was.knocking, user)
            return replace(was, knocking=answered, parted=was.parted - {user})
        case e.AccessRefused(user=user):
            return replace(was, knocking=_without(was.knocking, user))
        case e.MadePrivate(leaves=leaves):
            left_over = {
                k: v for k, v in was.failures.items() if not k.startswith(rooms.ANNOUNCING)
            }
            fresh = replace(was, private=True, announcement=None, exposed=leaves)
            return replace(fresh, failures=left_over)
        case e.PublicRoomLeft():
            return replace(was, exposed=None)


def _without(users: tuple[str, ...], user: str) -> tuple[str, ...]:
    return tuple(one for one in users if one != user)
