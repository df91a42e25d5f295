"""The picture of an incident."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain.review.document import Bar, Picture, Point
from bot.domain.review.picture import svg
from bot.domain.values import Text
from tests.domain.review.reading import section, whole_incident
from tests.domain.vocabulary import MONDAY_NOON, Story, minutes, with_room

SVG = "{http://www.w3.org/2000/svg}"


def picture(story: Story) -> Picture:
    found = section(story, "timeline").blocks[0]
    assert isinstance(found, Picture)
    return found


def drawn(shown: Picture) -> ET.Element:
    return ET.fromstring(svg(shown))  # noqa: S314 - our own


def test_it_is_told_to_those_who_do_not_see_it() -> None:
    story, _ = whole_incident()

    root = drawn(picture(story))

    names = (root.attrib["aria-labelledby"]).split()
    assert root.attrib["role"] == "img"
    assert [root[0].attrib["id"], root[1].attrib["id"]] == names
    assert root[0].text == "INC-42 at a glance"
    assert root[1].text == (
        "From 2026-01-05 11:48 UTC to 2026-01-05 13:17 UTC. "
        "Severity: SEV2 12 min, then SEV1 1 h 5 min. "
        "Status: triage 3 min, then investigating 1 h, then mitigated 14 min. "
        "Updates: 2, of which 1 late. "
        "Started: 2026-01-05 11:48 UTC. Detected: 2026-01-05 12:00 UTC. "
        "Declared: 2026-01-05 12:00 UTC. Acknowledged: 2026-01-05 12:00 UTC. "
        "Mitigated: 2026-01-05 13:03 UTC. Resolved: 2026-01-05 13:17 UTC. "
        "Impact ended: 2026-01-05 13:07 UTC."
    )


def test_it_has_no_colour_of_its_own_and_no_style_or_script() -> None:
    story, _ = whole_incident()

    code = svg(picture(story))

    assert 'fill="currentColor"' in code
    for forbidden in ("style=", "<style", "<script", "href", "rgb(", 'fill="#'):
        assert forbidden not in code


def test_a_late_update_differs_by_its_shape() -> None:
    story, _ = whole_incident()

    groups = [g for g in drawn(picture(story)).iter(f"{SVG}g") if "update" in g.attrib["class"]]

    assert [g.find(f"{SVG}circle") is not None for g in groups] == [True, False]
    assert [g.find(f"{SVG}rect") is not None for g in groups] == [False, True]


def test_labels_of_milestones_do_not_cover_each_other() -> None:
    story, _ = whole_incident()

    texts = [
        (text.attrib["x"], text.attrib["y"])
        for group in drawn(picture(story)).iter(f"{SVG}g")
        if "milestone" in group.attrib["class"]
        for text in group.iter(f"{SVG}text")
    ]

    assert len(texts) == len(set(texts)) == 7


def test_hostile_words_stay_words() -> None:
    bar = Bar(
        lane="status",
        label='"><script>\x00',
        begin=MONDAY_NOON,
        end=MONDAY_NOON + minutes(60),
        weight=1,
    )
    root = drawn(
        Picture(
            title="</title><script>",
            begin=MONDAY_NOON,
            end=MONDAY_NOON + minutes(60),
            bars=(bar,),
            points=(),
        )
    )

    assert not list(root.iter(f"{SVG}script"))
    assert root[0].text == "</title><script>"


def test_an_incident_that_was_declared_this_moment_has_a_picture() -> None:
    shown = picture(with_room())

    assert shown.end - shown.begin == minutes(1)
    assert drawn(shown) is not None


def test_an_incident_over_days_shows_dates() -> None:
    story = with_room(c.Declare(title=Text("x"), number=42))
    story.now += timedelta(days=9)

    assert "13 Jan" in svg(picture(story))


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - below
    lambda at: at.replace(tzinfo=MONDAY_NOON.tzinfo)
)


@given(
    st.lists(MOMENTS, min_size=2, max_size=9).map(sorted),
    st.text(max_size=30),
    st.integers(1, 4),
)
def test_any_times_make_a_picture_that_can_be_read(
    moments: list[datetime], label: str, weight: int
) -> None:
    begin, end = moments[0], moments[-1]
    bars = tuple(
        Bar(lane="severity", label=label, begin=at, end=end, weight=weight) for at in moments
    )
    points = tuple(Point(lane="milestone", label=label, at=at) for at in moments)
    shown = Picture(title=label, begin=begin, end=end, bars=bars, points=points)

    root = drawn(shown)

    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= 960
