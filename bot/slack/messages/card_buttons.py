"""The card's buttons: the words that make sense in the state the incident is in."""

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.values import Phase
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.text import Block, actions

_LABELS = {
    "update": "Post update",
    "status": "Status",
    "severity": "Severity",
    "role": "Roles",
    "note": "Note",
    "resolve": "Resolve",
    "edit": "Edit",
    "decision": "Decision",
    "followup": "Follow-up",
    "playbook": "Playbooks",
    "handover": "Hand over",
    "page": "Page somebody",
    "private": "Make private",
    "timeline": "Timeline",
    "catchup": "Catch up",
    "review": "Review",
    "close": "Close",
    "reopen": "Reopen",
}
_OPEN = (
    ("update", "status", "severity", "role", "note", "resolve"),
    (
        "edit",
        "decision",
        "followup",
        "playbook",
        "handover",
        "page",
        "timeline",
        "catchup",
        "private",
    ),
)
_RESOLVED = (
    ("review", "followup", "close", "reopen"),
    ("update", "edit", "note", "decision", "timeline", "catchup"),
)
_CLOSED = (("review", "followup", "reopen"), ("edit", "note", "timeline", "catchup"))
_ENDED = (("reopen", "followup"), ("edit", "note", "timeline", "catchup"))


def rows(incident: Incident) -> list[Block]:
    """Return two rows of buttons: first what is done most, then the rest."""
    first, rest = words(incident)
    leading = [
        word_button(_LABELS[word], word, incident.stream, style="primary" if not place else None)
        for place, word in enumerate(first)
    ]
    if incident.room is not None and incident.room.archived:
        room = do_button("New room", incident.stream, c.MakeNewRoom(), nth="room")
        leading += [room] if room else []
    others = [word_button(_LABELS[word], word, incident.stream) for word in rest]
    return [actions(*leading), actions(*others)]


def words(incident: Incident) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words on offer: the first of them is the next thing to do."""
    if incident.phase is Phase.RESOLVED:
        return _RESOLVED
    if incident.phase is Phase.CLOSED:
        return _CLOSED
    if incident.over:
        return _ENDED
    first, rest = _OPEN
    useless = {"handover"} if incident.commander is None else set()
    if incident.private:
        useless.add("private")
    return first, tuple(word for word in rest if word not in useless)
