"""What went well, what was hard, where we were lucky."""

import re

from bot.domain import commands as c
from bot.domain.review.document import Heading
from bot.domain.values import Text
from tests.domain.review.reading import gaps, section, written
from tests.domain.vocabulary import resolved


def test_what_people_wrote_stands_under_its_heading() -> None:
    story = resolved()
    story.do(
        c.WriteReview(
            went_well=Text("the graph"), was_hard=Text("the phone"), lucky=Text("the hour")
        )
    )

    part = section(story, "looking-back")

    headings = [block.text for block in part.blocks if isinstance(block, Heading)]
    assert headings == ["What went well", "What was hard", "Where we were lucky"]
    assert written(part) == ["the graph", "the phone", "the hour"]
    assert gaps(part) == []


def test_what_nobody_wrote_is_asked_for_with_what_and_how_never_with_who_or_why() -> None:
    asked = gaps(section(resolved(), "looking-back"))

    assert len(asked) == 3
    for question in asked:
        assert {"what", "how"} <= set(re.findall(r"\w+", question.lower()))
        assert not {"who", "why", "whose", "fault"} & set(re.findall(r"\w+", question.lower()))
