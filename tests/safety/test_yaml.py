"""Files that would run, explode or be read in two ways: each refused with its place, in a line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.process import Process
from bot.process_file import load_file, names_of
from bot.yaml_files.files import LARGEST
from bot.yaml_files.marked import DEEPEST, MOST_NODES, plain, read
from tests.safety.nasty import TEXTS, examples

pytestmark = pytest.mark.faults("files that would run or explode")

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("feed: !!python/object/apply:os.system [id]", "tags are not allowed"),
        ("feed: !!python/name:os.system", "tags are not allowed"),
        (LAUGHS, "anchors are not allowed"),
        ("feed: *other", "aliases are not allowed"),
        ("<<: {feed: x}", "<<"),
        ("feed: a\nfeed: b", "is here twice; see line 1"),
        ("[" * (DEEPEST + 2), f"nested more than {DEEPEST} deep"),
        ("{a: " * (DEEPEST + 2), f"nested more than {DEEPEST} deep"),
        ("services: [" + "x," * (MOST_NODES + 1) + "]", f"more than {MOST_NODES} values"),
        ("feed: a\n---\nfeed: b", "one file holds one document"),
        ("#" * (LARGEST + 1), "too large"),
        ("feed: \x07", "not allowed"),
    ],
    ids=lambda value: value[:12].strip() if isinstance(value, str) else None,
)
def test_it_is_refused_in_a_line(written: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "muster.yaml"
    file.write_text(written)
    process, problems = load_file(file)
    assert process is None
    assert names_of(file).severities == Process().severities  # what playbooks may go on naming
    told = [str(problem) for problem in problems]
    assert any(said in line for line in told), told
    assert all(line.startswith(f"{file}:") and "\n" not in line for line in told)


def test_a_text_in_brackets_may_ask() -> None:
    root, problems = read("[{name: Is it up?, id: a}, who?, {? b : c ?}]")

    assert problems == []
    assert root is not None
    assert plain(root) == [{"name": "Is it up?", "id": "a"}, "who?", {"b": "c ?"}]


PIECES = (
    *TEXTS,
    "&a ",
    "*a ",
    "!!x ",
    "- ",
    ": ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    "|\n ",
    ">\n ",
    "\n",
    "  ",
)


@examples(300)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=15).map("".join))
def test_no_text_is_a_fault(text: str) -> None:
    root, problems = read(text)
    if root is not None:
        plain(root)
    assert all(message and "\n" not in message for _, message in problems)
