"""Help, versions, wrong usage: answered at once, with the exit status that scripts rely on."""

import gc
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import cli
from bot.__main__ import main
from bot.cli import WORDS, manifest

HEAVY = ("aiohttp", "sqlalchemy", "slack_sdk", "slack_bolt", "pydantic", "alembic", "yaml")


def test_help_has_a_line_for_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for word, does in WORDS.items():
        assert f"  {word}" in told
        assert does in told


def test_every_word_has_its_own_file_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    files = {path.stem for path in Path(cli.__file__).parent.glob("*.py")}
    assert set(WORDS) <= files
    for word in WORDS:
        assert main([word, "--help"]) == 0
        assert f"muster {word}" in capsys.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, bot.__main__; print(*(m for m in sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(HEAVY) & set(loaded)


def test_what_a_process_loads_is_never_looked_through_for_garbage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = gc.get_freeze_count()
    monkeypatch.setattr(sys, "argv", ["muster", "manifest", "--help"])
    try:
        assert main() == 0
        assert gc.get_freeze_count() > before
        assert gc.isenabled(), "what is made later is looked through"
    finally:
        gc.enable()


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"muster {project['version']}"


def test_no_word_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "serve" in capsys.readouterr().err


def test_an_unknown_word_is_wrong_usage_and_the_nearest_is_suggested(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["serv"]) == 2
    assert "did you mean 'serve'?" in capsys.readouterr().err


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--nonsense"]) == 2
    assert "usage: muster list" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["x", "INC-", "INC-1x", "INC-12345678901", "-1"])
def test_what_names_no_incident_is_wrong_usage(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", text]) == 2
    assert "usage: muster show" in capsys.readouterr().err


def test_a_mistake_in_muster_itself_is_one_line_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "EVENTS", None)  # a mistake, as a programmer might make it
    assert main(["manifest"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("muster: this is a mistake in Muster, please report it: TypeError")
    assert len(told.splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_problem() -> None:
    command = f"{sys.executable} -m bot check --schema | head -1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["{", "0"]
    assert ended.stderr == ""


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("MUSTER_COMMAND", "incident", "it needs a slash"),
        ("MUSTER_HTTP", "8080", "an address and a port"),
        ("MUSTER_HTTP", "127.0.0.1:99999", "an address and a port"),
        ("DATABASE_URL", "mysql://there/db", "names no database that Muster knows"),
        ("DATABASE_URL", "rubbish", "DATABASE_URL cannot be read; it needs sqlite"),
    ],
)
def test_a_setting_without_sense_is_named(
    name: str,
    value: str,
    wanted: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["serve"]) == 1
    told = capsys.readouterr().err
    assert name in told
    assert wanted in told
    assert len(told.splitlines()) == 1


def test_a_driver_that_is_not_installed_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://somebody@127.0.0.1:1/db")
    assert main(["doctor"]) == 1
    assert "driver is not installed: run pip install asyncpg" in capsys.readouterr().err
