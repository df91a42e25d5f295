"""The form that changes what an incident says about itself, and when things really were."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.milestones import REACHED_ONLY
from bot.domain.process import Process
from bot.domain.values import Milestone, Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, context

NAME = "edit"
MILESTONES: Mapping[Milestone, str] = {
    "started": "Started",
    "detected": "Detected",
    "acknowledged": "Acknowledged",
    "mitigated": "Mitigated",
    "resolved": "Resolved",
    "closed": "Closed",
}
"""Times that can be corrected, with their labels; when it was declared is a fact of the record."""


def view(asked: Asked) -> Block:
    """Return the form with everything as it stands; what is not touched is not changed."""
    incident, process = asked.may(c.Edit()), asked.desk.process
    times = _times(incident)
    blocks = [
        fields.standing(asked),
        fields.text_input("title", "Title", initial=incident.title, optional=False, limit=3_000),
        fields.text_input("summary", "Summary", initial=incident.summary, multiline=True),
        fields.text_input("impact", "Impact", initial=incident.impact, multiline=True),
        fields.category(process, initial=incident.category, optional=True),
        _services(process, incident),
        context("When it really was, in your own time zone:"),
        *(fields.moment(name, MILESTONES[name], initial=_moment(at)) for name, at in times.items()),
    ]
    was: dict[str, object] = {
        "title": incident.title,
        "summary": incident.summary,
        "impact": incident.impact,
        "services": _joined(incident.services),
    }
    was.update({str(name): at for name, at in times.items()})
    metadata = fields.about(asked, was={k: fields.fingerprint(v) for k, v in was.items()})
    return fields.modal(NAME, f"Edit {incident.name}", blocks, "Save", metadata)


def _times(incident: Incident) -> dict[Milestone, int | None]:
    """Return the milestones on offer, to the minute: Slack's picker knows no seconds."""
    offered: dict[Milestone, int | None] = {}
    for name in MILESTONES:
        at = incident.at(name)
        if at is not None or name not in REACHED_ONLY:
            offered[name] = None if at is None else int(at.timestamp()) // 60 * 60
    return offered


def _moment(at: int | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _services(process: Process, incident: Incident) -> Block:
    if process.services:
        choices = [fields.option(s, s) for s in process.services]
        return fields.multi_select("services", "Services", choices, initial=incident.services)
    return fields.text_input(
        "services",
        "Services",
        initial=_joined(incident.services),
        hint="Separate several by commas.",
    )


def _joined(services: tuple[str, ...]) -> str:
    return ", ".join(services)


async def submit(asked: Asked, values: Values) -> Message | None:
    """Change what was touched: all of it, or nothing."""
    was = asked.metadata.get("was", {})

    def touched(field: str, value: object) -> bool:
        return bool(was.get(field) != fields.fingerprint(value))

    def written(field: str) -> Text | None:
        text = values.text(field)
        return Text(text) if touched(field, text) else None

    services = values.choices("services") or tuple(
        s.strip() for s in values.text("services").split(",") if s.strip()
    )
    category = values.choice("category")
    edit = c.Edit(
        title=written("title"),
        summary=written("summary"),
        impact=written("impact"),
        category=None if category == asked.the_incident().category else category,
        services=services if touched("services", _joined(services)) else None,
    )
    corrections = [
        c.CorrectMilestone(milestone=name, at=datetime.fromtimestamp(at, UTC))
        for name in MILESTONES
        if (at := values.moment(name)) is not None and touched(name, at)
    ]
    asked_for: list[c.AskedByPerson] = [*corrections] if edit == c.Edit() else [edit, *corrections]
    return await asked.deliver(*asked_for) if asked_for else None


FORM = Form(name=NAME, submit=submit, first_field="title")
