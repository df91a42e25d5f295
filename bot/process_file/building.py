"""What was checked → the process as a value; what the file leaves out stays as it is by default."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, get_args

from bot.domain.process import Paging, Process, Reactions, Role, Severity, Status, WorkingHours
from bot.domain.shapes import duration
from bot.domain.values import Phase
from bot.process_file.shape import Day

DAYS: tuple[str, ...] = get_args(Day)
Plain = Mapping[str, Any]


def build(data: Plain) -> Process:
    """Return the process that a sound file describes."""
    usual = Process()
    categories = tuple(_given(data, "categories", usual.categories))
    private = _given(data, "private_categories", usual.private_categories & set(categories))
    return replace(
        usual,
        severities=severities(data),
        default_severity=_given(data, "default_severity", _usual_severity(data)),
        statuses=statuses(data),
        roles=roles(data),
        categories=categories,
        private_categories=frozenset(private),
        services=tuple(_given(data, "services", ())),
        feed=_given(data, "feed", usual.feed),
        drill_feed=data.get("drill_feed"),
        working_hours=working_hours(data),
        reactions=Reactions(**_present(data.get("reactions"))),
        archive_after=_archive_after(data, usual),
        keep_texts=_kept(data, "texts"),
        keep_messages=_kept(data, "messages"),
        keep_grace=_grace(data, usual),
        paging=paging(data),
    )


def severities(data: Plain) -> tuple[Severity, ...]:
    """Return the levels, the gravest first."""
    levels = {each.key: each for each in Process().severities}
    for key, written in _mapping(data, "severities").items():
        if written.get("removed"):
            levels.pop(key, None)
            continue
        new = Severity(key=key, label=key.upper(), rank=0, criteria="", update_every=None)
        levels[key] = replace(levels.get(key, new), **_severity(written))
    return tuple(sorted(levels.values(), key=lambda level: level.rank))


def _severity(written: Plain) -> dict[str, Any]:
    changes = _present(written, without="removed")
    if "update_every" in changes:
        every = changes["update_every"]
        changes["update_every"] = None if every == "none" else duration(every)
    if "rank" in changes:
        changes["rank"] = int(changes["rank"])
    if "invite" in changes:
        changes["invite"] = tuple(changes["invite"])
    return changes


def statuses(data: Plain) -> tuple[Status, ...]:
    """Return the statuses in the order of their phases; of one phase, Muster's own comes first."""
    known = {each.key: each for each in Process().statuses}
    for key, written in _mapping(data, "statuses").items():
        if written.get("removed"):
            known.pop(key, None)
            continue
        changes = _present(written, without="removed")
        if "phase" in changes:
            changes["phase"] = Phase(changes["phase"])
        new = Status(key=key, label=key.replace("_", " "), phase=Phase.INVESTIGATING)
        known[key] = replace(known.get(key, new), **changes)
    order = list(Phase)
    return tuple(sorted(known.values(), key=lambda status: order.index(status.phase)))


def roles(data: Plain) -> tuple[Role, ...]:
    """Return the roles, Muster's own first."""
    known = {each.key: each for each in Process().roles}
    for key, written in _mapping(data, "roles").items():
        if written.get("removed"):
            known.pop(key, None)
            continue
        new = Role(key=key, label=key.replace("_", " ").capitalize(), responsibilities="")
        known[key] = replace(known.get(key, new), **_present(written, without="removed"))
    return tuple(known.values())


def working_hours(data: Plain) -> WorkingHours:
    """Return when people are at work."""
    usual = WorkingHours()
    hours = _present(data.get("working_hours"))
    return WorkingHours(
        days=frozenset(DAYS.index(day) for day in hours["days"]) if "days" in hours else usual.days,
        opens=time.fromisoformat(hours["opens"]) if "opens" in hours else usual.opens,
        closes=time.fromisoformat(hours["closes"]) if "closes" in hours else usual.closes,
        timezone=_given(data, "timezone", usual.timezone),
    )


def _kept(data: Plain, what: str) -> timedelta | None:
    written = _present(data.get("retention")).get(what, "forever")
    return None if written == "forever" else duration(written)


def _grace(data: Plain, usual: Process) -> timedelta:
    written = _present(data.get("retention")).get("grace")
    if written is None:
        return usual.keep_grace
    return timedelta() if written == "none" else duration(written)


def _archive_after(data: Plain, usual: Process) -> timedelta | None:
    written = data.get("archive_after")
    if written is None:
        return usual.archive_after
    return None if written == "none" else duration(written)


def paging(data: Plain) -> Paging:
    """Return how somebody is called who does not answer."""
    written = _present(data.get("paging"))
    if "again_after" in written:
        written["again_after"] = duration(written["again_after"])
    if "times" in written:
        written["times"] = int(written["times"])
    if "then" in written:
        written["then"] = tuple(dict.fromkeys(written["then"]))
    return Paging(**written)


def _usual_severity(data: Plain) -> str:
    """Return the proposed level where the file names none: the usual one, or the mildest left."""
    kept = severities(data)
    usual = Process().default_severity
    return usual if any(level.key == usual for level in kept) else kept[-1].key


def _mapping(data: Plain, key: str) -> Mapping[str, Plain]:
    return data.get(key) or {}


def _given(data: Plain, key: str, otherwise: Any) -> Any:  # noqa: ANN401 - whatever the key holds
    value = data.get(key)
    return otherwise if value is None else value


def _present(written: Plain | None, *, without: str = "") -> dict[str, Any]:
    return {
        key: value for key, value in (written or {}).items() if value is not None and key != without
    }
