"""Direct messages: what one person has to know, with what they can do about it."""

from collections.abc import Sequence

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages import nudges, paging, privacy
from bot.slack.messages.brief import decisions
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.phrases import named, next_update, role_within, state_of, where
from bot.slack.messages.tasks import task_line
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    context,
    escape,
    mention,
    message,
    quoted,
    section,
    sentence,
)

_MOST_TASKS = 5


def post(
    incident: Incident,
    recorded: e.Recorded,
    process: Process,
    user: str,
    decided: Sequence[e.Recorded] = (),
) -> Message | None:
    """Return the message to `user`; None where the event is nothing to tell them."""
    by = mention(recorded.actor)
    match recorded.event:
        case e.RoleTaken() as event if user == event.user:
            return _given(incident, event, process, by, decided)
        case e.RoleTaken() as event if user == event.previous:
            return _taken_over(incident, event, process)
        case e.RoleDropped() as event if user == event.user:
            return _relieved(incident, event, process, by)
        case e.PageUnanswered(reached=False) as event:
            return paging.unreached(incident, event)
        case e.AccessAsked() as event:
            return privacy.asked(incident, event)
        case e.HandoverOffered() as event:
            return _offered(incident, event, process, by, decided)
        case e.HandoverRefused() as event:
            return _refused(incident, event, recorded.actor)
        case e.TaskAdded() as event:
            return _task(incident, event.number, f"{by} gave you a task")
        case e.TaskReminded() as event:
            return _task(incident, event.number, "Your task is due now")
        case e.EffectFailed() as event:
            return _failed(incident, event)
        case e.UpdateNudged(stage="soon") as event:
            return nudges.hint(incident, event)
        case e.UpdateNudged() as event:
            return nudges.post(incident, event)
        case _:
            return None


def about(incident: Incident) -> str:
    """Return `INC-42 checkout is down`, marked when it is a drill or private."""
    return f"{_named(incident)} {brief_words(incident.title)}"


def _named(incident: Incident) -> str:
    return f"*{named(incident)}*"


def _given(
    incident: Incident,
    event: e.RoleTaken,
    process: Process,
    by: str,
    decided: Sequence[e.Recorded],
) -> Message:
    label = role_within(process, event.role)
    role = process.role(event.role)
    how = f", named by {by}" if event.how == "given" else ""
    first = f"You are *{label}* of {_named(incident)}{how}: {brief_words(incident.title)}"
    return message(
        f"You are {label} of {named(incident)}: {brief_words(incident.title)}",
        section(f"{first}{_room(incident)}"),
        section(escape(role.responsibilities)) if role and role.responsibilities else None,
        *(standing(incident, process, decided) if event.role == "commander" else []),
        _ways_in(incident),
    )


def standing(incident: Incident, process: Process, decided: Sequence[e.Recorded]) -> list[Block]:
    """Return what a new lead takes over: state, what is promised, open, and decided."""
    tasks = [task for task in incident.tasks if task.done_at is None]
    lines = [
        f"*Now*: {state_of(incident, process)}. *Next update*: {next_update(incident, process)}."
    ]
    if incident.summary:
        lines.append(quoted(incident.summary, 500))
    lines += [f"• {task_line(task)}" for task in tasks[:_MOST_TASKS]]
    if len(tasks) > _MOST_TASKS:
        lines.append(f"• and {len(tasks) - _MOST_TASKS} more tasks")
    return [section("\n".join(lines)), *decisions(decided)]


def _taken_over(incident: Incident, event: e.RoleTaken, process: Process) -> Message:
    label, new = role_within(process, event.role), mention(event.user)
    verb = "accepted your handover and is" if event.how == "handed over" else "is"
    text = f"{new} {verb} {label} of {about(incident)} now; you are relieved. Thank you."
    return message(f"You are no longer {label} of {incident.name}", section(text))


def _relieved(incident: Incident, event: e.RoleDropped, process: Process, by: str) -> Message:
    label = role_within(process, event.role)
    text = f"{by} took the role *{label}* of {about(incident)} from you."
    return message(f"You are no longer {label} of {incident.name}", section(text))


def _offered(
    incident: Incident,
    event: e.HandoverOffered,
    process: Process,
    by: str,
    decided: Sequence[e.Recorded],
) -> Message:
    stands = incident.handover is not None and incident.handover.to == event.to
    accept = do_button("Accept", incident.stream, c.AcceptHandover(), nth="accept", style="primary")
    decline = do_button("Decline", incident.stream, c.RefuseHandover(), nth="decline")
    first = f"👥 {by} asks you to take command of {about(incident)}."
    return message(
        f"{by} asks you to take command of {incident.name}",
        section(f"{first}{_room(incident)}"),
        *(standing(incident, process, decided) if stands else ()),
        actions(
            *filter(None, [accept, decline]), word_button("Catch up", "catchup", incident.stream)
        ),
        context(f"Until you accept, {mention(incident.lead)} leads."),
    )


def _refused(incident: Incident, event: e.HandoverRefused, actor: str) -> Message:
    if actor == event.to:
        text = f"{mention(actor)} cannot take command of {about(incident)} now; you still lead."
        return message(
            f"You still lead {incident.name}",
            section(text),
            actions(word_button("Hand over to somebody else", "handover", incident.stream)),
        )
    text = f"{mention(event.giver)} keeps the command of {about(incident)}; nothing to do for you."
    return message(f"No handover of {incident.name} after all", section(text))


def _task(incident: Incident, number: int, first: str) -> Message | None:
    task = next((task for task in incident.tasks if task.number == number), None)
    if task is None:
        return None
    done = do_button("Done", incident.stream, c.FinishTask(number=number), style="primary")
    return message(
        f"{first} in {named(incident)}: {brief_words(task.title)}",
        section(f"☑️ {first} in {about(incident)}.\n{task_line(task)}{_room(incident)}"),
        actions(done) if done else None,
    )


def _failed(incident: Incident, event: e.EffectFailed) -> Message:
    """The incident stands, whatever Slack refuses: that is the first thing to say."""
    first = _what_stands(incident, event.effect)
    retry = do_button("Retry", incident.stream, c.RetryEffect(effect=event.effect), style="primary")
    show = word_button("Show", "show", incident.stream)
    return message(
        f"{incident.name} {first}",
        section(f"⚠️ {about(incident)} {first}."),
        section(sentence(event.why, 1_000)),
        actions(*filter(None, [retry]), show),
    )


def _what_stands(incident: Incident, effect: str) -> str:
    if incident.room is None:
        return "is declared and recorded, but it has no room yet"
    if effect == "ShowCard" and incident.card is None:
        return "is declared and recorded, but it has no card yet"
    if effect == "ShowCard":
        return "is as recorded, but its card may show an older state"
    return "is as recorded, but something could not be done in Slack"


def _ways_in(incident: Incident) -> Block:
    return actions(
        word_button("Catch up", "catchup", incident.stream),
        word_button("Show", "show", incident.stream),
    )


def _room(incident: Incident) -> str:
    return f"\nRoom: {where(incident)}"
