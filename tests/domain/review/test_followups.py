"""What remains to be done."""

from bot.domain import commands as c
from bot.domain.values import Text
from tests.domain.review.reading import gaps, section, table
from tests.domain.vocabulary import BOB, CLEO, minutes, resolved


def test_each_has_its_owner_and_due_time() -> None:
    story = resolved()
    story.do(c.TakeRole(role="scribe"), BOB)
    story.do(c.AddFollowup(text=Text("alert on disks"), owner=BOB, due=story.now + minutes(30)))
    story.do(c.AddFollowup(text=Text("rotate logs"), owner=CLEO, due=story.now + minutes(30)))
    story.do(c.FinishFollowup(number=2), CLEO)

    part = section(story, "follow-ups")

    assert table(part, "Follow-ups") == [
        ["1", "alert on disks", "the scribe", "12:30", "open"],
        ["2", "rotate logs", "responder 1", "12:30", "done 12:00"],
    ]
    assert gaps(part) == []


def test_what_lacks_an_owner_or_a_date_is_asked_about() -> None:
    story = resolved()
    story.do(c.AddFollowup(text=Text("alert on disks")))
    story.do(c.AddFollowup(text=Text("rotate logs"), owner=BOB))

    assert gaps(section(story, "follow-ups")) == [
        (
            "Without an owner or a due date: follow-up 1, 2. "
            "Add it with `/incident followup inc-42 list`."
        )
    ]


def test_where_there_is_none_it_asks_what_will_be_different() -> None:
    assert gaps(section(resolved(), "follow-ups")) == [
        (
            "What will be different after this? No follow-up is recorded. "
            "Add it with `/incident followup inc-42 add`."
        )
    ]
