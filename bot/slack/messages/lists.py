"""Answers that show more than one thing: lists, an incident from outside, its timeline, help."""

from collections.abc import Sequence

from bot.domain.commands import MakeNewRoom
from bot.domain.events import Recorded
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages import told
from bot.slack.messages.brief import decisions, standing
from bot.slack.messages.card import top
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.phrases import headline, marked, where
from bot.slack.messages.tasks import task_line
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    ago,
    brief_words,
    channel_link,
    context,
    cut,
    escape,
    link,
    mention,
    message,
    section,
)
from bot.storage.queries import Listed

_MOST_LISTED = 20
_MOST_LINES = 30
_MOST_NEWS = 12
_MOST_TASKS = 8
_WIDEST = 2_900


def incident_list(
    listed: Sequence[Listed], title: str, *, word: str, empty: str, process: Process | None = None
) -> Message:
    """Return a list of incidents; `empty` is what to say when there is none."""
    if not listed:
        return message(empty, section(empty))
    known = process or Process()
    lines = [incident_line(each, known) for each in listed[:_MOST_LISTED]]
    rest = len(listed) - _MOST_LISTED
    more = f"{rest} more. `{escape(word)} list search …` finds one by its words."
    return message(
        escape(f"{title}: {len(listed)}"),
        section(f"*{escape(title)}*"),
        *paragraphs(lines),
        context(more) if rest > 0 else None,
    )


def incident_line(listed: Listed, process: Process) -> str:
    """Return one incident on two lines: what it is, and where it stands."""
    severity, status = process.severity(listed.severity), process.status(listed.status)
    marks = ("🔔 DRILL · " if listed.drill else "") + ("🔒 " if listed.private else "")
    who = mention(listed.commander) if listed.commander else "no commander"
    room = f" · {channel_link(listed.channel)}" if listed.channel else ""
    state = f"{escape(severity.label)} · {escape(status.label)} · {who}"
    first = f"{marks}*{listed.name}* {brief_words(listed.title)}"
    return f"{first}\n      {state}{room} · {ago(listed.declared_at)}"


def shown(incident: Incident, process: Process, *, page: str, inside: bool = False) -> Message:
    """Return an incident as somebody outside its room sees it, with the way in."""
    can_join = not inside and incident.room is not None and not incident.room.archived
    buttons = [
        _room_again(incident),
        word_button("Join", "join", incident.stream, style="primary") if can_join else None,
        word_button("Timeline", "timeline", incident.stream),
        word_button("Catch up", "catchup", incident.stream),
    ]
    return message(
        headline(incident, process),
        *top(incident, process),
        section(f"Room: {where(incident)} · {link(page, 'Incident page')}"),
        actions(*filter(None, buttons)),
    )


def _room_again(incident: Incident) -> Block | None:
    """Nothing can be pressed in an archived room, so what brings a new one is offered outside."""
    if incident.room is None or not incident.room.archived:
        return None
    if incident.at_rest:
        return word_button("Reopen", "reopen", incident.stream)
    return do_button("New room", incident.stream, MakeNewRoom())


def timeline(
    recorded: Sequence[Recorded], incident: Incident, process: Process, *, page: str
) -> Message:
    """Return the newest of what happened; the page has all of it."""
    lines = told.lines(recorded, incident, process)
    hidden = len(lines) - _MOST_LINES
    earlier = f"{hidden} earlier; {link(page, 'the page')} has everything."
    return message(
        f"Timeline of {incident.name}",
        section(f"*Timeline of {_named(incident)}*"),
        context(earlier if hidden > 0 else link(page, "The same with more room, on its page")),
        *paragraphs(lines[-_MOST_LINES:] or ["Nothing has happened yet."]),
    )


def catchup(
    incident: Incident, recent: Sequence[Recorded], process: Process, *, page: str
) -> Message:
    """Return where an incident stands and how it came there, for anybody who was away."""
    news = told.lines(told.news(recent), incident, process)
    tasks = [task for task in incident.tasks if task.done_at is None]
    lines = [f"• {task_line(task)}" for task in tasks[:_MOST_TASKS]]
    if len(tasks) > _MOST_TASKS:
        lines.append(f"• and {len(tasks) - _MOST_TASKS} more")
    return message(
        headline(incident, process),
        section(f"*{_named(incident)}*"),
        *standing(incident, process),
        *decisions(recent),
        section("*Last events*"),
        *paragraphs(news[-_MOST_NEWS:] or ["Nothing yet."]),
        section("*Open tasks*\n" + "\n".join(lines)) if lines else None,
        context(link(page, "Incident page")),
    )


def why(recorded: Sequence[Recorded], incident: Incident, process: Process) -> Message:
    """Return which rule made the bot do what it did, newest last."""
    lines = [
        f"{line}\n      _{escape(each.rule)}_"
        for each in recorded
        if each.rule and (line := told.line(each, incident, process))
    ]
    none = "Muster has done nothing by itself here: every step was somebody's."
    return message(
        f"Why, in {incident.name}",
        section(f"*What Muster did by itself in {_named(incident)}, and the rule behind it*"),
        *paragraphs(lines[-_MOST_LISTED:] or [none]),
    )


def help_text(words: Sequence[tuple[str, str]], word: str) -> Message:
    """Return every word with its usage, as they are: nothing that does not exist."""
    command = escape(word)
    lines = [f"`{command} {escape(usage)}`\n      {escape(does)}" for usage, does in words]
    return message(
        f"What {word} can do",
        section("*What you can type*"),
        *paragraphs(lines),
        context(
            "In an incident's room the words are about it. From anywhere else put the number "
            f"behind the word: `{command} update inc-42 …`."
        ),
    )


def paragraphs(lines: Sequence[str]) -> list[Block]:
    """Return lines as few sections as hold them."""
    blocks: list[Block] = []
    gathered = ""
    for raw in lines:
        line = cut(raw, _WIDEST)
        if gathered and len(gathered) + 1 + len(line) > _WIDEST:
            blocks.append(section(gathered))
            gathered = ""
        gathered = f"{gathered}\n{line}" if gathered else line
    return [*blocks, section(gathered)] if gathered else blocks


def _named(incident: Incident) -> str:
    marks = marked(incident)
    name = f"{marks} · {incident.name}" if marks else incident.name
    return f"{name} · {brief_words(incident.title)}"
