"""What is posted because something happened: calm, short, with the next thing to do."""

from typing import Any

import pytest

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.events import Recorded
from bot.domain.values import Text
from bot.slack.messages.deeds import read_deed
from bot.slack.messages.posts import feed_post, person_post, room_post, whispered
from tests.domain.vocabulary import ANN, BOB, CLEO, Story, minutes
from tests.slack.messages import stories
from tests.slack.messages.stories import PAGE, buttons, labels, whole


def last(story: Story, kind: type[e.Event]) -> Recorded:
    return [each for each in story.record if isinstance(each.event, kind)][-1]


def in_room(story: Story, kind: type[e.Event]) -> dict[str, Any] | None:
    return room_post(story.incident, last(story, kind), story.process, page=PAGE)


def in_feed(story: Story, kind: type[e.Event]) -> dict[str, Any] | None:
    return feed_post(story.incident, last(story, kind), story.process)


def to(user: str, story: Story, kind: type[e.Event]) -> dict[str, Any] | None:
    return person_post(story.incident, last(story, kind), story.process, user)


def pressed(message: dict[str, Any] | None) -> list[c.Command]:
    deeds = [each for each in buttons(message) if each["action_id"].startswith("do")]
    return [read_deed(each["value"])[1] for each in deeds]


class TestUpdates:
    """An update says what, the impact, and when the next one comes."""

    def test_an_update_is_quoted_with_its_impact_and_the_next_time(self) -> None:
        message = in_room(stories.at_work(), e.UpdatePosted)

        assert "📣 *Update*\n> Payments fail for everybody in the EU." in whole(message)
        assert "*Impact*\n> EU customers cannot pay" in whole(message)
        assert "next update <!date^" in whole(message)
        assert message == in_feed(stories.at_work(), e.UpdatePosted)

    def test_no_change_is_one_line(self) -> None:
        message = in_room(stories.calmer(), e.UpdatePosted)

        assert message is not None
        assert message["text"] == "INC-42 update: no change"
        assert "📣 *No change* since the last update." in whole(message)
        assert "Impact" not in whole(message)
        assert "no further update is promised" in whole(message)


class TestNudges:
    """Each names whose turn it is; one that was overtaken is not sent."""

    def nudged(self, after: float) -> tuple[Story, Recorded]:
        story = stories.at_work()
        story.passes(minutes(after))
        return story, last(story, e.UpdateNudged)

    def posted(self, after: float) -> dict[str, Any] | None:
        story, nudge = self.nudged(after)
        return room_post(story.incident, nudge, story.process, page=PAGE)

    def test_before_the_time_only_the_lead_sees_it(self) -> None:
        story, nudge = self.nudged(26)
        hint = whispered(story.incident, nudge, story.process)

        assert labels(hint) == ["Post update", "No change", "Snooze 1 h"]
        assert room_post(story.incident, nudge, story.process, page=PAGE) is None

    def test_at_the_time_the_lead_is_named(self) -> None:
        message = self.posted(31)

        assert f"<@{ANN}>, the update promised for" in whole(message)
        assert "is due now" in whole(message)
        assert c.PostUpdate(no_change=True) in pressed(message)

    def test_when_it_is_late_the_deputy_is_named(self) -> None:
        text = whole(self.posted(41))

        assert f"<@{BOB}>, the update promised for" in text
        assert "is overdue" in text
        assert f"<@{ANN}> may have their hands full" in text

    def test_hours_later_it_still_says_what_to_do(self) -> None:
        assert "Whoever knows where it stands, please say so." in whole(self.posted(95))

    def test_the_last_one_offers_to_resolve_and_to_snooze(self) -> None:
        message = self.posted(300)

        assert labels(message) == ["Post update", "No change", "Resolve", "Snooze 8 h"]
        assert "This is the last reminder." in whole(message)
        assert c.SnoozeUpdates(minutes=480) in pressed(message)

    def test_one_that_was_overtaken_by_an_update_is_not_sent(self) -> None:
        story, nudge = self.nudged(31)
        story.do(c.PostUpdate(text=Text("Rolled back.")))

        assert room_post(story.incident, nudge, story.process, page=PAGE) is None

    def test_nor_one_overtaken_by_the_end(self) -> None:
        story, nudge = self.nudged(26)
        story.do(c.Resolve(resolution=Text("Rolled back.")))

        assert whispered(story.incident, nudge, story.process) is None


class TestTheCourse:
    """Status, severity and command, as the room and the feed hear of them."""

    def test_a_move_says_from_where_to_where_and_by_whom(self) -> None:
        message = in_room(stories.calmer(), e.StatusChanged)

        assert f"triage → *mitigated*, set by <@{BOB}>." in whole(message)
        assert in_feed(stories.calmer(), e.StatusChanged) is None

    def test_resolving_shows_how_and_what_is_left(self) -> None:
        message = in_room(stories.after_resolve(), e.StatusChanged)

        assert "✅ *INC-42 is resolved*" in whole(message)
        assert "> Rolled back checkout to 511." in whole(message)
        assert labels(message) == ["Fill in the review", "Follow-up", "Close", "Reopen"]
        assert labels(in_feed(stories.after_resolve(), e.StatusChanged)) == []

    def test_reopening_is_told_in_the_feed_with_the_next_update(self) -> None:
        text = whole(in_feed(stories.reopened(), e.StatusChanged))

        assert "*INC-42 is open again*" in text
        assert "> Payments fail again." in text
        assert "Next update <!date^" in text

    @pytest.mark.parametrize(
        ("story", "words"),
        [
            (stories.declined, "a false alarm"),
            (stories.cancelled, "there will be no review"),
            (stories.after_close, "Thank you, everybody."),
        ],
    )
    def test_each_end_has_its_own_words(self, story: Any, words: str) -> None:
        assert words in whole(in_room(story(), e.StatusChanged))

    def test_severity_says_what_it_means_for_the_next_update(self) -> None:
        text = whole(in_room(stories.calmer(), e.SeverityChanged))

        assert f"<@{ANN}> lowered the severity: SEV1 → *SEV3*" in text
        assert "> A work-around holds." in text
        assert "Next update <!date^" in text

    def test_without_a_commander_anybody_can_take_over_with_one_click(self) -> None:
        message = in_room(stories.without_commander(), e.RoleDropped)

        assert "Who takes over?" in whole(message)
        assert pressed(message) == [c.TakeRole(role="commander")]

    def test_it_is_not_asked_once_somebody_has(self) -> None:
        story = stories.without_commander()
        story.do(c.TakeRole(role="commander"), BOB)

        assert in_room(story, e.RoleDropped) is None
        assert f"👤 <@{BOB}> commands INC-42." in whole(in_room(story, e.RoleTaken))

    def test_the_end_is_told_with_its_draft_in_one_message(self) -> None:
        story = stories.after_resolve()
        message = in_room(story, e.StatusChanged)

        assert f"<{PAGE}/review|Read the draft>" in whole(message)
        assert labels(message) == ["Fill in the review", "Follow-up", "Close", "Reopen"]
        assert in_room(story, e.ReviewCompiled) is None
        assert labels(in_room(stories.after_close(), e.ReviewCompiled)) == []

    def test_a_decision_is_kept_with_the_state_it_was_taken_in(self) -> None:
        text = whole(in_room(stories.at_work(), e.DecisionRecorded))

        assert f"🚩 *Decision* by <@{ANN}>\n> Roll back instead" in text
        assert "Taken at SEV1 · triage." in text

    def test_what_the_card_shows_anyway_is_not_posted(self) -> None:
        story = stories.at_work()
        for kind in (e.NoteAdded, e.FollowupAdded, e.PersonJoined, e.DetailsEdited):
            assert in_room(story, kind) is None


class TestOnePerson:
    """A direct message says what one has to know, with what to do about it."""

    def test_who_gets_a_role_gets_its_duties(self) -> None:
        story = stories.at_work()
        story.do(c.GiveRole(role="scribe", to=CLEO))
        text = whole(to(CLEO, story, e.RoleTaken))

        assert f"You are *scribe* of *INC-42*, named by <@{ANN}>: Checkout is down" in text
        assert "You keep the record while others work." in text
        assert "<#CROOM>" in text

    def test_a_new_commander_gets_state_and_the_next_update(self) -> None:
        story = stories.handing_over()
        story.do(c.AcceptHandover(), BOB)
        text = whole(to(BOB, story, e.RoleTaken))

        assert "*Now*: SEV1 · triage. *Next update*: <!date^" in text
        assert "You lead: decide, delegate" in text

    def test_who_was_relieved_is_told_and_thanked(self) -> None:
        story = stories.handing_over()
        story.do(c.AcceptHandover(), BOB)
        text = whole(to(ANN, story, e.RoleTaken))

        assert f"<@{BOB}> accepted your handover and is commander" in text
        assert "you are relieved. Thank you." in text

    def test_who_has_nothing_to_do_with_it_is_told_nothing(self) -> None:
        story = stories.handing_over()
        story.do(c.AcceptHandover(), BOB)

        assert to(CLEO, story, e.RoleTaken) is None

    def test_an_offer_can_be_accepted_or_declined(self) -> None:
        message = to(BOB, stories.handing_over(), e.HandoverOffered)

        assert f"<@{ANN}> asks you to take command" in whole(message)
        assert pressed(message) == [c.AcceptHandover(), c.RefuseHandover()]

    def test_an_offer_taken_back_meanwhile_is_not_sent(self) -> None:
        story = stories.handing_over()
        story.do(c.RefuseHandover(), ANN)

        assert to(BOB, story, e.HandoverOffered) is None
        assert "keeps the command" in whole(to(BOB, story, e.HandoverRefused))

    def test_the_giver_learns_that_it_was_declined(self) -> None:
        story = stories.handing_over()
        story.do(c.RefuseHandover(), BOB)
        message = to(ANN, story, e.HandoverRefused)

        assert f"<@{BOB}> cannot take command" in whole(message)
        assert labels(message) == ["Hand over to somebody else"]

    def test_a_task_comes_with_its_done(self) -> None:
        story = stories.deep_in_a_playbook()
        message = to(BOB, story, e.TaskAdded)

        assert "*Task 1* Post the first update" in whole(message)
        assert pressed(message) == [c.FinishTask(number=1)]
        story.do(c.FinishTask(number=1))
        assert to(BOB, story, e.TaskAdded) is None

    def test_without_a_room_the_declarer_reads_that_it_is_recorded_why_and_retries(self) -> None:
        message = to(ANN, stories.roomless(), e.EffectFailed)

        assert "is declared and recorded, but it has no room yet" in whole(message)
        assert "do not let Muster make channels" in whole(message)
        assert pressed(message) == [c.RetryEffect(effect="CreateRoom")]


def test_what_is_resolved_owes_no_update_whatever_its_severity() -> None:
    story = stories.after_resolve()
    story.do(c.SetSeverity(severity="sev2", reason=Text("It was less.")))
    text = whole(in_room(story, e.SeverityChanged))
    assert "No update is due: INC-42 is resolved." in text
    assert "at this severity" not in text


def test_a_review_that_was_closed_without_its_parts_is_not_called_complete() -> None:
    text = whole(in_room(stories.after_close(), e.ReviewCompiled))
    assert "complete" not in text
    assert "Still missing in it: cause (or “not known”)." in text


def test_what_is_missing_at_the_end_is_told_once_and_is_true_when_read_later() -> None:
    story = stories.after_resolve()
    lacking = "cause (or “not known”)"
    assert f"Missing at this point before it can be closed: {lacking}. The card shows" in whole(
        in_room(story, e.StatusChanged)
    )


def test_what_the_playbook_still_asks_for_is_named_when_it_is_resolved() -> None:
    run = stories.after_resolve().incident.runs[0]
    told = whole(in_room(stories.after_resolve(), e.StatusChanged))
    assert f"📋 Not done in “{run.playbook.name}”: *2.* " in told
    named = [row.number for row in run.rows if f"*{row.number}.* " in told]
    assert named == [row.number for row in run.rows if row.required and row.state != "done"][:5]
    assert f"; {len(run.not_done) - 5} more." in told


def test_where_a_page_has_no_common_address_the_whole_command_is_named() -> None:
    story = stories.after_close()
    told = room_post(
        story.incident, last(story, e.ReviewCompiled), story.process, page="", word="/muster"
    )
    assert "`/muster show` gives you a link to its page." in whole(told)
