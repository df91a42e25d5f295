"""What the documents say can be done can be done, and where they point there is something."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

from bot.cli import WORDS

REPO = Path(__file__).parents[1]
KEPT_OUT = {
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "artefacts",
    "build",
    "dist",
}
"""What was made and not written; `.git` is a file in a further work tree."""

DECISIONS = REPO / "docs" / "decisions"
PARTS = ("Context", "Decision", "Consequence", "Check")

TOO_LOCAL = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|"
    r"extra[-_]index[-_]url|(?<!no-emit-)\btrusted-host|(?<!no-emit-)\bfind-links|"
    r"https?://[\w.]*(?:pypi|pythonhosted)[\w.]*/simple"
)
"""What holds on one machine only: its paths, and where it gets its packages."""


@cache
def written() -> tuple[Path, ...]:
    """Every text that belongs to the project."""
    found = []
    for folder, below, names in os.walk(REPO):
        below[:] = sorted(name for name in below if name not in KEPT_OUT)
        found += [Path(folder) / name for name in sorted(names) if name not in KEPT_OUT]
    return tuple(found)


def documents() -> list[str]:
    return [str(path.relative_to(REPO)) for path in written() if path.suffix == ".md"]


def text_of(document: str | Path) -> str:
    return (REPO / document).read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The names under which a document's headings can be linked."""
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE)
    bare = (re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in headings)
    return {heading.replace(" ", "-") for heading in bare}


@pytest.mark.parametrize("document", documents())
def test_links_lead_somewhere(document: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (REPO / document).parent / target if target else REPO / document
        assert path.exists(), f"{document} links {link}, which is not there"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path), f"{document} links {link}: no such heading"


@pytest.mark.parametrize("document", documents())
def test_what_is_to_be_made_can_be_made(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:`|^(?:\$ )?)make ([a-z-]+)", text_of(document), re.MULTILINE)
    assert set(named) <= targets, f"{document} names a target that the Makefile does not have"


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_command_line_is_explained_somewhere(word: str) -> None:
    said = re.compile(rf"\bmuster\s+{word}\b")
    assert any(said.search(text_of(document)) for document in documents()), (
        f"explain `muster {word}`"
    )


@pytest.mark.parametrize("document", documents())
def test_files_that_are_named_are_there(document: str) -> None:
    """A name with a placeholder (`<word>`, `NNNN`) stands for many."""
    paths = re.findall(r"`((?:bot|tests|docs|migrations|bench)/[\w./-]+)`", text_of(document))
    gone = [path for path in paths if "NNNN" not in path and not (REPO / path).exists()]
    assert not gone, f"{document} names {gone}"


def records() -> list[Path]:
    return sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [path.name[:5] for path in records()]
    assert numbers == [f"{n:04}-" for n in range(1, len(numbers) + 1)], "the next number is free"


@pytest.mark.parametrize("path", records(), ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_follows(path: Path) -> None:
    text = text_of(path)
    assert re.match(rf"# 0*{int(path.name[:4])}[.:] \S", text), "its heading is number and title"
    for part in PARTS:
        assert f"**{part}.**" in text, f"{path.name} lacks the paragraph **{part}.**"


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", text_of(DECISIONS / "README.md"))
    assert listed == [path.name for path in records()], "list it in docs/decisions/README.md"


def test_nothing_holds_on_one_machine_only() -> None:
    local = []
    for path in written():
        if path.suffix in {".png", ".woff2"} or path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        local += [f"{path.relative_to(REPO)}: {found[0]}" for found in TOO_LOCAL.finditer(text)]
    assert not local, "say it in a way that holds on every machine"
