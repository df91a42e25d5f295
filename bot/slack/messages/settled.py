"""Messages that asked for something, once it is settled: no buttons, and a line that says how.

Each is drawn anew from the event that it tells of. What settled it is the first later event that
does so; once settled it stays so, since whatever asks again is said in a message of its own.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import takewhile

from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import AT_REST, OVER, Page, Phase
from bot.slack.messages.phrases import status_of
from bot.slack.messages.text import Block, Message, context, mention, when

_LASTING = ("word:catchup", "word:show")
"""Buttons that are of use whenever they are pressed, by how their action begins."""
_CLOCK = "{time}"


def asks(message: Message) -> bool:
    """Say whether a message has buttons for something that may be settled elsewhere."""
    return any(
        not _lasts(element)
        for block in message.get("blocks", ())
        for element in block.get("elements", ())
        if block["type"] == "actions"
    )


def without_buttons(message: Message, line: str) -> Message:
    """Return a message that asks nothing any more; what is of use in any case stays."""
    said: list[Block] = list(takewhile(_is_said, message["blocks"]))
    row = [block for block in message["blocks"] if not _is_said(block)][:1]
    return {**message, "blocks": [*said, context(f"✔️ {line}"), *what_lasts(row)]}


def what_lasts(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks with those of their buttons that are of use in any case."""
    kept = (block if _is_said(block) else _shortened(block) for block in blocks)
    return [block for block in kept if block]


def _shortened(row: Block) -> Block | None:
    left = [each for each in row["elements"] if _lasts(each)]
    return {**row, "elements": left} if left else None


def _is_said(block: Block) -> bool:
    return bool(block["type"] != "actions")


def _lasts(element: Block) -> bool:
    return str(element.get("action_id")).startswith(_LASTING)


# ── What has become of it ───────────────────────────────────────────────────────────────────────


def become(said: e.Recorded, later: Sequence[e.Recorded], process: Process) -> str | None:
    """Return what has become of what an event's message asks for; None while it is to be done."""
    lines = (_settles(said, each, process) for each in later)
    return next((line for line in lines if line), None)


def become_of_call(incident: Incident, page: Page, times: int, process: Process) -> str | None:
    """Return what has become of one call of a page; None while an answer is of use."""
    if page.acknowledged_at is not None:
        return f"You answered at {when(page.acknowledged_at, _CLOCK)}."
    if times < page.times:
        return "You were called again below."
    return _ended(incident, process) if incident.at_rest else None


def _settles(said: e.Recorded, later: e.Recorded, process: Process) -> str | None:
    match said.event:
        case e.UpdateNudged() as event:
            return _update_given(event, later)
        case e.RoleDropped():
            return _command_taken(later, process)
        case e.HandoverOffered() as event:
            return _offer_answered(event, later, process)
        case e.HandoverRefused():
            return _handed_over(later, process)
        case e.TaskAdded(number=number) | e.TaskReminded(number=number):
            return _task_done(number, later, process)
        case e.PageUnanswered() as event:
            return _called_again(event, later, process)
        case e.AccessAsked(user=user):
            return _let_in(user, later)
        case e.EffectFailed(effect=effect):
            return _tried_again(effect, later)
        case e.StatusChanged():
            return _moved_on(later, process)
        case _:
            return None


def _update_given(nudge: e.UpdateNudged, later: e.Recorded) -> str | None:
    match later.event:
        case e.UpdatePosted():
            return f"{_by(later)} gave the update at {_at(later)}."
        case e.UpdatesSnoozed(until=until):
            return f"{_by(later)} put the reminders off until {when(until)}."
        case e.UpdateNudged():
            return "Reminded again below."
        case e.StatusChanged(update_due_at=due) | e.SeverityChanged(update_due_at=due):
            if due == nudge.due_at:
                return None
            return f"The next update is due {when(due)}." if due else "No update is due any more."
        case _:
            return None


def _command_taken(later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.RoleTaken(role="commander", user=user):
            return f"{mention(user)} commands since {_at(later)}."
        case _:
            return _over(later, process)


def _offer_answered(offer: e.HandoverOffered, later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.RoleTaken(role="commander", user=user) if user == offer.to:
            return f"You took command at {_at(later)}."
        case e.HandoverRefused(to=to) if later.actor == to == offer.to:
            return f"You declined at {_at(later)}."
        case e.HandoverRefused(giver=giver):
            return f"{mention(giver)} keeps the command."
        case e.HandoverOffered(to=to):
            return f"{_by(later)} asked {mention(to)} instead."
        case _:
            return _command_taken(later, process)


def _handed_over(later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.HandoverOffered(to=to):
            return f"{_by(later)} asked {mention(to)} at {_at(later)}."
        case _:
            return _command_taken(later, process)


def _task_done(number: int, later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.TaskDone(number=done) if done == number:
            return f"{_by(later)} did it at {_at(later)}."
        case _:
            return _over(later, process)


def _called_again(unanswered: e.PageUnanswered, later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.PersonPaged(user=user):
            return f"{_by(later)} called {mention(user)} at {_at(later)}."
        case e.PageRepeated(number=number) | e.PageAcknowledged(number=number):
            if number != unanswered.number:
                return None
            came = isinstance(later.event, e.PageAcknowledged)
            who = mention(unanswered.user)
            return f"{who} came at {_at(later)}." if came else f"{_by(later)} called {who} again."
        case _:
            return _at_rest(later, process)


def _let_in(user: str, later: e.Recorded) -> str | None:
    match later.event:
        case e.AccessGranted(user=who) if who == user:
            return f"{_by(later)} let them in at {_at(later)}."
        case e.AccessRefused(user=who) if who == user:
            return f"{_by(later)} said no at {_at(later)}."
        case _:
            return None


def _tried_again(effect: str, later: e.Recorded) -> str | None:
    match later.event:
        case e.EffectRetried(effect=again) if again == effect:
            return f"{_by(later)} had it tried again at {_at(later)}."
        case e.EffectRecovered(effect=again) if again == effect:
            return f"It worked after all, at {_at(later)}."
        case _:
            return None


def _moved_on(later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.StatusChanged(new=new):
            return f"Set to {status_of(process, new)} by {_by(later)} at {_at(later)}."
        case _:
            return None


def _over(later: e.Recorded, process: Process) -> str | None:
    return _moved_into(OVER, later, process)


def _at_rest(later: e.Recorded, process: Process) -> str | None:
    return _moved_into(AT_REST, later, process)


def _moved_into(phases: AbstractSet[Phase], later: e.Recorded, process: Process) -> str | None:
    match later.event:
        case e.StatusChanged(new_phase=phase) if Phase(phase) in phases:
            return _moved_on(later, process)
        case _:
            return None


def _ended(incident: Incident, process: Process) -> str:
    return f"{incident.name} is {status_of(process, incident.status)}; nobody waits for you."


def _by(later: e.Recorded) -> str:
    return mention(later.actor)


def _at(later: e.Recorded) -> str:
    return when(later.happened_at, _CLOCK)
