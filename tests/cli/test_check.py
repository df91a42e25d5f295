"""`muster check` reads what `serve` would read, and says all that is wrong with it."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_empty_folder_has_the_defaults_and_the_shipped_playbooks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    assert "no muster.yaml, so the defaults" in told
    assert "service-outage" in told


def test_playbooks_of_the_working_directory_come_before_the_shipped_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "ours.yaml").write_text("name: Ours\nsteps: [Look, Think]\n")
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    assert "ours" in told
    assert "service-outage" not in told


def test_a_playbook_can_be_checked_by_itself(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "muster.yaml").write_text("roles:\n  pilot: {responsibilities: Fly.}\n")
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "a.yaml").write_text("name: X\nstps: [Look]\n")
    (folder / "b.yaml").write_text("name: Land\nsteps: [{type: task, title: x, assignee: ROLE}]\n")
    assert main(["check", "muster.yaml", "b.yaml"]) == 1
    (only,) = capsys.readouterr().err.splitlines()
    assert only.startswith("b.yaml:2:")
    text = (folder / "b.yaml").read_text().replace("ROLE", "role:pilot")
    (folder / "b.yaml").write_text(text)
    assert main(["check", "b.yaml"]) == 0
    assert capsys.readouterr().out.endswith("b.yaml: 1 playbook\n  b\n")
    assert main(["check", "c.yaml"]) == 1
    assert "c.yaml:1:1 cannot be read: No such file" in capsys.readouterr().err


def test_a_folder_without_playbooks_is_said_with_what_helps(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "playbooks").mkdir()
    assert main(["check"]) == 0
    assert "playbooks: 0 playbooks\nPut playbooks there" in capsys.readouterr().out


def test_every_problem_of_every_file_is_told_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "a.yaml").write_text("name: X\nstps: [Look]\n")
    (folder / "playbooks" / "b.yaml").write_text("name: X\nsteps: []\n")
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "playbooks/a.yaml:2:1 unknown key 'stps'; did you mean 'steps'?",
        "playbooks/b.yaml:2:8 a playbook needs at least one step",
    ]


def test_playbooks_are_held_to_the_names_of_muster_yaml(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "muster.yaml").write_text("roles:\n  pilot: {responsibilities: Fly.}\n")
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "a.yaml").write_text(
        "name: X\nsteps:\n  - {type: task, title: Land, assignee: role:pilot}\n"
        "  - {type: task, title: Look, assignee: role:pilt}\n"
    )
    assert main(["check"]) == 1
    (only,) = capsys.readouterr().err.splitlines()
    assert only.startswith("playbooks/a.yaml:4:")
    assert "did you mean 'pilot'?" in only


def test_while_muster_yaml_is_broken_playbooks_are_looked_at_and_may_name_what_it_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "muster.yaml").write_text(
        "roles:\n  pilot: {responsibilties: Fly.}\nstatuses:\n  odd: {}\ntimezone: Mars\n"
        "severities:\n  sev1: {rank: high}\ndefault_severity: sev9\nservices: [a, a]\n"
    )
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "a.yaml").write_text(
        "name: X\nsteps:\n  - {type: task, title: Land, assignee: role:pilot}\n"
        "  - {type: task, title: Look, assignee: role:pilt}\n"
    )
    assert main(["check"]) == 1
    *told, last = capsys.readouterr().err.splitlines()
    assert "what leans on the mistakes in muster.yaml was not looked at" in last
    assert [line.split()[0] for line in told] == [
        "muster.yaml:2:11",
        "muster.yaml:4:3",
        "muster.yaml:5:11",
        "muster.yaml:7:16",
        "muster.yaml:9:15",
        "playbooks/a.yaml:4:41",
    ]


def test_the_schema_for_editors_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--schema"]) == 0
    assert "steps" in json.loads(capsys.readouterr().out)["properties"]
