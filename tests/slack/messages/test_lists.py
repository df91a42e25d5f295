"""Lists that answer a question: what is new, what is next, and why Muster did what it did."""

from dataclasses import replace
from datetime import date

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.process import SEVERITIES
from bot.domain.values import MessageRef, Text
from bot.slack.messages import lists, worklists
from bot.slack.messages.phrases import next_update
from tests.domain.outage import OUTAGE
from tests.domain.vocabulary import ANN, BOB, CLEO, ROOM, Story, minutes, with_room
from tests.slack.messages import stories
from tests.slack.messages.stories import PAGE, whole

LINK = "https://acme.slack.com/archives/CROOM/p1"


def caught_up(story: Story) -> str:
    return whole(lists.catchup(story.record, story.incident, story.process, page=PAGE))


def why(story: Story) -> str:
    return whole(lists.why(story.record, story.incident, story.process))


def marked(said_by: str) -> Story:
    story = stories.room_ready()
    story.do(
        c.MarkMessage(
            channel=ROOM, ts="1.1", how="pin", said_by=said_by, said_at=story.now, permalink=LINK
        )
    )
    return story


# ── playbooks ──


def test_a_playbook_that_was_last_tried_half_a_year_ago_says_so() -> None:
    story = stories.at_work()
    tried = replace(OUTAGE, last_verified=date(2026, 1, 1))
    process = replace(story.process, playbooks={tried.id: tried})
    fresh, old = (
        whole(worklists.playbook_list(story.incident, process, today))
        for today in (date(2026, 6, 30), date(2026, 7, 1))
    )
    assert "last tried" not in fresh
    assert "⚠️ _last tried on 2026-01-01_" in old


# ── catchup ──


def test_catchup_tells_what_was_said_decided_and_what_is_next() -> None:
    story = stories.at_work()
    story.records(e.TaskAdded(number=9, title=Text("Call the bank"), assignee=CLEO, due=None))
    text = caught_up(story)
    wanted = [
        next_update(story.incident, story.process),
        "> Payments fail for everybody in the EU.",
        "Roll back instead of searching for the cause.",
        "*Next in the playbook*",
        "*2.*",
        "Call the bank",
        f"*Follow-up 1* Alert on failed payments · <@{BOB}>",
        "*Last events*",
    ]
    places = [text.find(words) for words in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_catchup_ends_with_five_events_at_most_and_no_silent_machinery() -> None:
    text = caught_up(stories.after_resolve())
    assert len(text.partition("*Last events*")[2].strip().splitlines()) <= 6
    assert "was compiled" not in text
    assert "was offered" not in text


# ── why ──


def test_why_names_each_thing_that_followed_by_itself_with_its_rule() -> None:
    levels = tuple(
        replace(level, invite=(BOB, "SOPS")) if level.key == "sev1" else level
        for level in SEVERITIES
    )
    story = with_room(stories.outage(), process=replace(stories.process(), severities=levels))
    story.passes(minutes(41))
    story.do(c.EffectGivenUp(effect="AddBookmark", why="Slack said no."))
    story.do(c.Resolve(resolution=Text("Rolled back.")))
    story.do(c.ReviewWasCompiled(version=story.incident.version, digest="d", complete=False))
    text = why(story)
    for words in (
        f"Muster called <@{BOB}>, <!subteam^SOPS> into the room.",
        "The people and groups whom SEV1 calls",
        "was offered.",
        "The playbook fits (incident.declared",
        f"Muster told <@{ANN}> that an update is due soon.",
        f"The next update was due; reminded: <@{ANN}>.",
        "Reminders of a promised update",
        "Muster gave up the bookmark: Slack said no.",
        "The review is put together when an incident is resolved.",
    ):
        assert words in text
    assert "done nothing by itself" not in text


# ── Marked messages ──


def test_a_marked_message_is_linked_and_its_first_words_are_shown() -> None:
    story = marked(said_by=BOB)
    words = {MessageRef(channel=ROOM, ts="1.1"): f"<@{CLEO}> the &lt;disk&gt; is full"}
    shown = lists.timeline(story.record, story.incident, story.process, page=PAGE, words=words)
    line = f"put <{LINK}|a message> of <@{BOB}> on the timeline: <@{CLEO}> the &lt;disk&gt; is full"
    assert line in whole(shown)


def test_a_marked_message_without_its_words_has_its_link() -> None:
    assert f"put <{LINK}|a message> of <@{BOB}> on the timeline." in caught_up(marked(said_by=BOB))


def test_who_marks_what_they_said_marks_their_own_message() -> None:
    line = f"<@{ANN}> put <{LINK}|their own message> on the timeline."
    assert line in caught_up(marked(said_by=ANN))
