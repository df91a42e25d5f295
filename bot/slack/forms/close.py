"""The form that closes: it names what the review lacks, and closes all the same for a reason."""

from bot.domain.commands import Close
from bot.domain.incident import Incident
from bot.domain.lifecycle import missing
from bot.domain.refusals import NotNow
from bot.domain.values import Phase, Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.forms.ending import confirmation, end, is_confirmed
from bot.slack.messages.deeds import word_button
from bot.slack.messages.text import Block, escape, section

NAME = "close"
_WHERE = {"summary": "edit", "impact": "edit", "category": "edit", "resolution": "resolve"}
"""Which form fills in what is missing; the rest stands in the review's and the follow-ups'."""
_NEEDED = "Needed while something is missing: the review will name what, and the reason."


def view(asked: Asked, *, reason: str = "", question: str = "") -> Block:
    """Return the form.

    Raises:
        NotNow: it is not resolved yet.
    """
    incident, process = asked.may(Close()), asked.desk.process
    if incident.phase is not Phase.RESOLVED:
        raise NotNow(
            f"{incident.name} is {incident.status}. Resolve it first "
            f"(`{asked.desk.word} resolve`), or cancel or decline it."
        )
    lacking = missing(incident, process)
    blocks = [
        fields.standing(asked),
        *_lacking(incident, lacking),
        fields.text_input(
            "reason",
            "Close all the same, because" if lacking else "A last word",
            initial=reason,
            multiline=True,
            optional=not lacking,
            hint=_NEEDED if lacking else "",
        ),
        *confirmation(question),
    ]
    label = "Close anyway" if lacking else "Close incident"
    return fields.modal(NAME, f"Close {incident.name}", blocks, label, fields.about(asked))


def _lacking(incident: Incident, lacking: tuple[str, ...]) -> list[Block]:
    if not lacking:
        return [section("Everything that the review needs is there.")]
    return [section("*What the review still lacks:*"), *(_gap(incident, gap) for gap in lacking)]


def _gap(incident: Incident, gap: str) -> Block:
    word = _WHERE.get(gap, "followup" if "follow-up" in gap else "review")
    fill = word_button("Fill in…", f"{word}#{gap[:20]}", incident.stream)
    return section(f"• {escape(gap)}", accessory=fill)


async def submit(asked: Asked, values: Values) -> Message | None:
    """Close it."""
    reason = values.text("reason")
    command = Close(anyway=Text(reason), confirmed=is_confirmed(values))
    return await end(asked, command, lambda why: view(asked, reason=reason, question=why))


FORM = Form(name=NAME, submit=submit, first_field="reason", anew=view)
