"""Posts about the incident's course: its status, its severity, and who leads."""

from collections.abc import Sequence

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.lifecycle import missing
from bot.domain.playbook.run import Row
from bot.domain.process import Process
from bot.domain.values import AT_REST, Phase
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.phrases import link_of_your_own, named, severity_of, status_of
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    context,
    link,
    mention,
    message,
    one_section,
    quoted,
    section,
    when,
)

_MOST_STEPS = 5
"""How many open steps of a playbook are named."""


def status(
    incident: Incident, event: e.StatusChanged, process: Process, by: str, *, page: str, word: str
) -> Message:
    """Return how a move along the life cycle is told in the room."""
    who = "the playbook" if event.step else by
    phase = Phase(event.new_phase)
    text = f"{_sign(phase)} {_move(incident, event, process, who)}"
    if event.reason:
        text += f"\n{quoted(event.reason)}"
    return message(
        f"{incident.name} is {status_of(process, event.new)}",
        section(text),
        *_resolution(incident, phase),
        *_next_thing(incident, event, process, page, word),
    )


def turning(
    incident: Incident, event: e.StatusChanged, process: Process, by: str
) -> Message | None:
    """Return how people outside hear that it is over, or that it is not over after all."""
    phase = Phase(event.new_phase)
    if (phase in AT_REST) is (Phase(event.old_phase) in AT_REST):
        return None
    text = f"{_sign(phase)} {_move(incident, event, process, by)}"
    if event.reason:
        text += f"\n{quoted(event.reason)}"
    due = event.update_due_at
    return message(
        f"{named(incident)} is {status_of(process, event.new)}: {brief_words(incident.title)}",
        section(text),
        *_resolution(incident, phase),
        context(f"Next update {when(due)}.") if due else None,
    )


def _sign(phase: Phase) -> str:
    if phase is Phase.RESOLVED:
        return "✅"
    return "🏁" if phase in AT_REST else "➡️"


def _move(incident: Incident, event: e.StatusChanged, process: Process, by: str) -> str:
    old, new = status_of(process, event.old), status_of(process, event.new)
    match Phase(event.new_phase):
        case Phase.RESOLVED:
            return f"*{incident.name} is {new}*, says {by}."
        case Phase.CLOSED:
            return f"*{incident.name} is {new}* by {by}. Thank you, everybody."
        case Phase.DECLINED:
            return f"*{incident.name} is {new}*: a false alarm, says {by}."
        case Phase.CANCELLED:
            return f"*{incident.name} is {new}* by {by}; there will be no review."
        case _ if Phase(event.old_phase) in AT_REST:
            return f"*{incident.name} is open again*: {by} set it from {old} to {new}."
        case _:
            return f"{old} → *{new}*, set by {by}."


def _resolution(incident: Incident, phase: Phase) -> list[Block]:
    if phase is not Phase.RESOLVED or not incident.resolution:
        return []
    return [section(f"*How it was mended*\n{quoted(incident.resolution)}")]


def _next_thing(
    incident: Incident, event: e.StatusChanged, process: Process, page: str, word: str
) -> list[Block]:
    """Return what comes next after a move, so that nobody has to know the process."""
    phase = Phase(event.new_phase)
    if phase is Phase.RESOLVED and incident.phase is Phase.RESOLVED:
        address = link(f"{page}/review", "Read the draft") if page else link_of_your_own(word)
        return [
            section(f"📄 A draft of the review is made from the record. {address}"),
            _at_the_end(incident, process),
            *map(context, not_done(incident)),
            actions(
                word_button("Fill in the review", "review", incident.stream, style="primary"),
                word_button("Follow-up", "followup", incident.stream),
                word_button("Close", "close", incident.stream),
                word_button("Reopen", "reopen", incident.stream),
            ),
        ]
    if phase is Phase.CLOSED:
        everything = link(page, "Everything that was recorded") if page else link_of_your_own(word)
        return [context(everything)]
    if Phase(event.old_phase) in AT_REST and event.update_due_at:
        return [context(f"Next update {when(event.update_due_at)}.")]
    return []


def severity(incident: Incident, event: e.SeverityChanged, process: Process, by: str) -> Message:
    """Return how a change of gravity is told, with what it means for the next update."""
    old, new = severity_of(process, event.old), severity_of(process, event.new)
    verb = "raised" if event.raised else "lowered"
    text = f"{'⬆️' if event.raised else '⬇️'} {by} {verb} the severity: {old} → *{new}*"
    if event.reason:
        text += f"\n{quoted(event.reason)}"
    due = event.update_due_at
    return message(
        f"{incident.name} is {new} now, {verb} from {old}",
        section(text),
        context(f"Next update {when(due)}." if due else _unpromised(incident, process)),
    )


def _unpromised(incident: Incident, process: Process) -> str:
    """Say why no update is due: what is at rest owes none, however grave it was."""
    if incident.at_rest:
        return f"No update is due: {incident.name} is {status_of(process, incident.status)}."
    return "No update is promised at this severity."


def command_taken(incident: Incident, event: e.RoleTaken, by: str) -> Message:
    """Return how everybody learns whom to ask."""
    holder = mention(event.user)
    how = {
        "declared": "",
        "taken": "",
        "given": f", named by {by}",
        "handed over": "",
    }[event.how]
    before = f" after {mention(event.previous)}" if event.previous else ""
    text = f"👤 {holder} commands {incident.name}{before}{how}."
    return one_section(text)


def command_dropped(incident: Incident, event: e.RoleDropped, by: str) -> Message:
    """Return the call for somebody to lead."""
    who = f"👤 {mention(event.user)} commands {incident.name} no more"
    named = "" if by == mention(event.user) else f", says {by}"
    meanwhile = ""
    if event.user != incident.reporter:
        meanwhile = f" Until then {mention(incident.reporter)}, who declared it, is asked."
    return message(
        f"{incident.name} has no commander. Who takes over?",
        section(f"{who}{named}. Who takes over?{meanwhile}"),
        actions(*filter(None, [take_command(incident)])),
    )


def take_command(incident: Incident) -> Block | None:
    """Return the button for whoever is ready to lead."""
    command = c.TakeRole(role="commander")
    return do_button("I take command", incident.stream, command, nth="lead", style="primary")


def _at_the_end(incident: Incident, process: Process) -> Block:
    """Return what was left to do when it was resolved; the message stands, the card keeps up."""
    lacking = missing(incident, process)
    if not lacking:
        return context("🏁 Nothing was missing at this point: it can be closed.")
    return context(
        f"🏁 Missing at this point before it can be closed: {', '.join(lacking)}. "
        "The card shows what still is."
    )


def not_done(incident: Incident) -> list[str]:
    """Return what its playbooks still ask for, a line for each; it keeps nobody from resolving."""
    return [
        f"📋 Not done in “{brief_words(run.playbook.name)}”: {_the_first(run.not_done)}."
        for run in incident.runs
        if run.active and run.not_done
    ]


def _the_first(rows: Sequence[Row]) -> str:
    texts = [f"*{row.number}.* {brief_words(row.text, 80)}" for row in rows[:_MOST_STEPS]]
    more = len(rows) - _MOST_STEPS
    return "; ".join([*texts, f"{more} more"] if more > 0 else texts)


def to_close(incident: Incident, process: Process) -> Block:
    """Return what is left to do once it is resolved, where it is kept up to date."""
    lacking = missing(incident, process)
    if not lacking:
        return context("🏁 Nothing is missing: it can be closed.")
    return context(f"🏁 Still missing before it can be closed: {', '.join(lacking)}.")
