"""The documents keep up with the code: nothing that can be set is left out, nothing is made up."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import AliasChoices

from bot.__main__ import main
from bot.cli import WORDS
from bot.cli.doctor import examined
from bot.cli.manifest import SCOPES
from bot.config import Settings
from bot.domain.process import SEVERITIES
from bot.domain.shapes import in_words
from bot.process_file import load_file
from bot.process_file.shape import (
    HoursShape,
    ProcessShape,
    ReactionsShape,
    RoleShape,
    SeverityShape,
    StatusShape,
)
from bot.simulator import Simulator
from bot.storage import schema

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


async def test_the_guides_lines_are_those_that_the_doctor_prints(
    slack: Simulator, tmp_path: Path
) -> None:
    settings = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}",
    }
    found = [str(one) async for one in examined(Settings.model_validate(settings))]
    for line in re.findall(r"^ok {2,}\S.*", INSTALL, re.MULTILINE):
        label = re.split(r"[:.\d]", line)[0]
        assert any(printed.startswith(label) for printed in found), line
    assert f"all {len(SCOPES)} are granted" in INSTALL
    assert f"schema {schema.HEAD}" in INSTALL


def test_the_defaults_of_the_severities_are_as_documented() -> None:
    rows = {
        row[0]: row[1:5]
        for row in re.findall(
            r"^\| `(\w+)` \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|", CONFIGURATION, re.MULTILINE
        )
    }
    for name in ("label", "rank", "in_working_hours", "review_required", "announced"):
        real = [str(getattr(level, name)) for level in SEVERITIES]
        assert [each.lower() for each in rows[name]] == [each.lower() for each in real], name
    every = [level.update_every for level in SEVERITIES]
    assert list(rows["update_every"]) == [in_words(each) if each else "none" for each in every]


def test_documents_are_read_where_there_is_no_checkout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs"]) == 0
    listed = capsys.readouterr().out
    assert "  operations     Looking after Muster\n" in listed
    assert str(Path("docs").resolve()) in listed
    for name in ("operations", "docs/operations.md"):
        assert main(["docs", name]) == 0
        assert capsys.readouterr().out == Path("docs/operations.md").read_text()
    assert main(["docs", "operation"]) == 1
    assert "did you mean 'operations'?" in capsys.readouterr().err


def test_what_is_said_points_to_documents_that_there_are() -> None:
    said = "".join(path.read_text() for path in Path("bot").rglob("*.py"))
    named = set(re.findall(r"`muster docs ([a-z-]+)`", said))
    assert len(named) > 5
    assert named <= {path.stem for path in Path("docs").glob("*.md")}


def test_the_readme_lists_every_word() -> None:
    last = Path("README.md").read_text().rpartition("lists every word:")[2]
    assert set(re.findall(r"`(\w+)`", last)) == set(WORDS)
