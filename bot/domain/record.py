"""What goes on the record by hand: notes, decisions, marked messages, the words of the review."""

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.accepting import clean_text, needed_text, not_ahead
from bot.domain.given import Given
from bot.domain.refusals import InvalidInput
from bot.domain.state import Incident
from bot.domain.values import Text


def add_note(_incident: Incident, command: c.AddNote, given: Given) -> list[e.Event]:
    """Put a fact on the record, as of the time it was a fact.

    Raises:
        InvalidInput: nothing is said, or it lies in the future.
    """
    text = needed_text(command.text, "text", "Say what belongs on the timeline.")
    said_at = given.now if command.at is None else not_ahead(command.at, given.now, "at")
    return [e.NoteAdded(text=text, said_at=said_at)]


def record_decision(incident: Incident, command: c.RecordDecision, _given: Given) -> list[e.Event]:
    """Put a decision on the record, with the state in which it was taken.

    Raises:
        InvalidInput: nothing is said.
    """
    text = needed_text(command.text, "text", "Say what was decided.")
    return [e.DecisionRecorded(text=text, severity=incident.severity, status=incident.status)]


def write_review(incident: Incident, command: c.WriteReview, _given: Given) -> list[e.Event]:
    """Fill in what people write in the review; the same words again change nothing.

    Raises:
        InvalidInput: a text is too long, or the cause is named and said to be not known.
    """
    was = incident.written
    cause = _other(command.cause, was.cause, "cause")
    unknown = command.cause_unknown
    if unknown and (clean_text(command.cause, "cause") if command.cause is not None else ""):
        raise InvalidInput(
            "Name the cause, or say that it is not known; not both.", field="cause_unknown"
        )
    event = e.ReviewWritten(
        summary=_other(command.summary, was.summary, "summary"),
        cause=cause,
        cause_unknown=None if unknown is was.cause_unknown else unknown,
        went_well=_other(command.went_well, was.went_well, "went_well"),
        was_hard=_other(command.was_hard, was.was_hard, "was_hard"),
        lucky=_other(command.lucky, was.lucky, "lucky"),
    )
    return [] if event == e.ReviewWritten() else [event]


def _other(text: Text | None, present: Text, field: str) -> Text | None:
    """Return the text if it is given and says something else than before."""
    if text is None:
        return None
    cleaned = clean_text(text, field)
    return None if cleaned == present else cleaned


def review_compiled(incident: Incident, command: c.ReviewWasCompiled) -> list[e.Event]:
    """A document is there; people hear of the first one at rest, and of the complete one."""
    first = incident.at_rest and incident.review_version is None
    completed = command.complete and not incident.review_complete
    return [
        e.ReviewCompiled(
            version=command.version,
            digest=command.digest,
            complete=command.complete,
            told=first or completed,
        )
    ]


def words_emptied(command: c.EmptyWords) -> list[e.Event]:
    """Put on record what was emptied, if anything was."""
    if not command.texts and not command.messages:
        return []
    return [
        e.WordsEmptied(
            why=command.why, user=command.user, texts=command.texts, messages=command.messages
        )
    ]
