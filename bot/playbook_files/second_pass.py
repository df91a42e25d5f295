"""What only shows when the whole file is seen: ids that stand twice, ways that lead nowhere."""

from collections.abc import Iterator, Mapping

from bot.domain.nearest import did_you_mean
from bot.yaml_files.marked import Found, Node
from bot.yaml_files.wording import Path, place_of


def second_pass(root: Node, data: Mapping[str, object]) -> Iterator[Found]:
    """Yield the problems between the parts of a playbook; parts of a wrong shape are left out."""
    steps = _mappings(data.get("steps"))
    yield from _unique(root, ("steps",), steps, "step")
    for number, step in steps.items():
        items = _mappings(step.get("items"))
        yield from _unique(root, ("steps", number, "items"), items, "item")
        yield from _enough_items(root, number, step, items)
    yield from _ways(root, steps)


def _mappings(parts: object) -> dict[int, Mapping[str, object]]:
    listed = parts if isinstance(parts, list) else []
    return {number: part for number, part in enumerate(listed) if isinstance(part, Mapping)}


def _unique(
    root: Node, path: Path, parts: Mapping[int, Mapping[str, object]], kind: str
) -> Iterator[Found]:
    first: dict[str, int] = {}
    for number, part in parts.items():
        name = part.get("id")
        if not isinstance(name, str):
            continue
        if name in first:
            line = place_of(root, (*path, first[name], "id")).line
            yield (
                place_of(root, (*path, number, "id")),
                f"{kind} id '{name[:60]}' is already used on line {line}",
            )
        first.setdefault(name, number)


def _enough_items(
    root: Node, number: int, step: Mapping[str, object], items: Mapping[int, object]
) -> Iterator[Found]:
    count = step.get("done_when")
    if type(count) is int and count > len(items):
        place = place_of(root, ("steps", number, "done_when"))
        yield place, f"done_when {count} can never be reached; there are {len(items)} items"


def _ways(root: Node, steps: Mapping[int, Mapping[str, object]]) -> Iterator[Found]:
    """`next` names a later step, and no step is jumped over that nothing else leads to."""
    places: dict[object, int] = {}
    for number, step in steps.items():
        if isinstance(step.get("id"), str):
            places.setdefault(step["id"], number)
    for number, step in steps.items():
        target = step.get("next")
        if not isinstance(target, str):
            continue
        place = place_of(root, ("steps", number, "next"))
        if target not in places:
            hint = did_you_mean(target, [name for name in places if isinstance(name, str)])
            yield place, f"there is no step '{target[:60]}'{hint}"
        elif places[target] <= number:
            yield place, f"next leads forward only; '{target}' is not a later step"
        elif places[target] > number + 1:
            jumped = steps.get(number + 1, {}).get("id", "the step below")
            yield place, f"next '{target}' leaves '{jumped}' unreachable"
