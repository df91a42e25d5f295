"""What was decided."""

from bot.domain import commands as c
from bot.domain.review.document import Paragraph
from bot.domain.values import Text
from tests.domain.review.reading import section, table
from tests.domain.vocabulary import BOB, minutes, with_room


def test_a_decision_stands_with_the_state_in_which_it_was_taken() -> None:
    story = with_room()
    story.do(c.RecordDecision(text=Text("roll back")), BOB)
    story.now += minutes(5)
    story.do(c.SetSeverity(severity="sev1"))

    assert table(section(story, "decisions"), "Decisions") == [
        ["12:00", "roll back", "responder 1", "SEV3, triage"]
    ]


def test_where_none_was_recorded_it_says_so() -> None:
    blocks = section(with_room(), "decisions").blocks
    assert blocks == (Paragraph(text="No decision was recorded."),)
