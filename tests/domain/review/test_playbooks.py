"""The playbook runs."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain.review.document import Heading, Paragraph
from bot.domain.values import Text
from tests.domain.review.reading import PROCESS, facts, section, shown, table
from tests.domain.vocabulary import ANN, BOB, Story, minutes, with_room


def a_run() -> Story:
    story = with_room(process=PROCESS)
    story.do(c.StartPlaybook(playbook="outage"), BOB)
    story.now += minutes(4)
    story.do(c.CompletePath(path="disk", note=Text("97 % full")), ANN)
    story.do(c.CompletePath(path="graph", link="https://graphs.example/7"), ANN)
    story.do(c.SkipPath(path="blame", reason=Text("no deploy today")), BOB)
    return story


def test_a_run_is_told_item_by_item_with_its_evidence_and_reasons() -> None:
    part = section(a_run(), "playbooks")

    assert [b.text for b in part.blocks if isinstance(b, Heading)] == ["Service outage 1.2.0"]
    assert table(part, "Items") == [
        ["Triage: Check the disk", "done", "the commander", "12:04", "97 % full"],
        ["Triage: Link the graph", "done", "the commander", "12:04", ""],
        ["Triage: Look for a deploy", "skipped", "responder 1", "12:04", "no deploy today"],
        ["Call the supplier", "open", "", "", ""],
    ]


def test_an_unfinished_run_says_how_far_it_is() -> None:
    part = facts(section(a_run(), "playbooks"))

    assert {label: shown(cell) for label, cell in part.items()} == {
        "Started by": "responder 1 12:00",
        "Settled": "3 of 4 items",
        "Skipped": "1 item",
        "Finished": "no",
    }


def test_a_finished_run_says_how_long_it_took() -> None:
    story = a_run()
    story.now += minutes(6)
    story.do(c.CompletePath(path="call"))

    assert shown(facts(section(story, "playbooks"))["Finished"]) == "after 10 min 12:10"


def test_what_was_not_reached_is_counted_not_listed() -> None:
    story = with_room(process=PROCESS)
    story.do(c.StartPlaybook(playbook="outage"), BOB)

    part = section(story, "playbooks")

    assert shown(facts(part)["Not reached"]) == "1 item"
    assert [row[0] for row in table(part, "Items")] == [
        "Triage: Check the disk",
        "Triage: Link the graph",
        "Triage: Look for a deploy",
    ]


def test_a_playbook_that_was_offered_only_is_named() -> None:
    story = with_room()
    story.incident_or_none = replace(story.incident, offers={"p": "Failed deploy"})

    said = [b.text for b in section(story, "playbooks").blocks if isinstance(b, Paragraph)]
    assert said == ["No playbook was started.", "Offered, but not started: “Failed deploy”."]


def test_where_none_was_started_it_says_so() -> None:
    blocks = section(with_room(), "playbooks").blocks
    assert blocks == (Paragraph(text="No playbook was started."),)
