"""muster.yaml: what it says becomes the process, and each mistake is answered at its place."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.process import Process
from bot.domain.values import Phase
from bot.process_file import load_file, load_text


def loaded(text: str) -> Process:
    process, problems = load_text(text, file="muster.yaml")
    assert process is not None, problems
    return process


def problems_of(text: str) -> list[str]:
    process, problems = load_text(text, file="m")
    assert (process is None) == bool(problems)
    return [str(one) for one in problems]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "{}\n", "severities:\nroles:\n"])
def test_what_is_not_written_stays_as_it_is(text: str) -> None:
    assert loaded(text) == Process()


def test_a_level_keeps_what_is_not_written_about_it() -> None:
    process = loaded("severities:\n  sev1: {invite: [U012AB3CD, S012AB3CD], mention: S012AB3CD}\n")
    level, usual = process.severity("sev1"), Process().severity("sev1")
    assert level.invite == ("U012AB3CD", "S012AB3CD")
    assert level.mention == "S012AB3CD"
    assert (level.criteria, level.update_every) == (usual.criteria, usual.update_every)
    assert process.severities[1:] == Process().severities[1:]


def test_levels_are_renamed_added_and_removed_and_stand_by_rank() -> None:
    process = loaded(
        "severities:\n"
        "  sev0: {rank: 0, label: P0, criteria: The company stops., update_every: 15m}\n"
        "  sev4: {removed: true}\n"
        "  sev2: {label: Major, update_every: none}\n"
        "default_severity: sev2\n"
    )
    assert [level.key for level in process.severities] == ["sev0", "sev1", "sev2", "sev3"]
    assert process.severity("sev0").update_every == timedelta(minutes=15)
    assert process.severity("sev2").label == "Major"
    assert process.severity("sev2").update_every is None
    assert process.default_severity == "sev2"


def test_without_the_usual_proposal_the_mildest_level_is_proposed() -> None:
    assert loaded("severities:\n  sev3: {removed: true}\n").default_severity == "sev4"


def test_a_status_is_renamed_and_another_one_added_on_its_phase() -> None:
    process = loaded(
        "statuses:\n"
        "  triage: {label: new}\n"
        "  watching: {phase: monitoring, label: watching closely}\n"
    )
    assert process.status("triage").label == "new"
    assert process.status("watching").phase is Phase.MONITORING
    assert process.status_in(Phase.MONITORING).key == "monitoring"


def test_roles_are_changed_added_and_removed() -> None:
    process = loaded(
        "roles:\n"
        "  scribe: {removed: true}\n"
        "  legal: {responsibilities: You know the law., many: true}\n"
        "  commander: {label: Incident lead}\n"
    )
    assert process.role("scribe") is None
    legal, lead = process.role("legal"), process.role("commander")
    assert legal is not None
    assert (legal.label, legal.many) == ("Legal", True)
    assert lead is not None
    assert lead.label == "Incident lead"


def test_lists_feeds_hours_and_reactions_are_replaced() -> None:
    process = loaded(
        "categories: [network, security]\n"
        "services: [checkout, Pay & go]\n"
        "feed: outages\n"
        "drill_feed: outage-drills\n"
        "timezone: Europe/Berlin\n"
        "working_hours: {days: [mon, sat], opens: 08:30, closes: 16:00}\n"
        "reactions: {timeline: round_pushpin}\n"
    )
    assert process.categories == ("network", "security")
    assert process.private_categories == frozenset({"security"})
    assert process.services == ("checkout", "Pay & go")
    assert (process.feed, process.drill_feed) == ("outages", "outage-drills")
    hours = process.working_hours
    assert hours.days == frozenset({0, 5})
    assert (hours.opens, hours.closes) == (time(8, 30), time(16))
    assert hours.timezone == "Europe/Berlin"
    assert process.reactions.timeline == "round_pushpin"
    assert process.reactions.followup == "dart"


def broken() -> list[tuple[str, str]]:
    """The broken files of `broken.txt`, each with the one answer that its author gets."""
    cases = (Path(__file__).parent / "broken.txt").read_text().strip().split("\n\n")
    return [(text, answer) for text, _, answer in (case.partition("\n→ ") for case in cases)]


@pytest.mark.parametrize(("text", "answer"), broken())
def test_a_mistake_is_answered_at_its_place_with_a_way_out(text: str, answer: str) -> None:
    assert problems_of(f"{text}\n") == [f"m:{answer}"]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems_of("feed: A B\nroles: []\ncolour: red\n")) == 3


def test_a_file_that_cannot_be_read_is_a_problem_and_not_an_error(tmp_path: Path) -> None:
    assert [str(one) for one in load_file(tmp_path)[1]] == [
        f"{tmp_path}:1:1 cannot be read: not a regular file"
    ]
    (tmp_path / "latin.yaml").write_bytes(b"feed: caf\xe9\n")
    assert "1:10 this file is not UTF-8" in str(load_file(tmp_path / "latin.yaml")[1][0])


scalars = st.none() | st.booleans() | st.integers(-5, 10) | st.sampled_from(
    ["x", "sev1", "30m", "none", "mon", "09:00", "U012AB3CD", "triage", "UTC", "security", ""]
)  # fmt: skip
keys = st.sampled_from(
    ["severities", "sev1", "rank", "invite", "removed", "label", "roles", "commander", "feed"]
) | st.sampled_from(
    ["statuses", "triage", "phase", "working_hours", "days", "opens", "reactions", "timezone", "x"]
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)


@settings(max_examples=150)
@given(st.dictionaries(keys, anything, max_size=5))
def test_any_file_is_a_process_or_is_answered(data: dict[str, object]) -> None:
    problems_of(as_yaml(data))


def as_yaml(data: object) -> str:
    """Write it as JSON, which is YAML too."""
    match data:
        case dict():
            return "{" + ", ".join(f'"{k}": {as_yaml(v)}' for k, v in data.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_yaml, data)) + "]"
        case bool():
            return "true" if data else "false"
        case None:
            return "null"
        case str():
            return f'"{data}"'
        case _:
            return str(data)


def test_words_are_kept_for_ever_or_for_so_many_days() -> None:
    kept = loaded("retention: {texts: 1095d, messages: 90d}")
    assert (kept.keep_texts, kept.keep_messages) == (timedelta(days=1095), timedelta(days=90))
    usual = loaded("retention: {texts: forever}")
    assert (usual.keep_texts, usual.keep_messages) == (None, None)
    assert (usual.keep_grace, kept.keep_grace) == (timedelta(days=7),) * 2
    assert loaded("retention: {grace: none}").keep_grace == timedelta()
    assert loaded("retention: {grace: 30d}").keep_grace == timedelta(days=30)


@pytest.mark.parametrize("wrong", ["0d", "90", "3h", "never", "-1d"])
def test_retention_is_a_number_of_days(wrong: str) -> None:
    (problem,) = problems_of(f"retention:\n  messages: '{wrong}'")
    assert "forever, or a number of days such as 365d" in problem
