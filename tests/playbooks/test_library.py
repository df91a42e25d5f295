"""A folder of playbooks becomes a library; what is wrong with one file harms no other."""

import os
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bot.domain.playbook import Playbook
from bot.domain.playbook.plain import canonical, from_canonical, revision
from bot.domain.process import Process
from bot.domain.shapes import Principal
from bot.domain.steps import Checklist
from bot.playbook_files import Library, editor_schema, load_folder, load_text
from tests.playbooks.names import NAMES

SHIPPED = Path(__file__).parents[2] / "playbooks"
MINIMAL = "name: Disk full\nsteps:\n  - Find what fills the disk\n  - Make room\n"


def load(folder: Path) -> Library:
    return load_folder(folder, Process())


def sound(text: str, file: str = "disk-full.yaml") -> Playbook:
    playbook, problems = load_text(text, file=file, names=NAMES)
    assert [str(problem) for problem in problems] == []
    assert playbook is not None
    return playbook


def test_the_shipped_library_is_sound_by_the_default_process() -> None:
    library = load(SHIPPED)

    assert [str(problem) for problem in library.problems] == []
    assert list(library.playbooks) == ["failed-deploy", "security-breach", "service-outage"]


def test_every_shipped_playbook_has_owner_day_and_an_offer_and_asks_for_evidence() -> None:
    for playbook in load(SHIPPED).playbooks.values():
        assert playbook.owner
        assert playbook.version
        assert playbook.last_verified
        assert playbook.description
        assert {trigger.event for trigger in playbook.triggers} == {
            "incident.declared",
            "severity_changed",
        }
        evidence = {box.evidence for _, _, box in playbook.numbered()}
        assert {"note", "link"} <= evidence


def test_a_name_and_two_lines_are_a_playbook() -> None:
    playbook = sound(MINIMAL)

    assert playbook.id == "disk-full"
    assert playbook.name == "Disk full"
    assert [step.id for step in playbook.steps] == ["find_what_fills_the_disk", "make_room"]
    assert [box.text for _, _, box in playbook.numbered()] == [
        "Find what fills the disk",
        "Make room",
    ]


def test_ids_made_of_words_never_meet() -> None:
    playbook = sound(
        "name: X\nsteps:\n  - Look\n  - Look\n  - id: look_2\n    name: Again\n  - 見る\n"
    )

    assert [step.id for step in playbook.steps] == ["look", "look_3", "look_2", "step_4"]


def test_a_step_without_a_type_is_a_checklist() -> None:
    playbook = sound("name: X\nsteps:\n  - name: Look\n    items: [Graphs, Logs]\n")

    step = playbook.steps[0]
    assert isinstance(step, Checklist)
    assert [box.path for box in step.boxes] == ["look/graphs", "look/logs"]


def test_words_that_older_yaml_takes_for_something_else_stay_text() -> None:
    playbook = sound("name: yes\nowner: 12:30:00\ndescription: off\nsteps: [on, 2026-01-02, no]\n")

    assert (playbook.name, playbook.owner, playbook.description) == ("yes", "12:30:00", "off")
    assert [box.text for _, _, box in playbook.numbered()] == ["on", "2026-01-02", "no"]


def test_items_take_assignee_and_due_from_their_checklist() -> None:
    playbook = sound(
        "name: X\nsteps:\n  - name: Look\n    assignee: role:scribe\n    due: 1h30m\n"
        "    items: [Graphs, {text: Logs, assignee: 'user:U012AB3CD', due: 5m}]\n"
    )

    graphs, logs = playbook.steps[0].boxes
    assert graphs.assignee == Principal(kind="role", name="scribe")
    assert graphs.due is not None
    assert graphs.due.total_seconds() == 5400
    assert logs.assignee == Principal(kind="user", name="U012AB3CD")
    assert logs.due is not None
    assert logs.due.total_seconds() == 300


def test_any_service_may_be_named_where_the_process_lists_none() -> None:
    text = "name: X\ntriggers: [{event: manual, match: {service: [new]}}]\nsteps: [Look]\n"

    playbook, problems = load_text(text, file="x.yaml", names={**NAMES, "service": frozenset()})

    assert problems == []
    assert playbook is not None


def test_the_revision_follows_from_what_is_said_not_from_how_it_is_written() -> None:
    written_otherwise = (
        "# as before\nschema: 1\nid: disk-full\nsteps:\n"
        "- {type: checklist, id: find_what_fills_the_disk, name: Find what fills the disk}\n"
        "- name: 'Make room'\nname: \"Disk full\"\n"
    )

    assert revision(sound(MINIMAL)) == revision(sound(written_otherwise))
    assert revision(sound(MINIMAL)) != revision(sound(MINIMAL.replace("room", "space")))


def test_a_pinned_playbook_reads_back_as_it_was() -> None:
    for playbook in load(SHIPPED).playbooks.values():
        assert from_canonical(canonical(playbook)) == playbook


def test_a_broken_file_leaves_the_others_in_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: A\nsteps: [Look]\n")
    (tmp_path / "b.yml").write_text("name: B\nsteps: []\n")
    (tmp_path / "readme.txt").write_text("not a playbook")
    (tmp_path / ".hidden.yaml").write_text("half of an editor's work")

    library = load(tmp_path)

    assert list(library.playbooks) == ["a"]
    assert [str(problem) for problem in library.problems] == [
        f"{tmp_path / 'b.yml'}:2:8 a playbook needs at least one step"
    ]


def test_two_files_of_one_id_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: A\nid: same\nsteps: [Look]\n")
    (tmp_path / "b.yaml").write_text("name: B\nid: same\nsteps: [Look]\n")

    library = load(tmp_path)

    assert library.playbooks["same"].name == "A"
    assert [str(problem) for problem in library.problems] == [
        f"{tmp_path / 'b.yaml'}:2:5 id 'same' is already used by a.yaml"
    ]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "latin.yaml").write_bytes("name: X\nowner: Bl\xe4\n".encode("latin-1"))
    (tmp_path / "large.yaml").write_bytes(b"#" * (512 * 1024 + 1))
    os.mkfifo(tmp_path / "pipe.yaml")

    answers = [str(problem).removeprefix(f"{tmp_path}/") for problem in load(tmp_path).problems]

    assert answers == [
        "folder.yaml:1:1 cannot be read: not a regular file",
        "gone.yaml:1:1 cannot be read: No such file or directory",
        "large.yaml:1:1 too large: at most 512 KiB are read",
        "latin.yaml:2:10 this file is not UTF-8; save it in that encoding",
        "pipe.yaml:1:1 cannot be read: not a regular file",
    ]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    library = load(tmp_path / "none")

    assert [problem.message for problem in library.problems] == [
        "cannot be read: No such file or directory"
    ]


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: A\r\nsteps:\r\n  - Look\r\n")

    assert load(tmp_path).problems == ()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("name: " + "[" * 64 + "]" * 64, "1:70 nested more than 64 deep"),
        ("steps: [" + "x," * 20_000 + "]", "1:40003 more than 20000 values in one file"),
    ],
    ids=["depth", "values"],
)
def test_a_file_beyond_the_limits_is_refused(text: str, answer: str) -> None:
    _, problems = load_text(text, file="x.yaml", names=NAMES)

    assert [str(problem) for problem in problems] == [f"x.yaml:{answer}"]


def test_a_file_full_of_mistakes_is_answered_with_the_first_hundred() -> None:
    steps = "".join(f"- {{type: note, nex{i}: a, next: foo{i}}}\n" for i in range(2500))

    _, problems = load_text(f"name: X\nsteps:\n{steps}", file="x.yaml", names=NAMES)

    assert len(problems) == 100


def test_an_answer_is_one_line() -> None:
    _, problems = load_text('name: X\nsteps: [Look]\n"a\\nb": 1\n', file="x.yaml", names=NAMES)

    assert [str(problem) for problem in problems] == ["x.yaml:3:1 unknown key 'a b'"]


def test_a_file_whose_name_is_no_text_can_be_named(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/disk-\xff.yaml"
    Path(os.fsdecode(name)).write_text("name: X\nsteps: []\n")

    (problem,) = load(tmp_path).problems

    assert str(problem).encode() == os.fsencode(tmp_path) + b"/disk-?.yaml:2:8 " + (
        b"a playbook needs at least one step"
    )


def test_editors_get_a_schema_of_all_that_is_built() -> None:
    schema = editor_schema()

    assert set(schema["required"]) == {"name", "steps"}
    assert set(schema["$defs"]) >= {"Checklist", "Message", "Note", "Status", "Task", "Trigger"}
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Item"]["properties"]["evidence"]["enum"] == ["none", "note", "link"]
    assert "id" not in schema["$defs"]["Item"]["required"]
    assert TypeAdapter(dict[str, object]).dump_json(schema)
