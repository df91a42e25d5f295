"""Messages that ask for something by their buttons, and what settles them wherever it is done."""

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.state import Incident
from bot.domain.values import Phase

_ASKS = (
    e.AccessAsked,
    e.EffectFailed,
    e.HandoverOffered,
    e.HandoverRefused,
    e.PageUnanswered,
    e.PersonPaged,
    e.RoleDropped,
    e.TaskAdded,
    e.TaskReminded,
    e.UpdateNudged,
)
SETTLES = (
    e.AccessGranted,
    e.AccessRefused,
    e.EffectRecovered,
    e.EffectRetried,
    e.HandoverOffered,
    e.HandoverRefused,
    e.PageAcknowledged,
    e.PageRepeated,
    e.PersonPaged,
    e.RoleTaken,
    e.SeverityChanged,
    e.StatusChanged,
    e.TaskDone,
    e.UpdateNudged,
    e.UpdatePosted,
    e.UpdatesSnoozed,
)
"""Events after which some message may ask for nothing more."""


def asks(event: e.Event) -> bool:
    """Say whether people are sent a message about it whose buttons can be settled elsewhere."""
    if isinstance(event, e.StatusChanged):
        return event.new_phase == Phase.RESOLVED
    return isinstance(event, _ASKS)


def settled(incident: Incident, event: e.Event) -> list[f.Owed]:
    """Return the look at the incident's messages that ask, where there may be any."""
    if not (incident.asked and isinstance(event, SETTLES)):
        return []
    return [f.TakeButtonsAway(stream=incident.stream)]
