"""The documents keep up with the code: nothing that can be set is left out, nothing is made up."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import AliasChoices

from bot.cli import WORDS
from bot.config import Settings
from bot.process_file import load_file
from bot.process_file.shape import (
    HoursShape,
    ProcessShape,
    ReactionsShape,
    RoleShape,
    SeverityShape,
    StatusShape,
)

CONFIGURATION = Path("docs/configuration.md").read_text()
INSTALL = Path("docs/install.md").read_text()
README = Path("README.md").read_text()
EXAMPLE = Path("muster.example.yaml")


def variables() -> set[str]:
    names = set()
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        names.add(str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias))
    return names


def test_every_variable_of_the_environment_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", CONFIGURATION, re.MULTILINE))
    assert documented == variables()


@pytest.mark.parametrize(
    "shape", [ProcessShape, SeverityShape, StatusShape, RoleShape, HoursShape, ReactionsShape]
)
def test_every_key_of_muster_yaml_is_documented(shape: type) -> None:
    for key in fields(shape):
        assert f"`{key.name}`" in CONFIGURATION, key.name


def test_the_example_is_sound_and_shows_every_key() -> None:
    process, problems = load_file(EXAMPLE)
    assert problems == []
    assert process is not None
    text = EXAMPLE.read_text()
    for shape in (ProcessShape, SeverityShape, StatusShape, RoleShape, HoursShape, ReactionsShape):
        for key in fields(shape):
            if key.name != "rank":  # only new severities need it, as the comment says
                assert re.search(rf"^ *{key.name}:", text, re.MULTILINE), key.name


@pytest.mark.parametrize("document", [CONFIGURATION, INSTALL, README])
def test_documents_name_only_words_that_exist(document: str) -> None:
    assert set(re.findall(r"`muster ([a-z]+)", document)) <= set(WORDS)


@pytest.mark.parametrize("document", ["README.md", "docs/install.md", "docs/configuration.md"])
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = Path(document)
    for target in re.findall(r"\]\(([^)#]+)", path.read_text()):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_the_install_guide_has_ten_steps_each_with_its_line_of_the_doctor() -> None:
    steps = re.split(r"^## \d+\. ", INSTALL, flags=re.MULTILINE)[1:]
    assert len(steps) == 10
    for step in steps:
        assert re.search(r"^(ok|unknown) {2,}\S", step, re.MULTILINE), step.splitlines()[0]
