"""The review as a page and as files."""

import json

import pytest

from bot.domain import commands as c
from bot.domain.values import Text
from bot.web.pages import review
from tests.web.pages import ANN, Pages, Visitor


@pytest.fixture
async def ann(pages: Pages) -> Visitor:
    return await pages.visitor(ANN)


async def _reviewed(pages: Pages, title: str = "checkout is down") -> str:
    stream = await pages.declared(title, severity="sev1")
    await pages.does(
        stream,
        c.PostUpdate(text=Text("We roll back.")),
        c.WriteReview(summary=Text("It broke.\nWe mended it.")),
        c.AddNote(text=Text("seen on https://graphs.example/1.")),
    )
    await pages.compiles(stream)
    return stream


async def test_before_there_is_one_the_page_says_when(pages: Pages, ann: Visitor) -> None:
    await pages.declared()
    page = await ann.opens("/incidents/1/review")
    assert page.status == 200
    assert "No review yet" in page.text
    assert "/incident review inc-1" in page.text
    assert (await ann.opens("/incidents/1/review.md")).status == 404
    assert (await ann.opens("/incidents/1/review.json")).status == 404


async def test_the_review_has_a_table_of_contents_a_picture_and_its_sections(
    pages: Pages, ann: Visitor
) -> None:
    await _reviewed(pages)
    page = await ann.opens("/incidents/1/review")
    assert '<a href="#summary">Summary</a>' in page.html
    assert '<section id="summary"' in page.html
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page.html
    assert "It broke. We mended it." in page.text
    assert "Draft" in page.text


async def test_what_is_missing_is_marked_with_how_to_fill_it(pages: Pages, ann: Visitor) -> None:
    await _reviewed(pages)
    page = await ann.opens("/incidents/1/review")
    assert "5 parts are still missing" in page.text
    assert page.text.count("Missing: ") == 5
    assert "<code>/incident review inc-1</code>" in page.html
    assert "Optional: What helped" in page.text


async def test_nothing_is_missing_from_a_complete_review(pages: Pages, ann: Visitor) -> None:
    stream = await _reviewed(pages)
    await pages.does(
        stream,
        c.Edit(impact=Text("Nobody could pay.")),
        c.WriteReview(cause_unknown=True),
        c.AddFollowup(text=Text("Find out")),
        c.Resolve(resolution=Text("Rolled back."), category="change"),
        c.Close(),
    )
    await pages.compiles(stream)
    page = await ann.opens("/incidents/1/review")
    assert "optional parts are empty" in page.text
    assert page.text.count("Optional: ") > 1
    assert "issing" not in page.text


async def test_the_review_can_be_taken_away_as_files(pages: Pages, ann: Visitor) -> None:
    await _reviewed(pages)
    plain = await ann.opens("/incidents/1/review.md")
    assert plain.html.startswith("# INC-1: checkout is down")
    assert plain.headers["Content-Type"].startswith("text/markdown")
    assert 'filename="inc-1-review.md"' in plain.headers["Content-Disposition"]
    kept = await ann.opens("/incidents/1/review.json")
    assert json.loads(kept.html)["name"] == "INC-1"
    assert 'filename="inc-1-review.json"' in kept.headers["Content-Disposition"]


async def test_nothing_that_people_typed_runs_in_a_review(pages: Pages, ann: Visitor) -> None:
    stream = await _reviewed(pages, '<script>alert(1)</script> {{7*7}} " onload="x')
    await pages.says(stream, "<javascript:alert(1)|click> &lt;img src=x onerror=alert(1)&gt;")
    await pages.does(stream, c.WriteReview(cause=Text("</p><script>alert(2)</script> `x`")))
    await pages.compiles(stream)
    page = await ann.opens("/incidents/1/review")
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert 'href="javascript' not in page.html
    assert ' onload="' not in page.html
    assert "49" not in page.text.replace("149", "")


async def test_a_long_log_is_cut_and_can_be_seen_whole(
    pages: Pages, ann: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "_MOST", 3)
    stream = await pages.declared()
    for n in range(9):
        await pages.does(stream, c.AddNote(text=Text(f"note {n}")))
    await pages.compiles(stream)
    assert "more rows: show all" in (await ann.opens("/incidents/1/review")).text
    whole = await ann.opens("/incidents/1/review?log=all")
    assert "more rows" not in whole.text
    assert whole.text.count("note 8") == 2
