"""Work to be done: after the incident, and during it."""

from datetime import timedelta

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.playbook import Playbook
from bot.domain.process import Process
from bot.domain.refusals import InvalidInput, NotFound, NotNow
from bot.domain.shapes import Principal
from bot.domain.steps import Message, Task
from bot.domain.values import MessageRef, Text
from tests.domain.vocabulary import ANN, BOB, MONDAY_NOON, STREAM, Story, minutes, with_room


def tasked(*tasks: Task) -> Story:
    playbook = Playbook(
        id="work", name="Work", steps=(*tasks, Message(id="after", text="All done"))
    )
    story = with_room(process=Process(playbooks={"work": playbook}))
    story.do(c.StartPlaybook(playbook="work"))
    return story


def test_follow_ups_are_numbered_and_finished_by_number() -> None:
    story = with_room()
    due = MONDAY_NOON + timedelta(days=14)
    story.do(c.AddFollowup(text=Text("alert on disks"), owner=BOB, due=due))
    story.do(c.AddFollowup(text=Text("write it down")))
    assert [(work.number, work.owner) for work in story.incident.followups] == [(1, BOB), (2, None)]
    story.passes(minutes(5))
    story.do(c.FinishFollowup(number=1), by=BOB)
    first, second = story.incident.followups
    assert (first.done_by, first.done_at) == (BOB, MONDAY_NOON + minutes(5))
    assert second.done_at is None


def test_a_follow_up_says_what_is_to_be_done() -> None:
    with_room().refuses(InvalidInput, c.AddFollowup(text=Text("")))


SAID = MessageRef(channel="C1", ts="1772618400.000100")


def from_message(text: str = "alert on disks") -> c.AddFollowup:
    return c.AddFollowup(text=Text(text), source=SAID)


def test_one_message_makes_one_follow_up() -> None:
    story = with_room()
    story.do(from_message())
    assert story.do(from_message(), by=BOB) == []
    assert [work.added_by for work in story.incident.followups] == [ANN]


def test_what_was_made_of_a_message_is_taken_back_by_who_made_it_until_it_is_done() -> None:
    story = with_room()
    story.do(from_message())
    assert story.do(c.TakeBackFollowup(source=SAID), by=BOB) == []
    assert story.do(c.TakeBackFollowup(source=SAID)) == [
        e.FollowupTakenBack(number=1, text=Text("alert on disks"))
    ]
    assert not story.incident.followups
    story.do(from_message())
    assert [work.number for work in story.incident.followups] == [2]
    story.do(c.FinishFollowup(number=2))
    assert story.do(c.TakeBackFollowup(source=SAID)) == []


def test_an_unknown_number_is_answered_with_the_open_ones() -> None:
    story = with_room()
    assert "none is open" in story.refuses(NotFound, c.FinishFollowup(number=1)).message
    story.do(c.AddFollowup(text=Text("alert on disks")))
    story.do(c.AddFollowup(text=Text("tell <@U1> " + "all about it " * 9)))
    message = story.refuses(NotFound, c.FinishFollowup(number=3)).message
    assert "1 “alert on disks”; 2 “tell \u2039@U1\u203a all about it" in message
    story.do(c.FinishFollowup(number=1))
    story.refuses(NotNow, c.FinishFollowup(number=1))


def test_an_unknown_task_is_answered_with_the_open_ones() -> None:
    assert "none is open" in with_room().refuses(NotFound, c.FinishTask(number=7)).message
    story = tasked(Task(id="call", title="Call the vendor"))
    assert "1 “Call the vendor”" in story.refuses(NotFound, c.FinishTask(number=7)).message


def test_a_finished_task_finishes_the_step_that_waits_for_it() -> None:
    story = tasked(Task(id="call", title="Call the vendor"))
    story.do(c.FinishTask(number=1), by=BOB)
    (task,) = story.incident.tasks
    assert task.done_by == BOB
    assert not story.incident.runs[0].active
    story.refuses(NotNow, c.FinishTask(number=1))


def test_a_finished_step_finishes_its_task() -> None:
    story = tasked(Task(id="call", title="Call the vendor"))
    story.do(c.CompletePath(path="call"))
    assert story.incident.tasks[0].done_at is not None


def test_a_task_that_nobody_waits_for_is_finished_by_itself() -> None:
    story = tasked(Task(id="call", title="Call the vendor", wait=False))
    assert story.do(c.FinishTask(number=1)) == [e.TaskDone(number=1)]


def test_a_task_whose_step_was_settled_otherwise_is_finished_by_itself() -> None:
    story = tasked(
        Task(id="mail", title="Mail the vendor", wait=False), Task(id="call", title="Call them")
    )
    assert story.do(c.FinishTask(number=1)) == [e.TaskDone(number=1)]


def test_a_task_with_a_due_time_reminds_its_assignee_once() -> None:
    task = Task(
        id="call",
        title="Call",
        due=timedelta(minutes=15),
        assignee=Principal(kind="user", name=BOB),
    )
    story = tasked(task)
    assert f.TellPerson(stream=STREAM, version=story.incident.version, user=BOB) in story.owed
    assert story.passes(minutes(15)) == [e.TaskReminded(number=1)]
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB]
    assert story.passes(minutes(200)) == []


def test_a_task_that_nobody_has_is_remembered_in_the_room() -> None:
    story = tasked(Task(id="call", title="Call", due=timedelta(minutes=15)))
    story.passes(minutes(15))
    assert story.owes(f.PostToRoom)


def test_who_takes_a_task_on_by_starting_the_playbook_knows_it() -> None:
    task = Task(id="call", title="Call", assignee=Principal(kind="role", name="commander"))
    story = tasked(task)
    assert story.incident.tasks[0].assignee == ANN
    assert not story.owes(f.TellPerson)


def test_a_finished_task_reminds_nobody() -> None:
    story = tasked(Task(id="call", title="Call", due=timedelta(minutes=15)))
    story.do(c.FinishTask(number=1))
    assert not any(key.startswith("task:") for key in story.timers)
    for number in (1, 2):
        assert story.do(c.TaskFallsDue(number=number)) == []


def test_an_incident_at_rest_reminds_of_no_task() -> None:
    story = tasked(Task(id="call", title="Call", due=timedelta(minutes=15)))
    story.do(c.Resolve(category="data"))
    assert story.passes(minutes(15)) == []
