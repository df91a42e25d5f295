"""Who may do what: decided here, whatever button or command it came from."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.given import Given
from bot.domain.refusals import (
    Deactivated,
    NeedsConfirmation,
    NotAllowed,
    NotFound,
    NotNow,
    WayOut,
)
from bot.domain.state import Incident

OPEN_TO_ALL = (c.Join, c.AddNote, c.AnswerPage)
"""What guests, people of other organisations and apps may do besides looking."""
OPEN_TO_APPS = (*OPEN_TO_ALL, c.MarkMessage, c.UnmarkMessage)
"""An app that somebody brought into the room may point at messages there, too."""

CAN_WAIT = (
    c.AskAccess,
    c.LetIn,
    c.KeepOut,
    c.MakePrivate,
    c.Close,
    c.Decline,
    c.Cancel,
    c.CorrectMilestone,
    c.WriteReview,
    c.TakeBackFollowup,
)
"""Not done for somebody of whom Slack cannot say at present whether they are a member: it opens
what is closed, ends what goes on, or changes what was said, and a minute later is as good."""


class NotKnownYet(NotNow):
    """Slack does not say at present who you are. Nothing was recorded; try again in a minute."""


def may_see(incident: Incident, user: str) -> bool:
    """A private incident is visible in its room alone; before there is one, to the declarer."""
    return not incident.private or user in incident.insiders


def may_answer(incident: Incident, command: c.Command | None, user: str) -> bool:
    """Who was called may say that they come, whether Slack lets them into the private room or not.

    That they come is all that they may say, and nothing is told them: they see it once they are in.
    """
    called = any(page.user == user for page in incident.pages)
    return called and user not in incident.parted and isinstance(command, c.AnswerPage)


def may_hear(incident: Incident, event: e.Event, user: str) -> bool:
    """Whether somebody may be told of an event outside the room.

    Of a private incident its insiders hear, and whoever the event itself brings in.
    """
    if may_see(incident, user):
        return True
    match event:
        case (
            e.RoleTaken(user=brought) | e.HandoverOffered(to=brought) | e.PersonPaged(user=brought)
        ):
            return user == brought and user not in incident.parted
        case _:
            return False


def allow_declaring(given: Given) -> None:
    """Any full member may declare.

    Raises:
        NotAllowed: guests, people of other organisations and apps may not.
        Deactivated: nobody has this account any more.
    """
    if given.actor.deactivated:
        raise Deactivated
    if given.actor.limited:
        raise NotAllowed(
            "Guests cannot declare incidents here. Tell a member of this workspace what you see."
        )


def allow(incident: Incident, command: c.AskedByPerson, given: Given) -> None:
    """Let a person through, or say why not.

    Raises:
        NotFound: the incident is private, and they are not in its room, nor called to it and
            answering.
        Deactivated: nobody has this account any more.
        NotAllowed: a guest asks for more than looking, joining or noting.
        NotKnownYet: it is not known whether they are a guest, and it can wait.
    """
    user = given.actor.user
    sees = given.actor.operator or may_see(incident, user)
    if not (sees or may_answer(incident, command, user) or _may_knock(command, given)):
        raise NotFound(f"There is no {incident.name}.")
    if given.actor.deactivated:
        raise Deactivated
    open_to_them = OPEN_TO_APPS if given.actor.app else OPEN_TO_ALL
    if given.actor.limited and not isinstance(command, open_to_them):
        raise NotAllowed
    if given.actor.unknown and isinstance(command, CAN_WAIT):
        raise NotKnownYet


def _may_knock(command: c.AskedByPerson, given: Given) -> bool:
    """Say whether this asks to be let in, which members may without learning whether it exists."""
    actor = given.actor
    outside = actor.limited or actor.deactivated or actor.app or actor.unknown
    return isinstance(command, c.AskAccess) and not outside


def _meant_the_offer(
    incident: Incident, given: Given, command: c.Close | c.Decline | c.Cancel
) -> str:
    """Return a hint for whoever may have meant to decline the command they were offered."""
    offered = incident.handover is not None and incident.handover.to == given.actor.user
    if not (offered and isinstance(command, c.Decline)):
        return ""
    return " To turn down the command that you were offered, say `handover decline` instead."


def needs_lead(incident: Incident, given: Given, command: c.Close | c.Decline | c.Cancel) -> bool:
    """Ending an incident is for its leads; others may after a confirmation.

    Returns whether the confirmation was needed, so that it is recorded.

    Raises:
        NeedsConfirmation: somebody else asks and has not confirmed yet.
    """
    leads = {*incident.holders("commander"), *incident.holders("deputy")}
    if incident.commander is None:
        leads.add(incident.reporter)
    if given.actor.user in leads:
        return False
    if not command.confirmed:
        verb = type(command).__name__.lower()
        confirmed = replace(command, confirmed=True)
        raise NeedsConfirmation(
            f"You are neither commander nor deputy of {incident.name}, which <@{incident.lead}> "
            f"leads. You may still {verb} it; that you did so goes on the record."
            f"{_meant_the_offer(incident, given, command)}",
            way_out=WayOut(label=f"{verb.capitalize()} anyway", command=confirmed),
        )
    return True
