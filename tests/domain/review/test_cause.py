"""What made it possible."""

from bot.domain import commands as c
from bot.domain.review.document import Paragraph
from bot.domain.values import Text
from tests.domain.review.reading import gaps, section, written
from tests.domain.vocabulary import BOB, resolved


def test_the_cause_stands_as_people_wrote_it() -> None:
    story = resolved()
    story.do(c.WriteReview(cause=Text("a full disk")))

    assert written(section(story, "cause")) == ["a full disk"]


def test_that_it_is_not_known_is_an_answer_too() -> None:
    story = resolved()
    story.do(c.WriteReview(cause_unknown=True), BOB)

    blocks = section(story, "cause").blocks
    assert blocks == (Paragraph(text="The cause is not known, as responder 1 recorded."),)


def test_an_open_question_asks_what_and_how() -> None:
    assert gaps(section(resolved(), "cause")) == [
        (
            "What made it possible, and how did it come about? Nobody has written that yet, nor "
            "that it is not known. Add it with `/incident review inc-42`."
        )
    ]
