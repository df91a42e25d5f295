"""Whom it hurt, and for how long."""

from bot.domain import commands as c
from bot.domain.values import Text
from tests.domain.review.reading import captions, facts, gaps, section, shown, table, written
from tests.domain.vocabulary import MONDAY_NOON, declared, minutes, resolved, with_room


def test_downtime_is_from_the_start_of_the_impact_to_its_end() -> None:
    story = with_room()
    story.do(c.CorrectMilestone(milestone="started", at=MONDAY_NOON - minutes(20)))
    story.now += minutes(60)
    story.do(c.Resolve(category="data", impact_ended_at=MONDAY_NOON + minutes(40)))

    times = {label: shown(cell) for label, cell in facts(section(story, "impact")).items()}

    assert times == {"Started": "11:40", "Ended": "12:40", "Downtime": "1 h"}


def test_without_a_start_there_is_no_downtime_and_it_is_asked_for() -> None:
    part = section(resolved(), "impact")

    assert "Downtime" not in facts(part)
    assert gaps(part) == [
        "Who was hurt, and how, is not recorded. Add it with `/incident edit inc-42`.",
        "When the impact started is not recorded. Add it with `/incident edit inc-42`.",
    ]


def test_an_open_incident_lacks_the_end_of_its_impact() -> None:
    assert "When the impact ended is not recorded." in " ".join(gaps(section(declared(), "impact")))


def test_how_the_impact_came_to_be_known_is_told_with_its_times() -> None:
    story = with_room()
    story.do(c.Edit(impact=Text("some cannot pay")))
    story.now += minutes(5)
    story.do(c.PostUpdate(text=Text("looking"), impact=Text("nobody can pay")))
    story.now += minutes(5)
    story.do(c.PostUpdate(text=Text("still looking")))

    part = section(story, "impact")

    assert written(part) == ["nobody can pay"]
    assert table(part, "How it came to be known") == [
        ["12:00", "some cannot pay"],
        ["12:05", "nobody can pay"],
    ]


def test_an_impact_that_never_changed_has_no_history() -> None:
    story = with_room()
    story.do(c.Edit(impact=Text("some cannot pay")))

    assert captions(section(story, "impact")) == []
