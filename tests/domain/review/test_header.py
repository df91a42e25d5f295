"""The head of the review."""

from bot.domain import commands as c
from bot.domain.review.document import Paragraph
from bot.domain.review.markdown import markdown
from bot.domain.review.plain import dumps, loads
from bot.domain.values import Text
from tests.domain.review.reading import facts, review, section, shown
from tests.domain.vocabulary import closed, declared, minutes, resolved, with_room


def test_it_says_what_it_was_and_how_grave() -> None:
    story = with_room(c.Declare(title=Text("checkout is down"), severity="sev2", number=42))
    story.now += minutes(90)
    story.do(c.Resolve(category="data"))

    said = {label: shown(cell) for label, cell in facts(section(story, "header")).items()}

    assert said == {
        "Incident": "checkout is down",
        "Severity": "SEV2",
        "Status": "resolved",
        "Category": "data",
        "Services": "none named",
        "Declared": "12:00",
        "Declared by": "the commander",
        "Resolved": "13:30",
        "From declared to resolved": "1 h 30 min",
    }


def test_a_draft_says_that_it_is_one_and_what_is_missing_before_the_close() -> None:
    blocks = section(resolved(), "header").blocks

    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert said == [
        "The draft of the review of INC-42; the incident is not closed yet.",
        "Missing before it can be closed: summary, impact, cause (or “not known”).",
    ]
    assert not review(resolved()).complete


def test_a_closed_incident_has_a_complete_review() -> None:
    document = review(closed())

    first = document.sections[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text == "The review of INC-42, as it was closed."
    assert document.complete


def test_a_complete_review_says_how_many_optional_parts_are_empty() -> None:
    story = resolved()
    story.do(c.Edit(summary=Text("s"), impact=Text("i")))
    story.do(c.WriteReview(cause=Text("a full disk")))
    assert review(story).standing == "Draft"
    story.do(c.Close())

    document = review(story)
    empty = len(document.gaps)
    assert empty > 1
    assert document.missing == ()
    assert document.standing == f"Complete; {empty} optional parts are empty"
    written = markdown(document)
    assert f"*{document.standing}*" in written
    assert "Missing" not in written
    assert written.count("Optional: ") == empty


def test_a_review_closed_without_its_required_parts_says_so_with_the_reason() -> None:
    story = resolved()
    story.do(c.Close(anyway=Text("It was a small one.")))

    told = "Closed although this was missing: summary, impact, cause (or “not known”). "
    assert review(story).standing == told + "Reason: It was a small one."
    assert loads(dumps(review(story))) == review(story)

    story.do(c.Edit(summary=Text("s"), impact=Text("i")))
    story.do(c.WriteReview(cause_unknown=True))
    assert review(story).standing.startswith("Complete; ")


def test_a_drill_and_a_private_incident_are_marked() -> None:
    story = declared(c.Declare(title=Text("x"), drill=True, private=True, number=42))

    assert {"Drill", "Private"} <= set(facts(section(story, "header")))
    assert (review(story).drill, review(story).private) == (True, True)
