"""The form that declares an incident: a title is all that it needs.

It opens with the newest open incidents, and shows similar ones once a title is typed, each with
Join, so that one outage does not become three incidents.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.accepting import TITLE_LIMIT
from bot.domain.commands import Declare
from bot.domain.declaring import DeclaredAlready
from bot.domain.permissions import allow_declaring
from bot.domain.process import Process
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.declaring import declare
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.forms.ending import confirmation, is_confirmed
from bot.slack.messages.answers import declared_view
from bot.slack.messages.lists import titled
from bot.slack.messages.text import Block, ago, button, escape, mentions
from bot.slack.moments import a_moment
from bot.storage import queries
from bot.storage.database import Connection, DatabaseAway
from bot.storage.queries import Listed

NAME = "declare"
_SHOWN = 3
_SOURCE = ("link", "thread")


async def view(
    asked: Asked,
    *,
    title: str = "",
    summary: str = "",
    question: str = "",
    severity: str | None = None,
    category: str | None = None,
    options: Sequence[str] = (),
    source: Mapping[str, str] | None = None,
) -> Block:
    """Return the form, with what is known already filled in.

    `source` tells of the message from which it is declared: its `link`, and the `thread` in which
    the answer belongs.

    Raises:
        NotAllowed: guests do not declare.
    """
    allow_declaring(asked.given)
    similar = await _look(asked, lambda c: queries.similar(c, asked.viewer, title)) if title else ()
    newest = await _look(asked, lambda c: queries.newest_open(c, asked.viewer, _SHOWN))
    metadata = {**(source or {}), "channel": asked.channel}
    known = _known(similar or newest, similar=bool(similar))
    blocks = [
        *_others(asked),
        *known,
        *_inputs(asked.desk.process, severity, category, options),
        *confirmation(question),
    ]
    asked.desk.drafts.begin(asked.workspace, asked.actor.user, asked.desk.clock.now())
    form = fields.modal(NAME, "Declare an incident", blocks, "Declare", metadata)
    form["notify_on_close"] = True
    for block in form["blocks"]:
        initial = {"title": title, "summary": summary}.get(block.get("block_id", ""))
        if initial:
            block["element"]["initial_value"] = initial
    return form


async def _look(
    asked: Asked, question: Callable[[Connection], Sequence[Listed]]
) -> Sequence[Listed]:
    """Return what is open already, if that can be told at once: the form does not wait for it.

    The trigger that opens the form lives for three seconds, and a declaration is needed most when
    nothing works well.
    """
    if asked.desk.database.presence.trouble:
        return ()
    try:
        async with a_moment():
            return await asked.desk.database.read(question)
    except (TimeoutError, DatabaseAway):
        return ()


def _inputs(
    process: Process, severity: str | None, category: str | None, options: Sequence[str]
) -> list[Block]:
    severities = [fields.option(s.key, s.label, s.criteria) for s in process.severities]
    categories = [fields.option(c, c) for c in process.categories]
    services = [fields.option(s, s) for s in process.services]
    service_input = (
        fields.multi_select("services", "Services", services)
        if services
        else fields.text_input("services", "Services", hint="Separate several by commas.")
    )
    criteria = " · ".join(f"{s.label}: {s.criteria}" for s in process.severities)
    return [
        fields.text_input(
            "title",
            "What is wrong?",
            optional=False,
            placeholder="checkout is down",
            limit=3_000,
            speaks=True,
            hint=f"In a few words, at most {TITLE_LIMIT} characters.",
        ),
        fields.select(
            "severity",
            "Severity",
            severities,
            initial=severity or process.default_severity,
            hint=criteria,
        ),
        fields.select(
            "category",
            "Category",
            categories,
            initial=category,
            hint="A security incident opens as private.",
        ),
        service_input,
        fields.text_input("summary", "What do you know?", multiline=True, limit=2_500),
        fields.moment("started", "Since when?", hint="Empty means now."),
        fields.checkboxes(
            "options",
            "Kind of room",
            [
                fields.option("private", "Private: only people in its room see it"),
                fields.option("drill", "Drill: an exercise, nothing is really broken"),
            ],
            initial=options,
        ),
    ]


def _known(known: Sequence[Listed], *, similar: bool) -> list[Block]:
    """What is open already, above everything, so that people join instead of declaring twice."""
    if not known:
        return []
    heading = "Is it one of these?" if similar else "Open at the moment:"
    blocks = [fields.paragraph("known", f"*{heading}*")]
    for listed in known:
        line = (
            f"{titled(listed)}\n"
            f"{listed.severity.upper()} · {escape(listed.status)} · {ago(listed.declared_at)}"
        )
        join = button("Join", "word:join", listed.stream, says=f"Join {listed.name}")
        blocks.append(fields.paragraph(f"known-{listed.number}", line, join))
    return blocks


def _others(asked: Asked) -> list[Block]:
    """Who is filling in this form at the same moment may be about to declare the same."""
    now = asked.desk.clock.now()
    others = asked.desk.drafts.others(asked.workspace, asked.actor.user, now)
    if not others:
        return []
    verb = "is" if len(others) == 1 else "are"
    text = f"⚠️ {mentions(others, 3)} {verb} declaring an incident right now."
    return [fields.paragraph("known-others", text)]


async def title_typed(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Show what is similar while the title is being typed; what was typed stays."""
    state = Values(body["view"]["state"]["values"])
    title = state.text("title")
    similar = await _look(asked, lambda c: queries.similar(c, asked.viewer, title))
    before = [b for b in body["view"]["blocks"] if not b["block_id"].startswith("known")]
    shown = {b["block_id"] for b in body["view"]["blocks"]} - {b["block_id"] for b in before}
    known = [*_others(asked), *(_known(similar, similar=True) if similar else [])]
    if not similar or shown == {b["block_id"] for b in known}:
        return None
    blocks = [*known, *before]
    kept = (
        "type",
        "callback_id",
        "title",
        "close",
        "submit",
        "private_metadata",
        "notify_on_close",
    )
    changed = {**{key: body["view"][key] for key in kept}, "blocks": blocks}
    asked.desk.errands.start(
        asked.desk.calls.call(
            "views.update", view_id=asked.view_id, hash=body["view"]["hash"], view=changed
        ),
        "views.update",
    )
    return None


async def submit(asked: Asked, values: Values) -> Message | None:
    """Declare, and turn the form into the good news."""
    started = values.moment("started")
    services = values.choices("services") or tuple(values.text("services").split(","))
    options = values.choices("options")
    command = Declare(
        title=Text(values.text("title")),
        summary=Text(values.text("summary")),
        severity=values.choice("severity"),
        category=values.choice("category"),
        services=tuple(s for s in services if s.strip()),
        started_at=datetime.fromtimestamp(started, UTC) if started else None,
        private=True if "private" in options else None,
        drill="drill" in options,
        source_link=asked.metadata.get("link", ""),
        source="message" if asked.metadata.get("link") else "user",
        again=is_confirmed(values),
    )
    try:
        message = await declare(asked, command, thread=asked.metadata.get("thread", ""))
    except DeclaredAlready as why:
        source = {key: asked.metadata[key] for key in _SOURCE if key in asked.metadata}
        return await view(asked.where_it_was_asked(), source=source, question=why.message)
    return declared_view(message) if message else None


FORM = Form(name=NAME, submit=submit, first_field="title")
