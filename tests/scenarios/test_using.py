"""The guide for people shows what can really be typed."""

import re
from pathlib import Path

from tests.people import World

GUIDE = (Path(__file__).parents[2] / "docs" / "using.md").read_text(encoding="utf-8")


def shown() -> list[str]:
    """What the guide's tables tell people to type, in its order; `list mine` stands for a line."""
    lines = []
    for row in re.findall(r"^\| `/incident .*$", GUIDE, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        word = first.split()[1]
        lines.append(first)
        lines += [f"/incident {other}" for other in others if re.match(rf"{word} \S", other)]
    return [line.replace("inc-42", "inc-1") for line in lines]


NOT_UNDERSTOOD = re.compile(
    r"Usage:|There is no (?:word|flag|status|severity|role|category)|"
    r"cannot be edited|is no (?:day|time)"
)
"""Refusals of how something was typed; what the state of the incident refuses was understood."""


async def test_everything_that_the_guide_shows_is_understood(world: World) -> None:
    lines = shown()
    assert len(lines) > 40
    await world.ann.says(lines[0])
    room = await world.room(1)
    for line in lines[1:]:
        reply = await world.ann.says(line, in_=room.name)
        assert not NOT_UNDERSTOOD.search(str(reply)), f"{line}\n{reply}"
