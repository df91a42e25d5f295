"""The card: the pinned post that shows where an incident stands and what can be done next.

It is edited in place, so it holds no more than Slack takes (50 blocks, 10,000 characters) whatever
the incident has grown to: each part has its own limit, and says how much it leaves out.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import Phase
from bot.slack.messages import card_buttons, owing, paging, tasks
from bot.slack.messages.deeds import do_button
from bot.slack.messages.moves import take_command, to_close
from bot.slack.messages.phrases import (
    dot,
    headline,
    last_update,
    leader,
    link_of_your_own,
    marked,
    next_update,
    role_of,
    severity_of,
    status_of,
)
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    ago,
    brief_words,
    context,
    fields,
    header,
    link,
    mention,
    mentions,
    message,
    quoted,
    section,
    when,
)
from bot.storage.outbox import Pending

_TEXT = 600
_MOST_ROLES = 4


def card(
    incident: Incident,
    process: Process,
    owed: Sequence[Pending],
    *,
    page: str,
    now: datetime,
    word: str = "/incident",
) -> Message:
    """Return the card; `owed` is what the bot has yet to do, `page` the incident's address."""
    return message(
        headline(incident, process),
        *top(incident, process),
        *_leaderless(incident),
        *_handover(incident),
        *paging.waiting(incident),
        *tasks.offers(incident),
        *tasks.runs(incident, process),
        *tasks.open_tasks(incident),
        *owing.failed(incident),
        *owing.waiting(incident, process, owed, now),
        *([to_close(incident, process)] if incident.phase is Phase.RESOLVED else []),
        *card_buttons.rows(incident),
        _foot(incident, page, word),
    )


def top(incident: Incident, process: Process) -> list[Block]:
    """Return what everybody asks first: what, how bad, who leads, what is known."""
    marks = marked(incident)
    title = f"{incident.name} · {incident.title}"
    return [
        header(f"{marks} · {title}" if marks else title),
        *_reservations(incident),
        facts(incident, process),
        *_known(incident),
    ]


def _reservations(incident: Incident) -> list[Block]:
    words = []
    if incident.drill:
        words.append("🔔 *Drill.* This is practice: nothing here is happening.")
    if incident.private:
        words.append("🔒 *Private.* Only the members of this room know of it; keep it here.")
    return [context(*words)] if words else []


def facts(incident: Incident, process: Process) -> Block:
    """Return the facts in two columns."""
    severity = process.severity(incident.severity)
    begun = incident.at("started") or incident.at("declared")
    shown = [
        f"*Severity*\n{dot(process, incident.severity)} {severity_of(process, severity.key)}",
        f"*Status*\n{status_of(process, incident.status)}",
        f"*Commander*\n{leader(incident)}",
        f"*Next update*\n{next_update(incident, process)}",
    ]
    if begun is not None:
        shown.append(f"*Started*\n{ago(begun)}, {when(begun)}")
    if incident.category or incident.services:
        about = ", ".join(filter(None, [incident.category, *incident.services]))
        shown.append(f"*Concerns*\n{brief_words(about, 200)}")
    others = [role for role in incident.roles if role != "commander"]
    shown += [
        f"*{role_of(process, role)}*\n{mentions(incident.holders(role), 4)}"
        for role in others[:_MOST_ROLES]
    ]
    return fields(*shown)


def _known(incident: Incident) -> list[Block]:
    parts = [("Summary", incident.summary), ("Impact", incident.impact)]
    blocks = [section(f"*{name}*\n{quoted(text, _TEXT)}") for name, text in parts if text]
    if told := last_update(incident, _TEXT):
        blocks.append(section(told))
    if incident.at_rest and incident.resolution:
        blocks.append(section(f"*Resolution*\n{quoted(incident.resolution, _TEXT)}"))
    return blocks


def _leaderless(incident: Incident) -> list[Block]:
    if incident.commander is not None or incident.at_rest:
        return []
    return [section("👤 *Nobody commands.* Who takes it?", accessory=take_command(incident))]


def _handover(incident: Incident) -> list[Block]:
    """Return the offer of command, with buttons for the one person who can accept it."""
    offer = incident.handover
    if offer is None or incident.at_rest:
        return []
    giver, to = mention(offer.giver), mention(offer.to)
    text = f"👥 {giver} hands command over to {to}, who has yet to accept."
    accept = do_button("Accept", incident.stream, c.AcceptHandover(), nth="accept", style="primary")
    decline = do_button("Decline", incident.stream, c.RefuseHandover(), nth="decline")
    return [section(text), actions(*filter(None, [accept, decline]))]


def _foot(incident: Incident, page: str, word: str) -> Block:
    declared = incident.at("declared")
    who = f"Declared by {mention(incident.reporter)}"
    return context(
        f"{who}, {ago(declared)}" if declared else who,
        link(incident.source_link, "where it began") if incident.source_link else "",
        link(page, "Incident page") if page else link_of_your_own(word),
    )
