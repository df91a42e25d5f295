"""What people type behind the slash command, and what it is taken for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.process import Process, Status
from bot.domain.values import Phase
from bot.slack.commands.status import status_in
from bot.slack.typed import (
    BadUsage,
    clock_time,
    due_day,
    first_word,
    minutes_in,
    number_of,
    past_moment,
    people_in,
    person_in,
    plain_number,
    readable,
    split_flags,
    without_people,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
KNOWN = {"sev": True, "drill": False}


@pytest.mark.parametrize(
    ("line", "text", "flags"),
    [
        ("checkout is down", "checkout is down", {}),
        ("checkout --sev 2 is down", "checkout is down", {"sev": "2"}),
        ("checkout —sev 2", "checkout", {"sev": "2"}),
        ("checkout –drill", "checkout", {"drill": ""}),
        ("checkout --sev=2", "checkout", {"sev": "2"}),
        ("--sev   2 checkout", "checkout", {"sev": "2"}),
        ("ann's laptop -- again", "ann's laptop -- again", {}),
        ("a &lt;b&gt; &amp; c", "a <b> & c", {}),
        ("one\ntwo", "one\ntwo", {}),
    ],
)
def test_flags_are_taken_out_of_a_line(line: str, text: str, flags: dict[str, str]) -> None:
    typed = split_flags(line, KNOWN, "usage")
    assert (typed.text, typed.flags) == (text, flags)


def test_an_unknown_flag_is_refused_unless_the_text_is_free() -> None:
    with pytest.raises(BadUsage, match="there is --sev, --drill"):
        split_flags("x --force", KNOWN, "usage")
    assert split_flags("x --force", KNOWN, "usage", free=True).text == "x --force"


@pytest.mark.parametrize("line", ["x --sev", "x --sev --drill", "x --sev   "])
def test_a_flag_without_its_value_is_refused(line: str) -> None:
    with pytest.raises(BadUsage, match="`--sev` needs a value"):
        split_flags(line, KNOWN, "usage")


@given(st.text())
def test_free_text_is_never_refused_for_what_it_says(text: str) -> None:
    split_flags(text, {}, "usage", free=True)


def test_only_inc_42_names_an_incident_and_any_number_a_thing() -> None:
    assert [number_of(word) for word in ("inc-42", "INC42", "42", "#42", "inc-x")] == [
        42,
        42,
        None,
        None,
        None,
    ]
    assert [plain_number(word) for word in ("3", "#3", "inc-3", "it")] == [3, 3, 3, None]


def test_the_first_word_ends_at_any_space() -> None:
    assert first_word("update\nall is well") == ("update", "all is well")
    assert first_word("  update  ") == ("update", "")
    assert first_word("") == ("", "")


def test_people_are_those_that_slack_names() -> None:
    line = "scribe <@U1|ann> and <@W2>"
    assert people_in(line) == ("U1", "W2")
    assert without_people(line) == "scribe and"
    with pytest.raises(BadUsage, match="One person at a time"):
        person_in(line, "usage")
    with pytest.raises(BadUsage, match="Slack does not say who @bob is"):
        person_in("scribe @bob", "usage")
    assert person_in("write to ops@example.com", "usage") is None


@pytest.mark.parametrize(
    ("typed", "zone", "meant"),
    [
        ("11:59", "UTC", datetime(2026, 3, 4, 11, 59, tzinfo=UTC)),
        ("12:00", "UTC", NOON),
        ("12:01", "UTC", datetime(2026, 3, 3, 12, 1, tzinfo=UTC)),
        ("12:30", "Europe/Berlin", datetime(2026, 3, 4, 11, 30, tzinfo=UTC)),
        ("23:30", "America/New_York", datetime(2026, 3, 4, 4, 30, tzinfo=UTC)),
        ("9:05", "Nowhere/Land", datetime(2026, 3, 4, 9, 5, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_the_nearest_past_one_of_the_writer(
    typed: str, zone: str, meant: datetime
) -> None:
    assert clock_time(typed, zone, NOON) == meant


@pytest.mark.parametrize("typed", ["24:00", "12:60", "noon", "", "1405", "12:00pm"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(BadUsage, match="write it like 14:05"):
        clock_time(typed, "UTC", NOON)


def test_a_moment_may_name_its_day() -> None:
    meant = datetime(2026, 3, 1, 13, 5, tzinfo=UTC)
    assert past_moment("2026-03-01 14:05", "Europe/Berlin", NOON) == meant
    with pytest.raises(BadUsage, match="is no day"):
        past_moment("1.3.2026 14:05", "UTC", NOON)


def test_a_due_day_ends_at_the_end_of_it_where_its_owner_lives() -> None:
    ends = datetime(2026, 3, 7, 22, 59, tzinfo=UTC)
    assert due_day("3d", "Europe/Berlin", NOON) == ends
    assert due_day("2026-03-07", "Europe/Berlin", NOON) == ends
    for typed in ("soon", "3h", "2026-02-31", "d"):
        with pytest.raises(BadUsage, match="is no day"):
            due_day(typed, "UTC", NOON)


def test_spans_are_minutes_hours_and_days() -> None:
    spans = {"30": 30, "30m": 30, "45min": 45, "2h": 120, "1h30m": 90, "1d": 1440, "0": 0}
    assert {typed: minutes_in(typed) for typed in spans} == spans
    assert [minutes_in(typed) for typed in ("", "soon", "-5", "1.5h", "h")] == [None] * 5


def test_a_status_may_be_several_words_and_end_at_a_colon() -> None:
    process = Process(
        statuses=(
            *Process().statuses,
            Status(key="fix", label="fix in progress", phase=Phase.IDENTIFIED),
        )
    )
    assert status_in("Fix in progress: waiting", process) == ("fix", "waiting")
    assert status_in("mitigated, rolled back", process) == ("mitigated", "rolled back")
    assert status_in("fixed it", process) == ("fixed", "it")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("ask <@U1|bob> now", "ask @bob now"),
        ("ask <@U1>", "ask @name of U1"),
        ("see <#C1|general> or <#C2>", "see #general or #C2"),
        ("<!here> <!subteam^S1|@ops> <!subteam^S2>", "@here @ops @subteam"),
        ("<https://a.example/?x=1&amp;y|a.example>", "https://a.example/?x=1&y"),
        ("<mailto:ops@example.com|ops@example.com>", "ops@example.com"),
        ("1 &lt; 2 &amp;amp; &lt;@U1&gt;", "1 < 2 &amp; <@U1>"),
    ],
)
def test_slacks_brackets_are_read_as_they_were_typed(sent: str, read: str) -> None:
    assert readable(sent, lambda user: f"name of {user}") == read
