"""Messages that are not sent, because what they say has become untrue while they waited."""

from bot.domain import events as e
from bot.domain.incident import Incident


def in_room(incident: Incident, event: e.Event) -> bool:
    """Say whether the room need not hear of it any more."""
    match event:
        case e.RoleDropped(role="commander"):
            return incident.commander is not None
        case _:
            return _nobody_needs(incident, event)


def for_person(incident: Incident, event: e.Event, user: str) -> bool:
    """Say whether this person need not hear of it any more."""
    match event:
        case e.RoleTaken(role=role, user=holder) if user == holder:
            return user not in incident.holders(role)
        case e.HandoverOffered(to=to):
            return incident.handover is None or incident.handover.to != to
        case e.EffectFailed(effect=effect):
            return effect not in incident.failures
        case _:
            return _nobody_needs(incident, event)


def _nobody_needs(incident: Incident, event: e.Event) -> bool:
    match event:
        case e.UpdateNudged(due_at=due, count=count):
            cadence = incident.cadence
            return incident.at_rest or cadence.due_at != due or count < cadence.reminded
        case e.AccessAsked(user=user):
            return user not in incident.knocking
        case e.TaskAdded(number=number) | e.TaskReminded(number=number):
            return not any(
                task.number == number and task.done_at is None for task in incident.tasks
            )
        case _:
            return False
