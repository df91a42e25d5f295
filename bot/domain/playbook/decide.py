"""The rules of a run: what starting, completing and skipping lead to, or why they are refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.playbook.definition import Playbook
from bot.domain.playbook.events import (
    NO_TEXT,
    ItemDone,
    ItemSkipped,
    RunEvent,
    RunFinished,
    RunStarted,
    StepDone,
    StepOpened,
    StepSkipped,
)
from bot.domain.playbook.plain import canonical, revision
from bot.domain.playbook.refusals import (
    AlreadyRunning,
    AlreadySettled,
    LinkNeeded,
    NotALink,
    NoteNeeded,
    NotOpenYet,
    ReasonNeeded,
    RequiredOpen,
    RunOver,
)
from bot.domain.playbook.run import Run, evolve_run
from bot.domain.steps import Step
from bot.domain.steps.common import Ask, Box, Evidence
from bot.domain.values import Text

LONGEST_LINK = 2000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happens in the run, and what its steps ask of the incident, in order."""

    events: tuple[RunEvent, ...]
    asks: tuple[Ask, ...]
    run: Run


def start(
    playbook: Playbook, *, run: str, by: str, at: datetime, others: Iterable[Run] = ()
) -> Outcome:
    """Start a run and open its first steps. `others`: the incident's runs so far.

    Raises:
        AlreadyRunning: the same playbook is in work in this incident.
    """
    for other in others:
        if other.active and other.playbook.id == playbook.id:
            done = f"{other.progress.done} of {other.progress.total} done"
            raise AlreadyRunning(
                f"'{playbook.name}' is already running here ({done}); "
                "`playbook status` shows what is next."
            )
    started = RunStarted(
        run=run,
        playbook=playbook.id,
        name=playbook.name,
        version=playbook.version,
        revision=revision(playbook),
        snapshot=canonical(playbook),
        by=by,
        at=at,
    )
    return _follow(None, started, at)


def complete(
    run: Run, path: str, *, by: str, at: datetime, note: Text = NO_TEXT, link: str = ""
) -> Outcome:
    """Tick off an item, finish a step, or do the one thing that a step consists of.

    Raises:
        RunOver, NotOpenYet, AlreadySettled: it is not its time.
        RequiredOpen: the step's required items come first.
        NoteNeeded, LinkNeeded, NotALink: the evidence is wanting.
    """
    step, box = _settleable(run, path)
    note, link = Text(note.strip()), link.strip()
    if box is None:
        _check_nothing_required(run, step)
    _check_evidence(box.evidence if box else "none", note, link)
    if box is None or box.path == step.id:
        return _follow(run, StepDone(run=run.id, path=path, by=by, at=at, note=note, link=link), at)
    return _follow(run, ItemDone(run=run.id, path=path, by=by, at=at, note=note, link=link), at)


def skip(run: Run, path: str, *, by: str, at: datetime, reason: Text) -> Outcome:
    """Leave out an item of an open step, or a whole step, also one whose turn has yet to come.

    Raises:
        RunOver, NotOpenYet, AlreadySettled: it is not its time.
        ReasonNeeded: nobody said why.
    """
    step, box = _settleable(run, path, ahead="/" not in path)
    reason = Text(reason.strip())
    if not reason:
        raise ReasonNeeded
    if box is None or box.path == step.id:
        return _follow(run, StepSkipped(run=run.id, path=path, by=by, at=at, reason=reason), at)
    return _follow(run, ItemSkipped(run=run.id, path=path, by=by, at=at, reason=reason), at)


def split_evidence(text: str) -> tuple[Text, str]:
    """Part what somebody typed after `done 3` into a note and the first link in it.

    Slack wraps links as `<https://…|label>`; the brackets go.
    """
    words = text.split()
    for place, word in enumerate(words):
        bare = word.removeprefix("<").removesuffix(">").partition("|")[0]
        if _is_link(bare):
            return Text(" ".join(words[:place] + words[place + 1 :])), bare
    return Text(text.strip()), ""


def _settleable(run: Run, path: str, *, ahead: bool = False) -> tuple[Step, Box | None]:
    """Return the step and the box of a path, if it may be settled now.

    An optional item that its step went on without may still be ticked off.
    """
    step = run.playbook.step(path)
    box = next((box for _, _, box in run.playbook.numbered() if box.path == path), None)
    if step is None or (box is None and path != step.id):
        raise LookupError(path)
    if run.finished_at is not None:
        raise RunOver(f"'{run.playbook.name}' is finished; `playbook start` begins it anew.")
    state = run.state(path)
    if state in ("done", "skipped") or run.state(step.id) == "skipped":
        what = "skipped" if state is None else state
        raise AlreadySettled(f"'{path}' is already {what}. {_next_thing(run)}")
    if run.state(step.id) is None and not ahead:
        raise NotOpenYet(
            f"'{path}' is not open yet. {_next_thing(run)} "
            "What does not apply can be skipped with a reason."
        )
    return step, box


def _next_thing(run: Run) -> str:
    row = run.next_row
    return f"Next is number {row.number}: {row.text}" if row else "Nothing is left to do."


def _check_nothing_required(run: Run, step: Step) -> None:
    numbers = [
        str(number)
        for number, owner, box in run.playbook.numbered()
        if owner.id == step.id and box.required and run.state(box.path) is None
    ]
    if numbers and not _enough(run, step):
        raise RequiredOpen(
            f"'{step.label}' still needs {', '.join(numbers)}; "
            "finish them, or skip what does not apply with a reason."
        )


def _check_evidence(evidence: Evidence, note: Text, link: str) -> None:
    if link and not _is_link(link):
        raise NotALink
    if evidence == "note" and not note:
        raise NoteNeeded
    if evidence == "link" and not link:
        raise LinkNeeded


def _is_link(text: str) -> bool:
    if any(character.isspace() for character in text) or len(text) > LONGEST_LINK:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _enough(run: Run, step: Step) -> bool:
    """Tell whether the boxes of a step are settled far enough for the run to go on."""
    boxes = step.boxes
    settled = [box for box in boxes if run.state(box.path) is not None and box.path != step.id]
    if len(settled) == len(boxes):
        return True
    done = sum(run.state(box.path) == "done" for box in settled)
    match step.done_when:
        case "all":
            required = [box for box in boxes if box.required]
            return bool(required) and all(box in settled for box in required)
        case "any":
            return done >= 1
        case count:
            return done >= count


def _follow(run: Run | None, first: RunEvent, at: datetime) -> Outcome:
    """Return the event with everything that follows by itself, up to the next thing to do."""
    run = evolve_run(run, first)
    events, asks = [first], list(_asks(run, first))
    while (event := _next_event(run, at)) is not None:
        run = evolve_run(run, event)
        events.append(event)
        asks.extend(_asks(run, event))
    return Outcome(events=tuple(events), asks=tuple(asks), run=run)


def _next_event(run: Run, at: datetime) -> RunEvent | None:
    if run.finished_at is not None:
        return None
    step = run.frontier
    if step is None:
        return RunFinished(run=run.id, at=at)
    if run.state(step.id) is None:
        return StepOpened(run=run.id, path=step.id, at=at)
    if _enough(run, step):
        return StepDone(run=run.id, path=step.id, by=None, at=at, note=NO_TEXT, link="")
    return None


def _asks(run: Run, event: RunEvent) -> Iterable[Ask]:
    """Yield what a step asks of the incident at this event."""
    if isinstance(event, StepOpened | StepDone | StepSkipped):
        step = run.playbook.step(event.path)
        opened = run.marks[event.path].opened_at
        if step is None or opened is None:
            return  # skipped before its turn came: nothing was asked that could be settled
        opening = isinstance(event, StepOpened)
        ask = step.opened(run.id, event.at) if opening else step.closed(run.id)
        if ask is not None:
            yield ask
