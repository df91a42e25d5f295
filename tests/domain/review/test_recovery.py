"""What contained it and what mended it."""

from bot.domain import commands as c
from bot.domain.review.document import Words
from bot.domain.values import Text
from tests.domain.review.reading import PAGE, facts, gaps, section, shown, table
from tests.domain.vocabulary import BOB, closed, declared, minutes, with_room


def test_the_resolution_stands_with_who_gave_it_and_where() -> None:
    story = with_room()
    story.now += minutes(10)
    story.do(c.Resolve(resolution=Text("restarted it"), category="data"), BOB)

    first = section(story, "recovery").blocks[0]

    assert isinstance(first, Words)
    assert (first.text, first.by, first.at) == ("restarted it", "responder 1", story.now)
    assert first.link.startswith(f"{PAGE}#event-")


def test_the_last_resolution_is_the_one_that_stands() -> None:
    story = with_room()
    story.do(c.Resolve(resolution=Text("restarted it"), category="data"))
    story.do(c.Resolve(resolution=Text("replaced the disk")))

    first = section(story, "recovery").blocks[0]
    assert isinstance(first, Words)
    assert first.text == "replaced the disk"


def test_a_missing_resolution_says_how_to_add_it() -> None:
    assert gaps(section(declared(), "recovery")) == [
        "What mended it is not recorded. Add it with `/incident resolve inc-42`."
    ]


def test_every_move_is_told_also_those_back() -> None:
    story = closed()
    story.now += minutes(5)
    story.do(c.Reopen(reason=Text("it came back")))

    moves = table(section(story, "recovery"), "Status")

    assert [row[2:] for row in moves] == [
        ["triage", "resolved", ""],
        ["resolved", "closed", "nothing to learn"],
        ["closed", "investigating", "it came back"],
    ]
    assert shown(facts(section(story, "recovery"))["Resolved"]) == "not known"
