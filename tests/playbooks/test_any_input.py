"""Whatever a file holds, its writer gets sentences with line and column, never a traceback."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.playbook.plain import canonical, from_canonical, revision
from bot.playbook_files import load_text
from tests.playbooks.names import NAMES

pytestmark = pytest.mark.faults("random playbook files")

SHIPPED = sorted((Path(__file__).parents[2] / "playbooks").glob("*.yaml"))
SAID = """
schema id name version owner last_verified description labels triggers event match mode steps
type checklist message status task note items text to title assignee due done_when next wait
required evidence severity category retry references url role:scribe 15m any true 3 2026-01-02
approval look incident.declared suggest sev1
"""
WORDS = st.sampled_from(SAID.split())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=30,
)
STEPS = st.lists(
    st.fixed_dictionaries(
        {"type": WORDS},
        optional=dict.fromkeys(
            ("id", "name", "text", "items", "next", "due", "to", "title", "done_when"),
            TREES | WORDS,
        ),
    ),
    max_size=5,
)
PLAYBOOKS = st.fixed_dictionaries(
    {"steps": STEPS | TREES, "name": WORDS},
    optional=dict.fromkeys(("triggers", "id", "references", "labels", "schema"), TREES),
)


def check(text: str) -> None:
    """Read the text; a sound playbook survives being stored, a broken one is explained."""
    playbook, problems = load_text(text, file="x.yaml", names=NAMES)
    assert (playbook is None) == bool(problems)
    lines = text.count("\n") + 2
    for problem in problems:
        assert 1 <= problem.line <= lines
        assert problem.column >= 1
        assert problem.message
    if playbook is not None:
        assert from_canonical(canonical(playbook)) == playbook
        assert revision(playbook) == revision(from_canonical(canonical(playbook)))


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    check(text)


@given(st.text(alphabet=" \n\t-:?[]{},#&*!|>'\"%@`~ab1.\\x0", max_size=80))
def test_any_heap_of_yaml_signs_is_answered(text: str) -> None:
    check(text)


@given(TREES | PLAYBOOKS)
@settings(max_examples=200)
def test_any_tree_of_values_is_answered(tree: object) -> None:
    check(json.dumps(tree, allow_nan=False) if _finite(tree) else str(tree))


@given(PLAYBOOKS)
@settings(max_examples=100)
def test_anything_that_looks_like_a_playbook_is_answered(tree: object) -> None:
    check(yaml.safe_dump(tree, allow_unicode=True))


@given(st.sampled_from(SHIPPED), st.data())
def test_a_shipped_playbook_with_any_damage_is_answered(file: Path, data: st.DataObject) -> None:
    text = file.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 60, len(text))))
    check(text[:start] + data.draw(st.text(max_size=6)) + text[end:])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "- " * 250_000,
        "{a: " * 100_000,
        "? " * 250_000,
        "a" * 500_000,
        "a:\n" * 150_000,
    ],
    ids=["brackets", "dashes", "mappings", "keys", "letters", "twice"],
)
def test_a_file_made_to_exhaust_the_reader_is_answered(text: str) -> None:
    check(text)


def _finite(tree: object) -> bool:
    try:
        json.dumps(tree, allow_nan=False)
    except ValueError:
        return False
    return True
