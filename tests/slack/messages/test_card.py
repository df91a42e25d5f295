"""The card shows where the incident stands, and the next thing to do is on it."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain.process import Process
from bot.domain.values import Text
from bot.slack.messages.card import card
from bot.slack.messages.deeds import read_deed, read_path
from bot.storage.outbox import Pending
from tests.domain.outage import OUTAGE
from tests.domain.vocabulary import ANN, BOB, STREAM, Story, minutes, with_room
from tests.slack.messages import stories
from tests.slack.messages.stories import buttons, labels, pending, whole


def shown(story: Story, *owed: Pending) -> dict[str, object]:
    return card(story.incident, story.process, owed, page=stories.PAGE, now=story.now)


def commands(story: Story) -> list[c.Command]:
    deeds = [b for b in buttons(shown(story)) if b["action_id"].startswith("do")]
    return [read_deed(each["value"])[1] for each in deeds]


def test_it_says_what_how_bad_where_it_stands_and_who_leads() -> None:
    story = stories.at_work()
    text = whole(shown(story))

    for said in ("INC-42 · Checkout is down", "SEV1", "triage", f"<@{ANN}>", "checkout"):
        assert said in text
    assert f"*Deputy*\n<@{BOB}>" in text
    assert "> EU customers cannot pay; baskets are kept." in text
    assert "> Payments fail for everybody in the EU." in text


def test_its_notification_is_a_sentence_without_tokens() -> None:
    text = shown(stories.at_work())["text"]

    assert text == "INC-42 · SEV1 · triage: Checkout is down"


def test_times_are_tokens_so_each_reader_sees_their_own_zone() -> None:
    story = stories.room_ready()
    due = int((story.now + minutes(30)).timestamp())

    assert f"<!date^{due}^" in whole(shown(story))
    assert "{ago}" in whole(shown(story))


def test_an_open_incident_offers_the_words_of_work() -> None:
    assert labels(shown(stories.room_ready()))[-15:] == [
        "Post update",
        "Status",
        "Severity",
        "Roles",
        "Note",
        "Resolve",
        "Edit",
        "Decision",
        "Follow-up",
        "Playbooks",
        "Hand over",
        "Page somebody",
        "Timeline",
        "Catch up",
        "Make private",
    ]


def test_a_resolved_one_offers_review_close_and_reopen_and_says_what_is_missing() -> None:
    made = shown(stories.after_resolve())

    assert labels(made)[-10:-6] == ["Review", "Follow-up", "Close", "Reopen"]
    assert "Still missing before it can be closed: cause (or “not known”)." in whole(made)
    assert "Resolve" not in labels(made)


def test_one_that_is_over_offers_the_way_back_and_no_work() -> None:
    for story in (stories.declined(), stories.cancelled(), stories.after_close()):
        made = labels(shown(story))
        assert "Reopen" in made
        assert not {"Post update", "Status", "Severity", "Resolve", "Close"} & set(made)


def test_every_word_button_carries_the_incident() -> None:
    for each in buttons(shown(stories.at_work())):
        if each["action_id"].startswith("word:"):
            assert each["value"] == STREAM


def test_a_fitting_playbook_is_offered_with_start() -> None:
    story = stories.room_ready()

    assert "A playbook fits: *Service outage*" in whole(shown(story))
    assert c.StartPlaybook(playbook="service-outage") in commands(story)


def test_a_running_playbook_shows_its_next_items_by_number() -> None:
    story = stories.at_work()
    made = shown(story)

    assert "*Service outage* · 1 of 25 done\nConfirm what is down · Commander: <@UANN>" in whole(
        made
    )
    assert "*2.* Say who is affected" in whole(made)
    assert [each for each in labels(made) if each.startswith("Skip")] == [
        f"Skip {number}…" for number in range(2, 7)
    ]
    assert c.CompletePath(path="triage/severity", run="run-1") in commands(story)


def test_what_needs_evidence_opens_a_form_instead() -> None:
    asked = [b for b in buttons(shown(stories.at_work())) if b["action_id"].startswith("evidence#")]

    assert [each["text"]["text"] for each in asked] == [
        "Done, with note…",
        "Done, with link…",
        "Done, with note…",
    ]
    assert read_path(asked[0]["value"]) == (STREAM, "run-1", "triage/reach")


def test_at_most_five_items_of_a_run_are_shown() -> None:
    made = shown(stories.deep_in_a_playbook())

    assert len([each for each in labels(made) if each.startswith("Skip")]) <= 5
    assert "of 25 done" in whole(made)


def test_an_open_task_has_its_done() -> None:
    story = stories.deep_in_a_playbook()

    assert "*Task 1* Post the first update for people outside the room" in whole(shown(story))
    assert c.FinishTask(number=1) in commands(story)


def test_an_offered_handover_can_be_accepted_or_declined() -> None:
    story = stories.handing_over()

    assert f"<@{ANN}> hands command over to <@{BOB}>" in whole(shown(story))
    assert {c.AcceptHandover(), c.RefuseHandover()} <= set(commands(story))


def test_without_a_commander_one_click_takes_command() -> None:
    assert c.TakeRole(role="commander") in commands(stories.without_commander())


def test_an_overdue_update_is_said() -> None:
    assert "⏰ *overdue* since" in whole(shown(stories.overdue()))


def test_a_drill_and_a_private_incident_are_marked() -> None:
    text = whole(shown(stories.private_drill()))

    assert "DRILL · PRIVATE · INC-42" in text
    assert "*Drill.*" in text
    assert "*Private.*" in text


def test_an_archived_room_can_be_made_anew() -> None:
    assert c.MakeNewRoom() in commands(stories.archived())
    assert c.MakeNewRoom() not in commands(stories.at_work())


def test_what_was_declared_from_a_message_links_back_to_it() -> None:
    story = stories.room_ready()
    there = replace(story.incident, source_link="https://x.slack.com/archives/C1/p1?a=1&b=2")
    made = card(there, story.process, [], page=stories.PAGE, now=story.now)

    assert "<https://x.slack.com/archives/C1/p1?a=1&amp;b=2|where it began>" in whole(made)


class TestWhatTheBotOwes:
    """Pending work is said once it can be noticed; failed work always."""

    def test_what_is_about_to_be_done_is_not_mentioned(self) -> None:
        story = stories.room_ready()
        owed = pending(f.AddBookmark(stream=STREAM), story)

        assert "⏳" not in whole(shown(story, owed))

    def test_what_waits_is_counted_and_named(self) -> None:
        story = with_room(stories.outage(), process=Process())
        bookmark = pending(f.AddBookmark(stream=STREAM), story, after=20, attempts=1)
        pin = pending(f.PinCard(stream=STREAM), story)

        said = "⏳ 6 of 8 done; the bookmark waits for Slack, 20 s."
        assert said in whole(shown(story, bookmark, pin))

    def test_several_share_a_sentence(self) -> None:
        text = whole(shown(stories.room_ready(), *stories.everything_owed(stories.room_ready())))

        assert "the pin, the guidelines and 6 more wait for Slack, 20 s." in text
        assert "the answer to the declarer" not in text

    def test_what_has_waited_is_named_without_a_guess_when(self) -> None:
        story = stories.room_ready()
        owed = pending(f.ShowTopic(stream=STREAM), story, after=-30)

        assert "⏳ The topic waits for Slack." in whole(shown(story, owed))

    def test_a_long_wait_names_a_time(self) -> None:
        story = stories.room_ready()
        owed = pending(f.ShowTopic(stream=STREAM), story, after=600)

        assert "The topic waits for Slack until <!date^" in whole(shown(story, owed))

    def test_the_card_does_not_wait_for_itself(self) -> None:
        story = stories.room_ready()
        owed = pending(f.ShowCard(stream=STREAM), story, after=20, attempts=3)

        assert "⏳" not in whole(shown(story, owed))

    def test_each_failure_says_why_and_has_a_retry(self) -> None:
        story = stories.room_ready()
        story.do(c.EffectGivenUp(effect="PinCard", why="The pin: <@UBOB> & <!here> & <b>."))

        text = whole(shown(story))
        assert "⚠️ The pin: <@UBOB> &amp; &lt;!here&gt; &amp; &lt;b&gt;." in text
        assert c.RetryEffect(effect="PinCard") in commands(story)

    def test_of_many_failures_the_rest_is_counted(self) -> None:
        assert "⚠️ 1 more could not be done." in whole(shown(stories.failing()))


def test_a_task_that_a_step_waits_for_is_not_said_twice() -> None:
    story = with_room(process=Process(playbooks={OUTAGE.id: OUTAGE}))
    story.do(c.StartPlaybook(playbook=OUTAGE.id))
    story.do(c.SkipPath(path="triage", reason=Text("known")))

    assert story.incident.tasks
    assert "*4.* Call the supplier" in whole(shown(story))
    assert "*Task 1*" not in whole(shown(story))


def test_a_playbook_that_is_through_is_mentioned_and_no_more() -> None:
    story = with_room(process=Process(playbooks={OUTAGE.id: OUTAGE}))
    story.do(c.StartPlaybook(playbook=OUTAGE.id))
    story.do(c.SkipPath(path="triage", reason=Text("known")))
    story.do(c.CompletePath(path="call"))

    assert "📋 Finished: *Service outage*" in whole(shown(story))
    assert "of 4 done" not in whole(shown(story))
