"""What only shows when the whole file is seen: names nobody has, a process that cannot work."""

import re
import zoneinfo
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.domain.nearest import did_you_mean
from bot.domain.process import Process
from bot.domain.values import Phase
from bot.process_file import building
from bot.yaml_files.marked import Found, Node, Position
from bot.yaml_files.wording import key_place, place_of

Plain = Mapping[str, Any]
_NEEDED = {
    "severities": ("rank", "criteria"),
    "statuses": ("phase",),
    "roles": ("responsibilities",),
}
"""What a level, status or role must say when it is not one that Muster has."""


def second_pass(root: Node, data: Plain, broken: Collection[str] = ()) -> Iterator[Found]:
    """Yield the problems between the sound parts of a file; nothing is held to a broken one."""
    wrong = set(broken)
    for section in _NEEDED:
        new_ones = list(_new_ones(root, data, section))
        yield from new_ones
        if new_ones:
            wrong.add(section)  # it cannot be built yet
    if "severities" not in wrong:
        yield from _severities(root, data)
    if "statuses" not in wrong:
        yield from _statuses(root, data)
    if "roles" not in wrong:
        yield from _roles(root, data)
    yield from _lists(root, data)
    if "categories" not in wrong:
        yield from _private(root, data)
    yield from _time(root, data)


def _new_ones(root: Node, data: Plain, section: str) -> Iterator[Found]:
    usual = Process()
    known = {
        "severities": [each.key for each in usual.severities],
        "statuses": [each.key for each in usual.statuses],
        "roles": [each.key for each in usual.roles],
    }
    for key, written in (data.get(section) or {}).items():
        place = key_place(root, (section,), key)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
            wanted = "a letter, then lower-case letters, digits or underscores"
            yield place, f"expected {wanted}, found '{key[:60]}'"
        elif key not in known[section]:
            missing = [name for name in _NEEDED[section] if written.get(name) is None]
            removed = bool(written.get("removed"))
            if removed or missing:
                absent = [] if removed else missing
                yield place, _unknown(section, key, known[section], absent)


def _unknown(section: str, key: str, known: list[str], missing: list[str]) -> str:
    hint = did_you_mean(key, known)
    if not missing:
        return f"there is no '{key}' among the {section} to remove{hint}"
    keys = " and ".join(f"'{name}'" for name in missing)
    return f"'{key}' is new, so it needs {keys}{hint}"


def _severities(root: Node, data: Plain) -> Iterator[Found]:
    levels = building.severities(data)
    section = key_place(root, (), "severities")
    if not levels:
        yield section, "at least one severity must remain"
        return
    ranks: dict[int, str] = {}
    for level in levels:
        if level.rank in ranks:
            yield _same_rank(root, data, (level.key, ranks[level.rank]), level.rank)
        ranks.setdefault(level.rank, level.key)
    keys = [level.key for level in levels]
    asked = data.get("default_severity")
    if asked is not None and asked not in keys:
        hint = did_you_mean(asked, keys) or f"; there are {', '.join(keys)}"
        yield place_of(root, ("default_severity",)), f"unknown severity '{asked}'{hint}"


def _same_rank(root: Node, data: Plain, pair: tuple[str, str], rank: int) -> Found:
    """Point at the one of two levels whose rank stands in the file."""
    one, other = pair
    if data["severities"].get(one, {}).get("rank") is None:
        one, other = other, one
    place = place_of(root, ("severities", one, "rank"))
    return place, f"rank {rank} is that of {other} already"


def _statuses(root: Node, data: Plain) -> Iterator[Found]:
    standing = {status.phase for status in building.statuses(data)}
    for phase in Phase:
        if phase not in standing:
            place = key_place(root, (), "statuses")
            yield place, f"no status stands on the phase '{phase.value}'; each phase needs one"


def _roles(root: Node, data: Plain) -> Iterator[Found]:
    if ((data.get("roles") or {}).get("commander") or {}).get("removed"):
        place = key_place(root, ("roles",), "commander")
        yield place, "the commander cannot be removed: somebody leads; give it another label"


def _lists(root: Node, data: Plain) -> Iterator[Found]:
    for section in ("categories", "private_categories", "services"):
        seen: set[str] = set()
        for number, name in enumerate(data.get(section) or ()):
            if name in seen:
                yield place_of(root, (section, number)), f"'{name}' is here twice"
            seen.add(name)


def _private(root: Node, data: Plain) -> Iterator[Found]:
    categories = list(data.get("categories") or Process().categories)
    for number, name in enumerate(data.get("private_categories") or ()):
        if name not in categories:
            hint = did_you_mean(name, categories) or f"; there are {', '.join(categories)}"
            yield (
                place_of(root, ("private_categories", number)),
                f"unknown category '{name[:60]}'{hint}",
            )


def _time(root: Node, data: Plain) -> Iterator[Found]:
    zone = data.get("timezone")
    zones = zoneinfo.available_timezones()
    if zone is not None and zone not in zones:
        hint = did_you_mean(zone, zones) or "; write it as in Europe/Berlin or UTC"
        yield place_of(root, ("timezone",)), f"unknown time zone '{zone[:60]}'{hint}"
    hours = building.working_hours(data)
    if hours.opens >= hours.closes:
        yield _hours(root, "closes"), "working hours must close after they open, on the same day"
    if not hours.days:
        yield _hours(root, "days"), "working hours need at least one day"


def _hours(root: Node, key: str) -> Position:
    return place_of(root, ("working_hours", key))
