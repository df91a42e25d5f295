"""What a message becomes when its buttons are settled: the same words, and who did it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain import asking
from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.values import Text
from bot.slack.messages import paging, personal, settled
from bot.slack.messages.posts import room_words
from tests.domain.vocabulary import ANN, BOB, CLEO, Story, minutes
from tests.slack.messages import stories
from tests.slack.messages.stories import PAGE, labels, whole

Ends = Callable[[Story], object]


def knocking() -> Story:
    story = stories.private_drill()
    story.records(e.AccessAsked(user=BOB, text=Text("")), by=BOB)
    return story


def with_task() -> Story:
    story = stories.at_work()
    added = e.TaskAdded(number=9, title=Text("Call the supplier"), assignee=BOB, due=None)
    story.records(added)
    return story


def reminded_of_it() -> Story:
    story = with_task()
    story.records(e.TaskReminded(number=9))
    return story


def refused() -> Story:
    story = stories.handing_over()
    story.do(c.RefuseHandover(), BOB)
    return story


def unanswered() -> Story:
    story = stories.paging()
    story.passes(minutes(60))
    return story


def take(story: Story, user: str) -> list[e.Event]:
    return story.do(c.GiveRole(role="commander", to=user))


def retry(story: Story) -> list[e.Event]:
    return story.do(c.RetryEffect(effect="CreateRoom"))


ASKING: tuple[tuple[Callable[[], Story], type[e.Event], str, Ends, str], ...] = (
    (stories.overdue, e.UpdateNudged, "", lambda s: s.do(c.PostUpdate(no_change=True)), "gave the"),
    (stories.overdue, e.UpdateNudged, "", lambda s: s.do(c.SnoozeUpdates(minutes=60)), "put the"),
    (stories.overdue, e.UpdateNudged, "", lambda s: s.passes(minutes(90)), "Reminded"),
    (stories.overdue, e.UpdateNudged, "", lambda s: s.do(c.Resolve()), "No update is due any more"),
    (stories.overdue, e.UpdateNudged, "", lambda s: s.do(c.SetSeverity(severity="sev3")), "is due"),
    (stories.without_commander, e.RoleDropped, "", lambda s: take(s, CLEO), "commands since"),
    (stories.handing_over, e.HandoverOffered, BOB, lambda s: s.do(c.AcceptHandover(), BOB), "You"),
    (stories.handing_over, e.HandoverOffered, BOB, lambda s: s.do(c.RefuseHandover(), BOB), "You"),
    (stories.handing_over, e.HandoverOffered, BOB, lambda s: s.do(c.RefuseHandover()), "keeps"),
    (stories.handing_over, e.HandoverOffered, BOB, lambda s: take(s, CLEO), "commands since"),
    (refused, e.HandoverRefused, ANN, lambda s: s.do(c.OfferHandover(to=CLEO)), "asked"),
    (with_task, e.TaskAdded, BOB, lambda s: s.do(c.FinishTask(number=9), BOB), "did it"),
    (with_task, e.TaskAdded, BOB, lambda s: s.do(c.Cancel(reason=Text("twice"))), "Set to"),
    (reminded_of_it, e.TaskReminded, BOB, lambda s: s.do(c.FinishTask(number=9)), "did it"),
    (unanswered, e.PageUnanswered, "", lambda s: s.do(c.PagePerson(to=CLEO)), "called"),
    (unanswered, e.PageUnanswered, "", lambda s: s.do(c.AnswerPage(), CLEO), "came at"),
    (unanswered, e.PageUnanswered, "", lambda s: s.do(c.Resolve()), "Set to"),
    (knocking, e.AccessAsked, "", lambda s: s.do(c.LetIn(user=BOB)), "let them in"),
    (knocking, e.AccessAsked, ANN, lambda s: s.do(c.KeepOut(user=BOB)), "said no"),
    (stories.roomless, e.EffectFailed, ANN, retry, "had it tried again"),
    (stories.after_resolve, e.StatusChanged, "", lambda s: s.do(c.Reopen()), "Set to"),
)
"""A message to the room, or to a person, with what settles it, and the words for that."""


def words(story: Story, said: e.Recorded, to: str) -> dict[str, Any] | None:
    if to:
        return personal.post(story.incident, said, story.process, to)
    return room_words(story.incident, said, story.process, page=PAGE)


@pytest.mark.parametrize(("begin", "kind", "to", "ends", "line"), ASKING)
def test_what_was_asked_keeps_its_words_and_says_how_it_was_settled(
    begin: Callable[[], Story], kind: type[e.Event], to: str, ends: Ends, line: str
) -> None:
    story = begin()
    said = next(each for each in reversed(story.record) if isinstance(each.event, kind))
    before = words(story, said, to)
    assert before is not None
    assert settled.asks(before)
    later = [each for each in story.record if each.version > said.version]
    assert settled.become(said, later, story.process) is None, "nothing has settled it yet"

    ends(story)

    later = [each for each in story.record if each.version > said.version]
    owed = [asking.settled(story.incident, each.event) for each in later]
    assert any(owed), "somebody looks after it"
    told = settled.become(said, later, story.process)
    assert told is not None
    assert line in told
    message = words(story, said, to)
    assert message is not None
    after = settled.without_buttons(message, told)
    assert not settled.asks(after)
    assert f"✔️ {told}" in whole(after)
    assert after["blocks"][0] == before["blocks"][0]


def test_whatever_asks_has_an_end_here() -> None:
    found = set()
    for begin in stories.STORIES.values():
        story = begin()
        for each in story.record:
            for to in ("", ANN, BOB, CLEO):
                message = words(story, each, to)
                if message is not None and settled.asks(message):
                    found.add(type(each.event))
                    assert asking.asks(each.event)
    assert found <= {kind for _, kind, *_ in ASKING}
    assert e.HandoverOffered in found


def test_each_call_of_a_page_is_settled_by_the_next_the_answer_and_the_end() -> None:
    story = stories.paging()
    page = story.incident.pages[0]
    assert page.times > 1

    def become(times: int) -> str | None:
        page = story.incident.pages[0]
        return settled.become_of_call(story.incident, page, times, story.process)

    assert become(1) == "You were called again below."
    assert become(page.times) is None
    message = paging.call(story.incident, page, 1, story.process)
    assert labels(settled.without_buttons(message, "done")) == ["Catch up"]
    story.do(c.Resolve(), BOB)
    assert "nobody waits for you" in str(become(page.times))
    story.do(c.AnswerPage(), CLEO)
    assert "You answered at" in str(become(page.times))
