"""Answers that show more than one thing: lists, an incident from outside, its timeline, help."""

from collections.abc import Sequence

from bot.domain.commands import MakeNewRoom
from bot.domain.events import Recorded
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import Followup
from bot.slack.messages import told
from bot.slack.messages.brief import decisions, standing
from bot.slack.messages.card import top
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.phrases import headline, last_update, named, where
from bot.slack.messages.reasons import reasons
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
    day,
    escape,
    link,
    mention,
    message,
    section,
)
from bot.storage.queries import Listed

_MOST_LISTED = 20
_MOST_LINES = 30
_MOST_NEWS = 5
_MOST_OPEN = 5
_MOST_RUNS = 2
_UPDATE = 600
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


def titled(listed: Listed) -> str:
    """Return `🔒 *INC-42* checkout is down`: wherever it is listed, what it is goes before it."""
    marks = ("🔔 DRILL · " if listed.drill else "") + ("🔒 " if listed.private else "")
    return f"{marks}*{listed.name}* {brief_words(listed.title)}"


def incident_line(listed: Listed, process: Process) -> str:
    """Return one incident on two lines: what it is, and where it stands."""
    severity, status = process.severity(listed.severity), process.status(listed.status)
    who = mention(listed.commander) if listed.commander else "no commander"
    room = f" · {channel_link(listed.channel)}" if listed.channel else ""
    state = f"{escape(severity.label)} · {escape(status.label)} · {who}"
    return f"{titled(listed)}\n      {state}{room} · {ago(listed.declared_at)}"


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
    """Return the button that brings a new room; an archived one can show none itself."""
    if incident.room is None or not incident.room.archived:
        return None
    if incident.at_rest:
        return word_button("Reopen", "reopen", incident.stream)
    return do_button("New room", incident.stream, MakeNewRoom())


def timeline(
    recorded: Sequence[Recorded],
    incident: Incident,
    process: Process,
    *,
    page: str,
    words: told.Words = told.NO_WORDS,
) -> Message:
    """Return the newest of what happened; the page has all of it.

    `words` are marked messages, where the caller has them.
    """
    lines = told.lines(recorded, incident, process, words)
    hidden = len(lines) - _MOST_LINES
    earlier = f"{hidden} earlier; {link(page, 'the page')} has everything."
    return message(
        f"Timeline of {incident.name}",
        section(f"*Timeline of {_named(incident)}*"),
        context(earlier if hidden > 0 else link(page, "The same with more room, on its page")),
        *paragraphs(lines[-_MOST_LINES:] or ["Nothing has happened yet."]),
    )


def catchup(
    recent: Sequence[Recorded],
    incident: Incident,
    process: Process,
    *,
    page: str,
    words: told.Words = told.NO_WORDS,
) -> Message:
    """Return where an incident stands and what is next, for anybody who was away.

    `words` are marked messages, where the caller has them.
    """
    news = told.lines(told.news(recent), incident, process, words)
    update = last_update(incident, _UPDATE)
    return message(
        headline(incident, process),
        section(f"*{_named(incident)}*"),
        *standing(incident, process),
        section(update) if update else None,
        *decisions(recent),
        *_next_steps(incident),
        *_open("Open tasks", [task_line(t) for t in incident.tasks if t.done_at is None]),
        *_open("Open follow-ups", [_owed(f) for f in incident.followups if f.done_at is None]),
        section("*Last events*"),
        *paragraphs(news[-_MOST_NEWS:] or ["Nothing yet."]),
        context(link(page, "Incident page")),
    )


def _next_steps(incident: Incident) -> list[Block]:
    """Return what each running playbook wants done now."""
    active = [] if incident.over else [run for run in incident.runs if run.active]
    lines = [
        f"*{brief_words(run.playbook.name)}*: *{row.number}.* {brief_words(row.text, 200)}"
        for run in active[:_MOST_RUNS]
        if (row := run.next_row)
    ]
    return [section("*Next in the playbook*\n" + "\n".join(lines))] if lines else []


def _owed(followup: Followup) -> str:
    whose = f" · {mention(followup.owner)}" if followup.owner else ""
    due = f" · by {day(followup.due)}" if followup.due else ""
    return f"*Follow-up {followup.number}* {brief_words(followup.text, 200)}{whose}{due}"


def _open(title: str, lines: Sequence[str]) -> list[Block]:
    shown = [f"• {line}" for line in lines[:_MOST_OPEN]]
    if len(lines) > _MOST_OPEN:
        shown.append(f"• and {len(lines) - _MOST_OPEN} more")
    return [section(f"*{title}*\n" + "\n".join(shown))] if shown else []


def why(recorded: Sequence[Recorded], incident: Incident, process: Process) -> Message:
    """Return which rule made the bot do what it did, newest last."""
    lines = [line for each in recorded for line in reasons(each, incident, process)]
    none = "Muster has done nothing by itself here: every step was somebody's."
    return message(
        f"Why, in {incident.name}",
        section(f"*What Muster did by itself in {_named(incident)}, and the rule behind it*"),
        *paragraphs(lines[-_MOST_LISTED:] or [none]),
    )


def help_text(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], word: str) -> Message:
    """Return every word with its usage, as they are, under what one wants to do."""
    command = escape(word)
    blocks: list[Block] = []
    for title, words in groups:
        lines = [f"`{command} {escape(usage)}`\n      {escape(does)}" for usage, does in words]
        blocks += paragraphs([f"*{escape(title)}*", *lines])
    return message(
        f"What {word} can do",
        *blocks,
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
    return f"{named(incident)} · {brief_words(incident.title)}"
