"""One incident: facts, work, and a timeline that says what was said when it was said."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import commands as c
from bot.domain.process import Process
from bot.domain.shapes import Principal
from bot.domain.steps import Checklist, Task
from bot.domain.steps.checklist import Item
from bot.domain.values import Text
from bot.storage import messages
from bot.storage.messages import Said, SharedFile
from bot.web import history, timeline
from tests.domain.outage import OUTAGE, playbook
from tests.web.pages import ANN, BOB, CAROL, Pages, Visitor, serving


@pytest.fixture
async def ann(pages: Pages) -> Visitor:
    return await pages.visitor(ANN)


def _rows(html: str) -> list[str]:
    return re.findall(r'<li id="(event-\d+)" class="row', html)


async def _marked(pages: Pages, stream: str, said: Said, link: str = "") -> None:
    mark = c.MarkMessage(
        channel=said.channel,
        ts=said.ts,
        how="reaction",
        said_by=said.user,
        said_at=pages.rig.clock.now(),
        permalink=link or f"https://acme.slack.com/archives/{said.channel}/p1",
    )
    await pages.does(stream, mark)


async def test_an_incident_says_what_everybody_asks_first(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared(severity="sev1", category="availability", services=("checkout",))
    await pages.does(
        stream,
        c.GiveRole(role="operations", to=BOB),
        c.Edit(impact=Text("Nobody can pay.\nAnywhere."), summary=Text("The pool is full.")),
        c.SetStatus(status="identified"),
        c.PostUpdate(text=Text("We roll back now.")),
        c.AddFollowup(text=Text("Alert on pools"), owner=CAROL),
    )
    pages.rig.clock.advance(timedelta(minutes=10))
    text = (await ann.opens("/incidents/1")).text
    for words in (
        "SEV1 identified checkout is down",
        "declared by Ann , 10 min ago",
        "Latest update We roll back now. 10 min ago",
        "Next update in 20 min",
        "Impact Nobody can pay.",
        "Summary The pool is full.",
        "Commander Ann Operations Bob",
        "Category availability Services checkout",
        "1 Alert on pools Carol",
        "triage investigating identified mitigated monitoring resolved closed",
    ):
        assert words in text


async def test_the_room_is_a_link_into_slack(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared()
    page = await ann.opens("/incidents/1")
    assert f'href="https://acme.slack.com/archives/C{stream[:6]}"' in page.html


async def test_an_overdue_update_says_so(pages: Pages, ann: Visitor) -> None:
    await pages.declared(severity="sev1")
    pages.rig.clock.advance(timedelta(minutes=31))
    page = await ann.opens("/incidents/1")
    assert "Update overdue: it was due 1 min ago" in page.text


async def test_marks_that_must_not_be_overlooked(pages: Pages, ann: Visitor) -> None:
    await pages.declared(private=True, drill=True)
    text = (await ann.opens("/incidents/1")).text
    assert "Drill. This is practice" in text
    assert "Private. Only the members of its room" in text


async def test_a_playbook_shows_what_is_next_and_folds_the_rest(tmp_path: Path) -> None:
    process = Process(playbooks={OUTAGE.id: OUTAGE})
    async with serving(tmp_path, process=process) as pages:
        stream = await pages.declared()
        started = await pages.does(stream, c.StartPlaybook(playbook=OUTAGE.id))
        row = started.runs[0].rows[0]
        await pages.does(stream, c.CompletePath(path=row.path))
        page = await (await pages.visitor(ANN)).opens("/incidents/1")
        assert "Playbook: Service outage" in page.text
        assert f"1 of {started.runs[0].progress.total} done" in page.text
        assert "To do: Link the graph" in page.text
        assert "1 settled" in page.text
        assert "Done: Check the disk" in page.text


async def test_the_newest_stands_first_and_each_thing_at_its_own_time(
    pages: Pages, ann: Visitor
) -> None:
    stream = await pages.declared()
    pages.rig.clock.advance(timedelta(minutes=5))
    await pages.does(stream, c.RecordDecision(text=Text("roll back")))
    earlier = pages.rig.clock.now() - timedelta(hours=1)
    await pages.does(stream, c.AddNote(text=Text("the release went out"), at=earlier))
    text = (await ann.opens("/incidents/1")).text
    told = text[text.index("Timeline") :]
    assert told.index("roll back") < told.index("declared INC-1")
    assert told.index("declared INC-1") < told.index("the release went out")
    assert "09:05 Note by Ann the release went out" in told


async def test_a_marked_message_stands_as_it_was_said_with_its_link(
    pages: Pages, ann: Visitor
) -> None:
    stream = await pages.declared()
    said = await pages.says(
        stream,
        "db-3 &amp; db-4 are full, <@U0CAROL> see <https://graphs.example/1|the graph> <#C1|ops>",
        files=(SharedFile(name="<b>.png"),),
    )
    await _marked(pages, stream, said)
    page = await ann.opens("/incidents/1?show=messages")
    assert (
        "Bob said in Slack db-3 & db-4 are full, @Carol see the graph ( https://graphs.example/1 )"
        in page.text
    )
    assert "file: <b>.png" in page.text
    assert "put a message" not in page.text
    assert f'href="https://acme.slack.com/archives/{said.channel}/p1"' in page.html


async def test_edits_deletions_and_unmarking_are_followed(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared()
    said = await pages.says(stream, "the pool is fool")
    await _marked(pages, stream, said)
    later = f"{int(said.ts.partition('.')[0]) + 60}.000100"
    edited = Said(**{**vars(said), "text": "the pool is full", "as_of": later, "edited_ts": later})
    await pages.rig.database.write(lambda k: messages.keep(k, [edited]))
    text = (await ann.opens("/incidents/1")).text
    assert "the pool is full edited" in text
    assert "fool" not in text
    gone = Said(**{**vars(edited), "deleted": True, "as_of": later + "1"})
    await pages.rig.database.write(lambda k: messages.keep(k, [gone]))
    text = (await ann.opens("/incidents/1")).text
    assert "deleted in Slack" in text
    assert "full" not in text
    await pages.does(stream, c.UnmarkMessage(channel=said.channel, ts=said.ts, how="reaction"))
    assert "No message is marked." in (await ann.opens("/incidents/1?show=messages")).text


async def test_links_lead_to_pages_only(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared(source_link="javascript:alert(1)")
    said = await pages.says(stream, "look: javascript:alert(2) https://ok.example/a?b=1&amp;c=2.")
    await _marked(pages, stream, said, link="javascript:alert(3)")
    await pages.does(stream, c.PostUpdate(text=Text('see https://x.example/"><script> now')))
    page = await ann.opens("/incidents/1")
    addresses = re.findall(r'href="([^"]*)"', page.html)
    assert all(a.startswith(("https://", "http://", "/", "#")) for a in addresses), addresses
    assert "https://ok.example/a?b=1&amp;c=2" in addresses
    assert "https://x.example/" in addresses
    assert "<script> now" not in page.html


async def test_what_reorders_text_is_left_out(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared()
    await pages.does(stream, c.AddNote(text=Text("abc\u202egnp.exe \ue0000\ue001 \ue00099\ue001")))
    page = await ann.opens("/incidents/1")
    assert "\u202e" not in page.html
    assert "abcgnp.exe" in page.text


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ("updates", "we look into it"),
        ("decisions", "roll back"),
        ("notes", "a fact"),
        ("messages", "said so"),
    ],
)
async def test_the_timeline_can_be_narrowed(
    pages: Pages, ann: Visitor, show: str, words: str
) -> None:
    stream = await pages.declared()
    await pages.does(
        stream,
        c.PostUpdate(text=Text("we look into it")),
        c.RecordDecision(text=Text("roll back")),
        c.AddNote(text=Text("a fact")),
    )
    await _marked(pages, stream, await pages.says(stream, "said so"))
    page = await ann.opens(f"/incidents/1?show={show}")
    assert len(_rows(page.html)) == 1
    assert words in page.html[page.html.index('id="rows"') :]
    assert f'id="show-{show}" aria-current="true"' in page.html


async def test_a_long_timeline_comes_in_pages_and_every_event_can_be_found(
    pages: Pages, ann: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "PAGE", 5)
    stream = await pages.declared()
    for n in range(12):
        await pages.does(stream, c.AddNote(text=Text(f"note {n}")))
    first = await ann.opens("/incidents/1?show=notes")
    assert len(_rows(first.html)) == 5
    assert "Page 1 of 3" in first.text
    assert "note 11" in first.text
    last = await ann.opens("/incidents/1?show=notes&page=3")
    assert "note 0" in last.text
    assert "note 11" not in last.text
    assert "Older" not in last.text
    for odd in ("0", "99", "-1", "x", "9" * 400):
        assert (await ann.opens(f"/incidents/1?page={odd}")).status == 200
    assert 'id="event-1"' in (await ann.opens("/incidents/1?event=1")).html


async def test_times_say_their_zone_and_can_be_read_by_machines(pages: Pages, ann: Visitor) -> None:
    await pages.declared()
    html = (await ann.opens("/incidents/1")).html
    assert '<time datetime="2026-03-04T10:00:00Z" data-as="full"' in html
    assert ">Wed 4 Mar 10:00 UTC</time>" in html
    assert "Times are in <span data-zone>UTC</span>" in html


async def test_a_browser_that_has_the_present_state_is_told_just_that(
    pages: Pages, ann: Visitor
) -> None:
    stream = await pages.declared(severity="sev1")
    page = await ann.opens("/incidents/1", Muster_Part="live")
    assert "<html" not in page.html
    tag = page.headers["ETag"]
    assert (await ann.opens("/incidents/1", If_None_Match=tag)).status == 304
    await pages.does(stream, c.AddNote(text=Text("news")))
    page = await ann.opens("/incidents/1", If_None_Match=tag)
    assert "news" in page.text
    pages.rig.clock.advance(timedelta(minutes=31))
    again = await ann.opens("/incidents/1", If_None_Match=page.headers["ETag"])
    assert "Update overdue" in again.text


async def test_the_timeline_is_there_for_machines_the_oldest_first(
    pages: Pages, ann: Visitor
) -> None:
    stream = await pages.declared("<b>bold</b>")
    await _marked(pages, stream, await pages.says(stream, "it is <https://x.example|there>"))
    told = json.loads((await ann.opens("/incidents/1/timeline.json")).html)
    assert told["incident"] == "INC-1"
    rows = told["timeline"]
    assert rows[0]["text"].endswith("as SEV3: <b>bold</b>")
    assert rows[0]["at"] == "2026-03-04T10:00:00+00:00"
    assert any(row["kind"] == "message" and row["link"] for row in rows)


async def test_what_muster_could_not_do_is_said(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared()
    await pages.does(stream, c.EffectGivenUp(effect="PinCard", why="Slack says no."), by="muster")
    assert "Muster could not do this" in (await ann.opens("/incidents/1")).text


async def test_tasks_that_are_open_say_whose_and_when(tmp_path: Path) -> None:
    steps = (
        Task(id="call", title="Call the supplier", due=timedelta(hours=1)),
        Task(id="tell", title="Tell the bank"),
        Checklist(
            id="look",
            name="Look",
            items=(
                Item(id="one", text="Look once", assignee=Principal(kind="user", name=BOB)),
                Item(
                    id="two",
                    text="Look twice",
                    required=False,
                    assignee=Principal(kind="role", name="scribe"),
                ),
            ),
        ),
    )
    process = Process(playbooks={"small": playbook(*steps)})
    async with serving(tmp_path, process=process) as pages:
        ann, stream = await pages.visitor(ANN), await pages.declared()
        await pages.does(stream, c.StartPlaybook(playbook="small"))
        assert (
            "1 Call the supplier nobody yet · due in 1 h" in (await ann.opens("/incidents/1")).text
        )
        await pages.does(stream, c.FinishTask(number=1))
        text = (await ann.opens("/incidents/1")).text
        assert "2 Tell the bank nobody yet" in text
        assert "1 done." in text
        await pages.does(stream, c.FinishTask(number=2))
        text = (await ann.opens("/incidents/1")).text
        assert "Open tasks All done." in text
        assert "To do: Look once Bob" in text
        assert "To do: Look twice optional Scribe" in text


async def test_a_closed_incident_has_nothing_due_and_passed_only_where_it_stood(
    tmp_path: Path,
) -> None:
    steps = (
        Task(id="call", title="Call the bank", due=timedelta(minutes=5)),
        Checklist(id="look", name="Look", items=(Item(id="one", text="Look once"),)),
    )
    process = Process(playbooks={"small": playbook(*steps)})
    async with serving(tmp_path, process=process) as pages:
        ann, stream = await pages.visitor(ANN), await pages.declared(category="data")
        await pages.does(stream, c.StartPlaybook(playbook="small"))
        await pages.does(stream, c.SetStatus(status="identified"))
        await pages.does(stream, c.Resolve(resolution=Text("Done."), verified=True))
        pages.rig.clock.advance(timedelta(hours=1))
        assert "due 55 min ago" in (await ann.opens("/incidents/1")).text
        await pages.does(stream, c.Close(anyway=Text("tomorrow")))
        page = await ann.opens("/incidents/1")
    assert "Tasks that were not done 1 Call the bank" in page.text
    assert "it ended with the incident" in page.text
    assert "Left: Look once" in page.text
    assert "due" not in page.text.partition("Timeline")[0]
    way = re.findall(r'<li class="(passed|skipped|here)"[^>]*>(\w+)</li>', page.html)
    assert way == [
        ("passed", "triage"),
        ("skipped", "investigating"),
        ("passed", "identified"),
        ("skipped", "mitigated"),
        ("skipped", "monitoring"),
        ("passed", "resolved"),
        ("here", "closed"),
    ]


async def test_an_incident_that_left_the_way_shows_no_way(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared()
    assert 'class="stages"' in (await ann.opens("/incidents/1")).html
    await pages.does(stream, c.Decline(reason=Text("a false alarm")))
    page = await ann.opens("/incidents/1")
    assert 'class="stages"' not in page.html
    assert "declined" in page.text
    assert "a false alarm" in page.text


async def test_a_message_that_the_log_lacks_is_a_link(pages: Pages, ann: Visitor) -> None:
    stream = await pages.declared()
    said = Said(workspace="T1", channel="C9", ts="1772618400.000100", as_of="1", user=BOB)
    await _marked(pages, stream, said)
    assert "its text is not in the log" in (await ann.opens("/incidents/1")).text


async def test_more_incidents_can_be_looked_at_than_are_kept_in_memory(
    pages: Pages, ann: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_KEPT", 1)
    for title in ("one", "two"):
        await pages.declared(title)
    for number, title in ((1, "one"), (2, "two"), (1, "one")):
        assert f"as SEV3 {title}" in (await ann.opens(f"/incidents/{number}")).text
