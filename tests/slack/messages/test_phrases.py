"""What messages share: the last update, who leads, and Slack's refusals in words."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.values import Text
from bot.slack.messages.announcement import announcement
from bot.slack.messages.card import card
from bot.slack.messages.phrases import last_update, leader, not_brought_in
from bot.slack.messages.reasons import reasons
from bot.slack.messages.text import ago, when
from tests.domain.vocabulary import BOB, CLEO, minutes
from tests.slack.messages import stories
from tests.slack.messages.stories import PAGE, whole


def test_after_no_change_the_last_words_still_stand_confirmed() -> None:
    story = stories.room_ready()
    said_at = story.now
    story.do(c.PostUpdate(text=Text("We are rolling back.")))
    assert "confirmed" not in last_update(story.incident, 600)
    story.passes(minutes(20))
    story.do(c.PostUpdate(no_change=True))

    for shown in (
        card(story.incident, story.process, [], page=PAGE, now=story.now),
        announcement(story.incident, story.process, now=story.now),
    ):
        text = whole(shown)
        assert "> We are rolling back." in text
        assert "No change." not in text
        assert f"*Last update*, {ago(said_at)} · confirmed unchanged {when(story.now)}" in text


def test_no_change_before_anything_was_said_is_all_there_is_to_show() -> None:
    story = stories.room_ready()
    assert last_update(story.incident, 600) == ""
    story.do(c.PostUpdate(no_change=True))
    assert last_update(story.incident, 600).endswith("> No change.")


def test_whoever_gave_up_the_command_leaves_nobody_in_it() -> None:
    assert leader(stories.without_commander().incident).startswith("nobody; ")


def test_people_whom_slack_refuses_are_told_of_in_words() -> None:
    told = not_brought_in({CLEO: "user_disabled", BOB: "no_external_invite_permission"})
    assert told == (
        f"<@{BOB}> is of another organisation and cannot be invited here; "
        f"<@{CLEO}> has an account that is switched off."
    )


def test_a_refusal_that_is_new_to_muster_keeps_the_word_of_slack() -> None:
    assert not_brought_in({BOB: "moon_phase"}) == f"<@{BOB}> was refused by Slack (`moon_phase`)."


def test_what_any_timer_did_has_a_sentence_for_its_rule() -> None:
    story = stories.room_ready()
    for event in (
        e.PageRepeated(number=1, times=2, again_at=story.now),
        e.RoomRetired(channel="C1", days=7),
    ):
        rule = "page" if isinstance(event, e.PageRepeated) else "archive"
        recorded = replace(story.record[-1], event=event, rule=rule)
        (line,) = reasons(recorded, story.incident, story.process)
        assert f"_{rule}_" not in line
        assert line.endswith("._")
