"""The guide for people who write playbooks says what the loader does."""

import re
from pathlib import Path

from bot.domain.playbook import Playbook
from bot.domain.steps import LATER_TYPES
from bot.domain.steps.common import StepKeys
from bot.playbook_files import load_text
from tests.playbooks.names import NAMES

GUIDE = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text(encoding="utf-8")
KNOWN = {
    **NAMES,
    "category": NAMES["category"] | {"capacity"},
}


def test_every_example_is_sound() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)

    assert len(examples) == GUIDE.count("```yaml") > 1
    for example in examples:
        _, problems = load_text(example, file="disk-full.yaml", names=KNOWN)
        assert [str(problem) for problem in problems] == []


def test_everything_that_is_not_built_yet_is_named() -> None:
    for word in LATER_TYPES | StepKeys.LATER | Playbook.LATER:
        assert f"`{word}`" in GUIDE, word
