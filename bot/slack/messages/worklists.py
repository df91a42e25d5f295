"""Work as lists: tasks and follow-ups with a button each, playbooks and how far they are."""

from datetime import date

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.playbook.run import Row, RowState, Run
from bot.domain.process import Process
from bot.domain.shapes import Principal
from bot.domain.values import Followup
from bot.domain.wording import EFFECTS
from bot.slack.messages import tasks
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.lists import paragraphs
from bot.slack.messages.phrases import role_of, where
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    context,
    day,
    mention,
    message,
    one_section,
    section,
    when,
)

_MOST = 20
_MOST_ROWS = 60
_STATES = {"waiting": "⬜", "open": "⬜", "done": "✅", "skipped": "⏭️", "left": "▫️"}


def task_list(incident: Incident) -> Message:
    """Return the tasks, the open ones first and with a button."""
    left = [task for task in incident.tasks if task.done_at is None]
    done = [task for task in incident.tasks if task.done_at is not None]
    blocks = [
        section(
            f"☑️ {tasks.task_line(task)}",
            accessory=do_button(
                "Done",
                incident.stream,
                c.FinishTask(number=task.number),
                says=f"Done: {task.title}",
            ),
        )
        for task in left[:_MOST]
    ]
    ticked = [f"✅ {tasks.task_line(task)}" for task in done[-_MOST:]]
    return message(
        f"Tasks of {incident.name}: {len(left)} open",
        section(f"*Tasks of {incident.name}*: {len(left)} open, {len(done)} done"),
        *blocks,
        *paragraphs(ticked),
        _more(len(left) - _MOST),
        None if incident.tasks else context("Playbooks put tasks here; so far none did."),
    )


def followup_list(incident: Incident) -> Message:
    """Return the follow-ups, the open ones first and with a button."""
    left = [each for each in incident.followups if each.done_at is None]
    done = [each for each in incident.followups if each.done_at is not None]
    blocks = [
        section(
            _followup(each),
            accessory=do_button(
                "Done",
                incident.stream,
                c.FinishFollowup(number=each.number),
                says=f"Done: {each.text}",
            ),
        )
        for each in left[:_MOST]
    ]
    none = "None yet. What must not be forgotten once this is over?"
    return message(
        f"Follow-ups of {incident.name}: {len(left)} open",
        section(f"*Follow-ups of {incident.name}*: {len(left)} open, {len(done)} done"),
        *blocks,
        *paragraphs([f"✅ {_followup(each)}" for each in done[-_MOST:]]),
        _more(len(left) - _MOST),
        None if incident.followups else context(none),
        actions(word_button("Add follow-up", "followup", incident.stream)),
    )


def _followup(each: Followup) -> str:
    owner = mention(each.owner) if each.owner else "nobody yet"
    due = f" · due {day(each.due)}" if each.due else ""
    return f"*{each.number}.* {brief_words(each.text, 250)} · {owner}{due}"


# ── What failed, and the room ───────────────────────────────────────────────────────────────────


def retried(incident: Incident) -> Message:
    """Return what is being tried again."""
    names = [EFFECTS.get(effect.partition(":")[0], effect) for effect in incident.failures]
    text = f"Being tried again for {incident.name}: {brief_words(', '.join(dict.fromkeys(names)))}."
    return one_section(text)


def room_of(incident: Incident) -> Message:
    """Return where the room is, with a way to a new one when it is archived."""
    text = f"Room of {incident.name}: {where(incident)}"
    gone = incident.room is not None and incident.room.archived
    fresh = do_button("New room", incident.stream, c.MakeNewRoom()) if gone else None
    return message(text, section(text, accessory=fresh))


# ── Playbooks ───────────────────────────────────────────────────────────────────────────────────


def playbook_list(incident: Incident, process: Process, today: date) -> Message:
    """Return the library: what fits first, each with Start, and what runs already."""
    running = {run.playbook.id: run for run in incident.runs if run.active}
    fitting = [key for key in incident.offers if key in process.playbooks]
    others = [key for key in process.playbooks if key not in fitting]
    blocks = []
    for key in [*fitting, *others][:_MOST]:
        playbook = process.playbooks[key]
        about = brief_words(playbook.description, 200)
        fits = " · _fits this incident_" if key in fitting else ""
        old = f" · ⚠️ _last tried on {playbook.last_verified}_" if playbook.stale(today) else ""
        text = f"📘 *{brief_words(playbook.name)}* (`{key}`){fits}{old}\n{about}"
        blocks.append(_offer(incident, key, text, running.get(key)))
    none = "There are no playbooks. They are YAML files in the folder `playbooks/`."
    return message(
        "Playbooks",
        section("*Playbooks*"),
        *(blocks or [section(none)]),
        _more(len(process.playbooks) - _MOST),
    )


def _offer(incident: Incident, key: str, text: str, run: Run | None) -> Block:
    if run is not None:
        look = word_button("Status", "playbook status", incident.stream)
        return section(f"{text}\n{_progress(run)}", accessory=look)
    start = do_button("Start", incident.stream, c.StartPlaybook(playbook=key))
    return section(text, accessory=None if incident.over else start)


def run_status(incident: Incident, process: Process) -> Message:
    """Return what is next in each run, with buttons, and every other item with its number."""
    runs = [run for run in incident.runs if run.active] or list(incident.runs[-1:])
    if not runs:
        return message(
            "No playbook is running here.",
            section("No playbook is running here."),
            actions(word_button("Playbooks", "playbook list", incident.stream)),
        )
    blocks = tasks.runs(incident, process)
    for run in runs[:3]:
        about = f"“{brief_words(run.playbook.name)}”" if len(runs) > 1 else ""
        blocks += _rows(process, run, f"Settled {about}", {"done", "skipped", "left"})
        blocks += _rows(process, run, f"Still to come {about}", {"waiting"})
    return message(f"{brief_words(runs[0].playbook.name)}: {_progress(runs[0])}", *blocks)


def _rows(process: Process, run: Run, heading: str, states: set[RowState]) -> list[Block]:
    rows = [row for row in run.rows if row.state in states]
    if not rows:
        return []
    lines = [f"*{heading.strip()}*", *(_row(process, row) for row in rows[:_MOST_ROWS])]
    rest = _more(len(rows) - _MOST_ROWS)
    return [*paragraphs(lines), *([rest] if rest else [])]


def _progress(run: Run) -> str:
    return f"{run.progress.done} of {run.progress.total} done"


def _row(process: Process, row: Row) -> str:
    optional = "" if row.required else " _(optional)_"
    line = f"{_STATES[row.state]} *{row.number}.* {brief_words(row.text, 150)}{optional}"
    if row.state == "waiting":
        small = [_whose(process, row.assignee)] if row.assignee else []
        small += [f"needs a {row.evidence}"] if row.evidence != "none" else []
        return f"{line} · _{' · '.join(small)}_" if small else line
    if row.mark is None or row.mark.by is None:
        return line
    small = [f"{mention(row.mark.by)} {when(row.mark.at, '{time}')}"]
    proof = (row.mark.note, row.mark.reason, row.mark.link)
    small += [brief_words(text, 150) for text in proof if text]
    return f"{line}\n      {' · '.join(small)}"


def _whose(process: Process, assignee: Principal) -> str:
    person = assignee.kind == "user"
    return mention(assignee.name) if person else role_of(process, assignee.name)


def _more(count: int) -> Block | None:
    return context(f"{count} more.") if count > 0 else None
