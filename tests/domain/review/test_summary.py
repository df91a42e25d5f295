"""What happened."""

from bot.domain import commands as c
from bot.domain.values import Text
from tests.domain.review.reading import gaps, section, written
from tests.domain.vocabulary import declared, resolved


def test_the_summary_written_for_the_review_stands_before_the_one_kept_meanwhile() -> None:
    story = declared(c.Declare(title=Text("x"), summary=Text("as it looked"), number=42))
    assert written(section(story, "summary")) == ["as it looked"]

    story.do(c.WriteReview(summary=Text("as it was")))
    assert written(section(story, "summary")) == ["as it was"]


def test_a_missing_summary_says_how_to_add_it() -> None:
    assert gaps(section(resolved(), "summary")) == [
        "Nobody has summed up yet what happened. Add it with `/incident review inc-42`."
    ]
