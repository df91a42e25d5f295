"""Who plays which part: taking, giving, dropping, and handing over command."""

from collections.abc import Mapping

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.given import Given
from bot.domain.nearest import nearest
from bot.domain.process import Process, Role
from bot.domain.refusals import InvalidInput, NotAllowed, NotNow, WayOut, quoted
from bot.domain.state import Incident
from bot.domain.values import Standing

COMMANDER = "commander"


_UNABLE: Mapping[Standing, str] = {
    "guest": "is a guest here: guests look, join and add notes. Choose a member of this workspace.",
    "external": "is of another organisation: its people look, join and add notes. Choose a member "
    "of this workspace.",
    "deactivated": "has no active account here any more. Choose somebody who has.",
    "app": "is an app, and apps play no roles. Choose a person.",
}
"""Why somebody cannot be given a role, and what to do about it."""


class AlreadyHeld(NotNow):
    """They already hold that role."""


class HeldByAnother(NotNow):
    """Somebody else holds that role."""


class NoOffer(NotNow):
    """Nobody offered you the command."""


def take(incident: Incident, command: c.TakeRole, given: Given) -> list[e.Event]:
    """Take a role; from its present holder only when that is what the person wants.

    Raises:
        InvalidInput: there is no such role.
        AlreadyHeld: they have it.
        HeldByAnother: a role for one person is held; *Take over* is offered.
    """
    role, user = known_role(given.process, command.role), given.actor.user
    holder = _other_holder(incident, role, user)
    if holder is not None and not command.over:
        raise HeldByAnother(
            f"<@{holder}> is {role.label.lower()} of {incident.name}.",
            way_out=WayOut(label="Take over", command=c.TakeRole(role=role.key, over=True)),
        )
    return [e.RoleTaken(role=role.key, user=user, previous=holder, how="taken")]


def give(incident: Incident, command: c.GiveRole, given: Given) -> list[e.Event]:
    """Give a role to somebody; who held it before is told.

    Raises:
        InvalidInput: there is no such role, nobody is named, or somebody who cannot have it.
        AlreadyHeld: they have it.
        HeldByAnother: a person names themselves for a role that is held.
    """
    if command.to == given.actor.user:
        return take(incident, c.TakeRole(role=command.role), given)
    role, to = known_role(given.process, command.role), _somebody(command.to, command.standing)
    holder = _other_holder(incident, role, to)
    return [e.RoleTaken(role=role.key, user=to, previous=holder, how="given")]


def drop(incident: Incident, command: c.DropRole, given: Given) -> list[e.Event]:
    """Put a role down; who does not hold it takes it from those who do.

    Raises:
        InvalidInput: there is no such role.
        NotNow: nobody holds it, or not the person named.
    """
    role = known_role(given.process, command.role)
    holders = incident.holders(role.key)
    if not holders:
        raise NotNow(f"Nobody is {role.label.lower()} of {incident.name}.")
    leaving: tuple[str, ...] = holders
    if command.user is not None:
        leaving = (command.user,)
    elif given.actor.user in holders:
        leaving = (given.actor.user,)
    if leaving[0] not in holders:
        raise NotNow(f"<@{leaving[0]}> is not {role.label.lower()} of {incident.name}.")
    return [e.RoleDropped(role=role.key, user=user) for user in leaving]


def offer_handover(incident: Incident, command: c.OfferHandover, given: Given) -> list[e.Event]:
    """Offer command to somebody; a new offer takes an earlier one back.

    Raises:
        InvalidInput: nobody is named, or somebody who cannot command.
        NotNow: nobody commands.
        NotAllowed: somebody else does; taking over is offered.
        AlreadyHeld: they command already.
    """
    to = _somebody(command.to, command.standing)
    actor, commander = given.actor.user, incident.commander
    if commander is None:
        raise NotNow(
            f"Nobody commands {incident.name}, so there is nothing to hand over.",
            way_out=WayOut(
                label="Give command",
                command=c.GiveRole(role=COMMANDER, to=to, standing=command.standing),
            ),
        )
    if to == commander:
        raise AlreadyHeld(f"<@{to}> commands {incident.name} already.")
    if actor != commander:
        raise NotAllowed(
            f"<@{commander}> commands {incident.name}, so only they hand it over. "
            "You may take over instead.",
            way_out=WayOut(label="Take over", command=c.TakeRole(role=COMMANDER, over=True)),
        )
    offered = incident.handover
    if offered is None:
        return [e.HandoverOffered(to=to)]
    if offered.to == to:
        raise NotNow(f"<@{to}> has been asked already; they have yet to accept.")
    taken_back = e.HandoverRefused(giver=offered.giver, to=offered.to)
    return [taken_back, e.HandoverOffered(to=to)]


def accept_handover(incident: Incident, given: Given) -> list[e.Event]:
    """Accept the command that was offered.

    Raises:
        NoOffer: it was not, no longer, or to somebody else.
    """
    offered = incident.handover
    if offered is None:
        raise NoOffer(f"No handover of {incident.name} is waiting; it may have been taken back.")
    if offered.to != given.actor.user:
        raise NoOffer(f"The command of {incident.name} was offered to <@{offered.to}>.")
    previous = incident.commander
    return [e.RoleTaken(role=COMMANDER, user=offered.to, previous=previous, how="handed over")]


def refuse_handover(incident: Incident, given: Given) -> list[e.Event]:
    """Turn down what was offered, or take the own offer back.

    Raises:
        NoOffer: nothing is offered, or this is between others.
    """
    offered = incident.handover
    if offered is None:
        raise NoOffer(f"No handover of {incident.name} is waiting.")
    if given.actor.user not in {offered.to, offered.giver}:
        raise NoOffer(f"The command of {incident.name} was offered to <@{offered.to}>.")
    return [e.HandoverRefused(giver=offered.giver, to=offered.to)]


def known_role(process: Process, asked: str) -> Role:
    """Return the role that a person means by its key or its label.

    Raises:
        InvalidInput: with the nearest role there is.
    """
    wanted = " ".join(asked.split()).casefold()
    for role in process.roles:
        if wanted in {role.key.casefold(), role.label.casefold()}:
            return role
    names = [role.key for role in process.roles]
    close = nearest(wanted, names)
    hint = f"did you mean “{close}”?" if close else f"choose one of {', '.join(names)}."
    raise InvalidInput(f"There is no role {quoted(asked)}; {hint}", field="role")


def _other_holder(incident: Incident, role: Role, user: str) -> str | None:
    """Return from whom the role would pass to this person; a role of many passes from nobody."""
    holders = incident.holders(role.key)
    if user in holders:
        raise AlreadyHeld(f"<@{user}> is {role.label.lower()} of {incident.name} already.")
    return None if role.many else next(iter(holders), None)


def _somebody(user: str, standing: Standing) -> str:
    """Return who is named, if they can do what a role asks for."""
    if not user.strip():
        raise InvalidInput("Name a person: `@ann`.", field="person")
    why = _UNABLE.get(standing)
    if why is not None:
        raise InvalidInput(f"<@{user.strip()}> {why}", field="person")
    return user.strip()
