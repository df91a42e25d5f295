"""The list: what is open, how grave, who leads, when people hear next."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import commands as c
from bot.domain.process import Process, Severity
from bot.domain.values import Text
from tests.web.pages import ANN, BOB, CAROL, Page, Pages, serving

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}} {% raw %}",
    '" onmouseover="alert(1)',
    "مشكلة في الدفع",
    "W" * 120,
    "javascript:alert(1)",
    "<img src=x onerror=alert(1)>",
)


def _numbers(page: Page) -> list[str]:
    return re.findall(r'<li id="inc-(\d+)"', page.html)


async def test_the_address_of_the_site_leads_to_the_list(pages: Pages) -> None:
    page = await (await pages.visitor(ANN)).opens("/?show=all")
    assert page.address == "/incidents?show=all"


async def test_nothing_is_on_fire(pages: Pages) -> None:
    page = await (await pages.visitor(ANN)).opens("/incidents")
    assert "No public incident is open." in page.text
    assert "/incident declare" in page.text


async def test_the_gravest_come_first_then_the_oldest(pages: Pages) -> None:
    for severity in ("sev3", "sev1", "sev3", "sev2", "sev1"):
        await pages.declared(f"trouble {severity}", severity=severity, again=True)
        pages.rig.clock.advance(timedelta(minutes=1))
    page = await (await pages.visitor(ANN)).opens("/incidents")
    assert _numbers(page) == ["2", "5", "4", "1", "3"]
    assert "2 SEV1 1 SEV2 2 SEV3" in page.text
    await pages.declared("an exercise", severity="sev1", drill=True)
    page = await (await pages.visitor(ANN)).opens("/incidents")
    assert "2 SEV1 1 SEV2 2 SEV3 1 drill" in page.text, "an exercise is no trouble"


async def test_the_order_is_the_organisations_not_the_alphabets(tmp_path: Path) -> None:
    levels = (
        Severity(key="zulu", label="Zulu", rank=1, criteria="", update_every=None),
        Severity(key="alpha", label="Alpha", rank=2, criteria="", update_every=None),
    )
    process = Process(severities=levels, default_severity="alpha")
    async with serving(tmp_path, process=process) as pages:
        await pages.declared("slight", severity="alpha")
        await pages.declared("grave", severity="zulu")
        page = await (await pages.visitor(ANN)).opens("/incidents")
        assert _numbers(page) == ["2", "1"]
        assert "Zulu" in page.text


async def test_a_line_says_where_it_stands_who_leads_and_when_people_hear_next(
    pages: Pages,
) -> None:
    await pages.declared(severity="sev2", category="availability", services=("checkout",))
    pages.rig.clock.advance(timedelta(minutes=53))
    text = (await (await pages.visitor(ANN)).opens("/incidents")).text
    for words in (
        "INC-1",
        "SEV2",
        "triage",
        "Commander Ann",
        "Next update in 7 min",
        "availability checkout declared 53 min ago",
    ):
        assert words in text


async def test_an_overdue_update_is_marked(pages: Pages) -> None:
    await pages.declared(severity="sev1")
    pages.rig.clock.advance(timedelta(minutes=31))
    page = await (await pages.visitor(ANN)).opens("/incidents")
    assert "1 update overdue" in page.text
    assert 'class="rank-1 overdue"' in page.html


async def test_drills_and_private_incidents_are_marked(pages: Pages) -> None:
    await pages.declared("practice", drill=True)
    await pages.declared("secret", private=True)
    page = await (await pages.visitor(ANN)).opens("/incidents")
    assert 'class="mark drill"' in page.html
    assert 'class="mark private"' in page.html


async def test_what_has_ended_is_under_all(pages: Pages) -> None:
    stream = await pages.declared()
    await pages.does(stream, c.Decline(reason=Text("false alarm")))
    ann = await pages.visitor(ANN)
    assert "No public incident is open." in (await ann.opens("/incidents")).text
    page = await ann.opens("/incidents?show=all")
    assert "checkout is down" in page.text
    assert "Declined" in page.text or "declined" in page.text


async def test_what_came_to_rest_says_when_instead_of_an_update(pages: Pages) -> None:
    stream = await pages.declared(severity="sev1")
    ann = await pages.visitor(ANN)
    await pages.does(stream, c.Resolve(resolution=Text("rolled back"), category="change"))
    pages.rig.clock.advance(timedelta(hours=2))
    text = (await ann.opens("/incidents")).text
    assert "Resolved 2 h ago" in text
    assert "overdue" not in text
    await pages.does(stream, c.Close(anyway=Text("nothing to learn")))
    pages.rig.clock.advance(timedelta(minutes=5))
    assert "Ended 5 min ago" in (await ann.opens("/incidents?show=all")).text


async def test_mine_are_those_that_i_am_part_of(pages: Pages) -> None:
    await pages.declared("checkout is down")
    bobs = await pages.declared("search is slow")
    await pages.does(bobs, c.PersonEntered(user=BOB))
    bob = await pages.visitor(BOB)
    assert _numbers(await bob.opens("/incidents?show=mine")) == ["2"]
    assert _numbers(await bob.opens("/incidents?show=mine&q=slow")) == ["2"]
    assert _numbers(await bob.opens("/incidents?show=mine&q=checkout")) == []
    assert (
        "no open incident"
        in (await (await pages.visitor(CAROL)).opens("/incidents?show=mine")).text
    )


async def test_a_search_looks_within_the_filter(pages: Pages) -> None:
    over = await pages.declared("checkout is down")
    await pages.does(over, c.Decline(reason=Text("false alarm")))
    await pages.declared("checkout is slow")
    await pages.declared("search is slow")
    ann = await pages.visitor(ANN)
    assert _numbers(await ann.opens("/incidents?q=checkout")) == ["2"]
    assert _numbers(await ann.opens("/incidents?q=checkout&show=all")) == ["2", "1"]
    assert _numbers(await ann.opens("/incidents?q=SLOW+checkout")) == ["2"]
    assert "Nothing speaks of that." in (await ann.opens("/incidents?q=100%25_")).text


@pytest.mark.parametrize("words", [*HOSTILE, "a" * 5_000, "\x00"])
async def test_no_search_runs_or_breaks(pages: Pages, words: str) -> None:
    ann = await pages.visitor(ANN)
    async with ann.session.get(f"{ann.url}/incidents", params={"q": words, "show": "x"}) as got:
        html = await got.text()
    assert got.status == 200
    assert "<script>" not in html
    assert "<img src=x" not in html
    assert ' onmouseover="' not in html


@pytest.mark.parametrize("title", HOSTILE)
async def test_a_title_is_shown_as_it_was_typed(pages: Pages, title: str) -> None:
    await pages.declared(title)
    ann = await pages.visitor(ANN)
    for path in ("/incidents", "/incidents/1", "/incidents/1/review", "/incidents?show=mine"):
        page = await ann.opens(path)
        assert page.status == 200
        assert "<script>" not in page.html
        assert "<img src=x" not in page.html
        assert ' onmouseover="' not in page.html
        assert "49" not in page.text
        shown = page.html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
        assert title in shown


async def test_a_private_incident_is_nowhere_for_others(pages: Pages) -> None:
    stream = await pages.declared("salaries were sent to everybody", private=True)
    await pages.does(stream, c.AddNote(text=Text("it was the payroll")))
    await pages.compiles(stream)
    bob, ann = await pages.visitor(BOB), await pages.visitor(ANN)
    for path in (
        "/incidents",
        "/incidents?show=all",
        "/incidents?show=mine",
        "/incidents?q=salaries&show=all",
        "/incidents/1",
        "/incidents/1?show=notes",
        "/incidents/1/timeline.json",
        "/incidents/1/review",
        "/incidents/1/review.md",
        "/incidents/1/review.json",
    ):
        theirs = await bob.opens(path)
        read = theirs.html.replace("“<bdi>salaries</bdi>”", "").replace('value="salaries"', "")
        read = read.replace("q=salaries", "")
        assert "salaries" not in read, path
        assert "payroll" not in read, path
        assert theirs.status == (
            200 if path.startswith("/incidents?") or path == "/incidents" else 404
        )
        assert (await ann.opens(path)).status == 200, path
    await pages.does(stream, c.PersonEntered(user=BOB))
    assert "salaries" in (await bob.opens("/incidents")).text
    await pages.does(stream, c.PersonLeft(user=BOB))
    assert "salaries" not in (await bob.opens("/incidents")).text


async def test_not_there_and_not_visible_look_the_same(pages: Pages) -> None:
    await pages.declared("salaries were sent to everybody", private=True)
    bob = await pages.visitor(BOB)
    assert (await bob.opens("/incidents/1")).html == (await bob.opens("/incidents/2")).html


async def test_the_part_that_refreshes_stands_alone(pages: Pages) -> None:
    await pages.declared()
    page = await (await pages.visitor(ANN)).opens("/incidents", Muster_Part="live")
    assert "checkout is down" in page.text
    assert "<html" not in page.html
