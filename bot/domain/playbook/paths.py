"""From what a person typed to the step or item they meant: a path, an item's id, or a number."""

from collections.abc import Iterable

from bot.domain.nearest import nearest
from bot.domain.playbook.refusals import NoRun, NoSuchPath, WhichRun
from bot.domain.playbook.run import Run


def paths(run: Run) -> tuple[str, ...]:
    """Return every path of the run's playbook: steps and, below them, items."""
    steps = [step.id for step in run.playbook.steps]
    items = [box.path for _, _, box in run.playbook.numbered() if "/" in box.path]
    return (*steps, *items)


def find_path(run: Run, typed: str) -> str:
    """Return the path for `triage/disk`, for `disk` when only one item has that id, or for `3`.

    Raises:
        NoSuchPath: with the nearest path and its number.
    """
    wanted = typed.strip().strip("/#`").casefold()
    if wanted.isascii() and wanted.isdigit():
        return _numbered(run, wanted)
    known = paths(run)
    if wanted in known:
        return wanted
    same_id = [path for path in known if path.partition("/")[2] == wanted]
    if len(same_id) == 1:
        return same_id[0]
    if same_id:
        choices = ", ".join(f"'{path}'" for path in same_id)
        raise NoSuchPath(f"'{wanted}' stands in several steps; write one of {choices}.")
    raise NoSuchPath(f"There is no step '{typed.strip()[:80]}' here; {_suggestion(run, wanted)}")


def _numbered(run: Run, typed: str) -> str:
    by_number = {str(number): box.path for number, _, box in run.playbook.numbered()}
    number = typed.lstrip("0")
    if number in by_number:
        return by_number[number]
    if not by_number:
        raise NoSuchPath("This playbook has nothing to tick off; it runs by itself.")
    raise NoSuchPath(f"There is no number {typed[:20]}; they go from 1 to {len(by_number)}.")


def _suggestion(run: Run, wanted: str) -> str:
    items = {path.partition("/")[2]: path for path in paths(run) if "/" in path}
    close = nearest(wanted, paths(run)) or items.get(nearest(wanted, items) or "")
    if close is None:
        return "`playbook status` lists the steps with their numbers."
    numbers = {box.path: number for number, _, box in run.playbook.numbered()}
    number = f" (number {numbers[close]})" if close in numbers else ""
    return f"did you mean '{close}'{number}?"


def find_run(runs: Iterable[Run], typed: str, *, run: str | None = None) -> tuple[Run, str]:
    """Return the run and the path that somebody means among the runs of an incident.

    `run` is the id or the playbook's id where a button knows it; people may write it before the
    path: `service-outage/triage/disk`.

    Raises:
        NoRun: nothing is running.
        WhichRun: it could be several.
        NoSuchPath: it is in none.
    """
    candidates = [one for one in runs if run is None or run in (one.id, one.playbook.id)]
    active = [one for one in candidates if one.active] or candidates[-1:]
    if not active:
        raise NoRun
    prefix, _, rest = typed.strip().casefold().partition("/")
    named = [one for one in active if one.playbook.id == prefix and rest]
    if len(named) == 1:
        return named[0], find_path(named[0], rest)
    if len(active) == 1:
        return active[0], find_path(active[0], typed)
    holding = [one for one in active if typed.strip().casefold() in paths(one)]
    if len(holding) == 1:
        return holding[0], find_path(holding[0], typed)
    choices = " or ".join(f"'{one.playbook.id}/{typed.strip()[:80]}'" for one in active)
    raise WhichRun(f"Several playbooks are running; write {choices}.")
