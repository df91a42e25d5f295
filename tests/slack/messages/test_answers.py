"""Answers to the person who asked, and lists that say how much they leave out."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain.values import Text
from bot.slack.messages import answers, lists
from bot.slack.messages.announcement import announcement
from bot.slack.messages.brief import brief
from bot.slack.messages.deeds import VALUE_LIMIT, deed, read_deed
from bot.slack.messages.guidelines import guidelines
from bot.slack.messages.home import home
from bot.slack.messages.text import button
from bot.storage.queries import OwedFollowup
from tests.domain.vocabulary import ANN, BOB, STREAM, Story, minutes
from tests.slack.messages import stories
from tests.slack.messages.stories import PAGE, labels, listed, whole


class TestDeeds:
    """A button carries the incident and the command."""

    def test_what_a_button_carries_comes_back(self) -> None:
        command = c.SnoozeUpdates(minutes=90)

        assert read_deed(deed(STREAM, command) or "") == (STREAM, command)

    def test_what_slack_has_no_room_for_makes_no_button(self) -> None:
        assert deed(STREAM, c.AddNote(text=Text("x" * VALUE_LIMIT))) is None


class TestDeclaring:
    """The acknowledgement, and what follows it."""

    def test_it_is_declared_and_the_room_follows(self) -> None:
        text = whole(answers.declared(stories.just_declared().incident))

        assert "*INC-42* is declared: Checkout is down" in text
        assert "Your room is being made" in text

    def test_the_form_turns_into_the_same(self) -> None:
        view = answers.declared_view(answers.declared(stories.just_declared().incident))

        assert view["title"]["text"] == "INC-42 declared"
        assert "submit" not in view

    def test_then_comes_the_way_in(self) -> None:
        story = stories.room_ready()

        assert "<#CROOM>" in whole(answers.room_answer(story.incident))
        assert "<#CROOM>" in whole(answers.room_view(story.incident))

    def test_or_why_there_is_none_with_a_retry(self) -> None:
        message = answers.room_answer(stories.roomless().incident)

        assert "it has no room yet" in whole(message)
        assert labels(message) == ["Retry"]


REFUSAL = "<@UBOB> is commander of INC-42, not \u2039!channel\u203a."


def test_a_refusal_is_said_as_it_is_with_its_way_out() -> None:
    way_out = button("Take over", "do", "x")
    message = answers.refused(REFUSAL, way_out)

    assert REFUSAL in whole(message)
    assert labels(message) == ["Take over"]


class TestTheAnnouncement:
    """How it looks to those outside."""

    def made(self, story: Story) -> dict[str, object]:
        return announcement(story.incident, story.process, now=story.now)

    def test_it_links_the_room_and_can_be_joined(self) -> None:
        message = self.made(stories.at_work())

        assert "*SEV1 · INC-42* Checkout is down" in whole(message)
        assert "<#CROOM>" in whole(message)
        assert labels(message) == ["Join", "Show"]

    def test_the_group_is_called_at_the_first_posting_only(self) -> None:
        first = replace(stories.room_ready().incident, announcement=None)
        story = stories.room_ready()

        called = announcement(first, story.process, now=story.now)
        assert "<!subteam^SOPS>" in whole(called)
        assert "<!subteam" not in whole(self.made(story))

    def test_it_flags_an_overdue_update(self) -> None:
        assert "⏰ *update overdue*" in whole(self.made(stories.overdue()))
        assert "overdue" not in whole(self.made(stories.at_work()))

    def test_what_is_over_cannot_be_joined(self) -> None:
        assert labels(self.made(stories.after_close())) == ["Show"]
        assert labels(self.made(stories.archived())) == ["Show"]


class TestTheBrief:
    """What a newcomer has to know."""

    def made(self, user: str, story: Story) -> str:
        record = story.record[-40:]
        return whole(brief(story.incident, record, story.process, user, word="/incident"))

    def test_state_roles_events_tasks_and_the_next_update(self) -> None:
        text = self.made("UDAN", stories.deep_in_a_playbook())

        assert "Welcome to *INC-42*." in text
        assert f"*Roles*: Deputy: <@{BOB}>" in text
        assert "*Decisions*\n<!date^" in text
        assert "*Last events*" in text
        assert "*Open tasks*\n• *Task 1*" in text
        assert "*Next update*: <!date^" in text

    def test_the_declarer_also_learns_what_leading_means(self) -> None:
        text = self.made(ANN, stories.room_ready())

        assert "You command *INC-42*." in text
        assert "You lead: decide, delegate" in text
        assert "*Last events*" not in text
        assert "*State*" not in text, "the card right above says so"

    def test_comings_and_goings_are_no_news(self) -> None:
        assert "joined the room" not in self.made("UDAN", stories.at_work())
        assert "was delivered" not in self.made("UDAN", stories.paging())


class TestLists:
    """Twenty at most, then how many more and how to find them."""

    def test_a_long_list_says_how_to_find_the_rest(self) -> None:
        rows = [listed(stories.room_ready())] * 30
        message = lists.incident_list(rows, "Open", word="/inc", empty="Nothing is open.")

        assert whole(message).count("*INC-42*") == 20
        assert "10 more. `/inc list search …` finds one by its words." in whole(message)

    def test_an_empty_list_is_a_sentence(self) -> None:
        message = lists.incident_list([], "Open", word="/inc", empty="Nothing is open. Good.")

        assert whole(message).startswith("Nothing is open. Good.")

    def test_the_timeline_stands_in_the_order_in_which_things_were_said(self) -> None:
        story = stories.at_work()
        text = whole(lists.timeline(story.record, story.incident, story.process, page=PAGE))

        assert text.index("deploy 512 went out") < text.index("declared INC-42")

    def test_an_outsider_sees_the_state_and_a_way_in(self) -> None:
        story = stories.at_work()
        message = lists.shown(story.incident, story.process, page=PAGE)

        assert labels(message) == ["Join", "Timeline", "Catch up"]
        assert "EU customers cannot pay" in whole(message)

    def test_a_hostile_search_stays_words(self) -> None:
        rows = [listed(stories.room_ready())]
        message = lists.incident_list(rows, "Found: <!channel>", word="/inc", empty="None.")

        assert "<!channel>" not in message["text"] + whole(message)

    def test_why_names_the_rule_behind_each_deed(self) -> None:
        story = stories.room_ready()
        record = [replace(each, rule="severity sev1") for each in story.record[:1]]

        assert "_severity sev1_" in whole(lists.why(record, story.incident, story.process))
        assert "by itself" in whole(lists.why([], story.incident, story.process))

    def test_help_shows_the_words_there_are_under_the_command_people_use(self) -> None:
        text = whole(
            lists.help_text([("Record", [("note <text> [--at 14:05]", "Adds a fact.")])], "/inc")
        )

        assert "`/inc note &lt;text&gt; [--at 14:05]`" in text
        assert "Adds a fact." in text


class TestHome:
    """My incidents, what is overdue, what waits for me, and Declare."""

    def test_it_begins_with_declare_and_is_calm_when_nothing_is_open(self) -> None:
        view = home([], [], [], word="/inc", now=stories.room_ready().now)

        assert labels(view)[0] == "Declare an incident"
        assert "You are part of no open incident." in whole(view)

    def test_what_is_overdue_stands_first_with_its_update_button(self) -> None:
        story = stories.overdue()
        row = listed(story)
        view = home([row], [row], [], word="/inc", now=story.now)

        assert labels(view) == ["Declare an incident", "Post update", "Show"]

    def test_a_late_followup_is_marked_and_can_be_done(self) -> None:
        now = stories.room_ready().now
        owed = OwedFollowup(
            stream=STREAM,
            incident=42,
            private=True,
            number=1,
            text="Alert",
            owner=ANN,
            due=now - minutes(1),
        )
        view = home([], [], [owed], word="/inc", now=now)

        assert "⏰ Alert · 🔒 INC-42 · due <!date^" in whole(view)
        assert "Done" in labels(view)


def test_the_guidelines_say_where_what_how_and_in_which_tone() -> None:
    text = whole(guidelines(stories.process(), "/inc"))

    for subject in ("*Where*", "*What*", "*Record*", "*Updates*", "*Tone*", ":pushpin:"):
        assert subject in text
    assert "`/inc note …`" in text
