"""What is to be done now, as the card shows it: playbooks on offer, their runs, open tasks."""

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.playbook.run import Row, Run
from bot.domain.process import Process
from bot.domain.shapes import Principal
from bot.domain.values import Task
from bot.slack.messages.deeds import do_button, path_value
from bot.slack.messages.phrases import role_of
from bot.slack.messages.text import (
    Block,
    actions,
    brief_words,
    button,
    context,
    mention,
    mentions,
    section,
    when,
)

_MOST_OFFERS = 3
_MOST_ROWS = 5
_MOST_RUNS = 3
_MOST_TASKS = 5
_WORDS = 200


# ── Playbooks ───────────────────────────────────────────────────────────────────────────────────


def offers(incident: Incident) -> list[Block]:
    """Return the playbooks that fit, each with Start; nothing is started by itself."""
    if incident.at_rest:
        return []
    blocks = []
    for place, (playbook, name) in enumerate(list(incident.offers.items())[:_MOST_OFFERS]):
        start = do_button(
            "Start",
            incident.stream,
            c.StartPlaybook(playbook=playbook),
            nth=f"start{place}",
            says=f"Start the playbook {name}",
        )
        blocks.append(_with(start, f"📋 A playbook fits: *{brief_words(name)}*"))
    return blocks + _more(len(incident.offers) - _MOST_OFFERS, "playbook fits", "playbooks fit")


def runs(incident: Incident, process: Process) -> list[Block]:
    """Return how far each running playbook is, and what to do next in it."""
    blocks: list[Block] = []
    active = [run for run in incident.runs if run.active]
    for place, run in enumerate(active[:_MOST_RUNS]):
        room = _MOST_ROWS if place == 0 and not incident.at_rest else 2
        blocks += _run(incident, process, run, room, nth=f"r{place}")
    finished = [run for run in incident.runs if not run.active]
    names = ", ".join(f"*{brief_words(run.playbook.name, 80)}*" for run in finished[-3:])
    if names:
        blocks.append(context(f"📋 Finished: {names}"))
    return blocks + _more(len(active) - _MOST_RUNS, "playbook is running", "playbooks are running")


def _run(incident: Incident, process: Process, run: Run, most: int, nth: str) -> list[Block]:
    progress = run.progress
    title = f"📋 *{brief_words(run.playbook.name)}* · {progress.done} of {progress.total} done"
    if incident.over:
        return [context(f"{title}; it ended with the incident.")]
    due = [row for row in run.rows if row.state == "open"]
    shown = due[:most]
    smalls = [_small(incident, process, row) for row in shown]
    same = len(set(smalls)) == 1
    step = shown[0].step if shown and shown[0].step != shown[0].text else ""
    now = " · ".join(filter(None, [brief_words(step, 80), smalls[0] if same else ""]))
    return [
        section(f"{title}\n{now}" if now else title),
        *(
            _row(incident.stream, run, row, nth, small="" if same else small)
            for row, small in zip(shown, smalls, strict=True)
        ),
        *_more(len(due) - most, "item of this step is open", "items of this step are open"),
        *_skips(incident, run, shown, nth),
    ]


def _small(incident: Incident, process: Process, row: Row) -> str:
    """Return whose an item is and by when; said once where it is the same for all."""
    due = f"by {when(row.due, '{time}')}" if row.due else ""
    return " · ".join(filter(None, [_whose(incident, process, row.assignee), due]))


def _row(stream: str, run: Run, row: Row, nth: str, *, small: str) -> Block:
    optional = "" if row.required else " _(optional)_"
    text = f"*{row.number}.* {brief_words(row.text, _WORDS)}{optional}"
    return _with(_done(stream, run, row, nth), f"{text}\n{small}" if small else text)


def _done(stream: str, run: Run, row: Row, nth: str) -> Block | None:
    """What needs evidence opens a form that asks for it."""
    if row.evidence != "none":
        label = "Done, with note…" if row.evidence == "note" else "Done, with link…"
        value = path_value(stream, run.id, row.path)
        return button(label, f"evidence#{nth}-{row.number}", value, says=f"{label} {row.text}")
    command = c.CompletePath(path=row.path, run=run.id)
    return do_button("Done", stream, command, nth=f"{nth}-{row.number}", says=f"Done: {row.text}")


def _skips(incident: Incident, run: Run, shown: list[Row], nth: str) -> list[Block]:
    """One quiet row: skipping asks for a reason, and is rarer than doing."""
    buttons = [
        button(
            f"Skip {row.number}…",
            f"skip#{nth}-{row.number}",
            path_value(incident.stream, run.id, row.path),
            says=f"Skip: {row.text}",
        )
        for row in shown
    ]
    return [actions(*buttons)] if buttons else []


def _whose(incident: Incident, process: Process, assignee: Principal | None) -> str:
    if assignee is None:
        return ""
    if assignee.kind == "user":
        return mention(assignee.name)
    holders = incident.holders(assignee.name)
    role = role_of(process, assignee.name)
    return f"{role}: {mentions(holders, 3)}" if holders else f"{role} (nobody yet)"


# ── Tasks ───────────────────────────────────────────────────────────────────────────────────────


def open_tasks(incident: Incident) -> list[Block]:
    """Return what is open, each with Done; what a playbook shows above is not said twice."""
    shown_above = {
        f"{run.id}/{row.path}" for run in incident.runs if run.active for row in run.rows
    }
    due = [task for task in incident.tasks if task.done_at is None and task.step not in shown_above]
    if not due or incident.over:
        return []
    blocks = [_task(incident.stream, task) for task in due[:_MOST_TASKS]]
    return blocks + _more(len(due) - _MOST_TASKS, "task is open", "tasks are open")


def _task(stream: str, task: Task) -> Block:
    done = do_button(
        "Done",
        stream,
        c.FinishTask(number=task.number),
        nth=f"task{task.number}",
        says=f"Done: {task.title}",
    )
    return _with(done, f"☑️ {task_line(task)}")


def task_line(task: Task) -> str:
    """Return a task on one line: its number, what, who, and by when."""
    whose = f" · {mention(task.assignee)}" if task.assignee else ""
    due = f" · by {when(task.due)}" if task.due else ""
    return f"*Task {task.number}* {brief_words(task.title, _WORDS)}{whose}{due}"


def _with(accessory: Block | None, text: str) -> Block:
    return section(text, accessory=accessory) if accessory else section(text)


def _more(count: int, one: str, many: str) -> list[Block]:
    if count <= 0:
        return []
    return [context(f"{count} more {one if count == 1 else many}.")]
