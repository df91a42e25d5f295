"""The quiet word after a command: short, harmless, and only where nothing else says it."""

from dataclasses import replace
from typing import get_args

from bot.domain import commands as c
from bot.domain.process import Process
from bot.domain.values import Text
from bot.simulator.blocks import problems_in_message
from bot.slack.messages.confirmed import confirmed
from tests.domain.vocabulary import BOB
from tests.slack.messages import stories

ASKED: tuple[c.Command, ...] = (
    c.Edit(title=Text("x")),
    c.SetSeverity(severity="sev1"),
    c.SetStatus(status="identified"),
    c.Resolve(),
    c.Reopen(),
    c.Decline(reason=Text("x")),
    c.Cancel(),
    c.Close(),
    c.TakeRole(role="scribe"),
    c.GiveRole(role="Commander", to=BOB),
    c.DropRole(role="scribe"),
    c.OfferHandover(to=BOB),
    c.AcceptHandover(),
    c.RefuseHandover(),
    c.Join(),
    c.AddNote(text=Text("x")),
    c.RecordDecision(text=Text("x")),
    c.PostUpdate(text=Text("x")),
    c.SnoozeUpdates(),
    c.AddFollowup(text=Text("x")),
    c.FinishFollowup(number=1),
    c.FinishTask(number=1),
    c.WriteReview(),
    c.StartPlaybook(playbook="service-outage"),
    c.CompletePath(path="1"),
    c.SkipPath(path="1", reason=Text("x")),
    c.MakeNewRoom(),
    c.RetryEffect(effect="ShowCard"),
)
POSTED = (
    c.SetSeverity,
    c.SetStatus,
    c.Resolve,
    c.Reopen,
    c.Decline,
    c.Cancel,
    c.Close,
    c.GiveRole,
    c.AcceptHandover,
    c.RecordDecision,
    c.PostUpdate,
)
"""What the room is told of in a message of its own."""


def test_each_is_one_short_message_that_slack_takes() -> None:
    for told in (stories.room_ready, stories.at_work, stories.hostile, stories.after_resolve):
        for command in ASKED:
            said = confirmed(command, told().incident, stories.process(), "elsewhere")
            if said is None:
                continue
            assert problems_in_message(said["blocks"]) == []
            assert "<!channel>" not in str(said)
            assert len(said["blocks"]) == 1


def test_from_elsewhere_everything_but_a_snooze_without_a_promise_is_answered() -> None:
    incident = stories.at_work().incident
    quiet = [
        type(command)
        for command in ASKED
        if confirmed(command, incident, stories.process(), "elsewhere") is None
    ]
    assert quiet == [c.SnoozeUpdates]


def test_in_the_room_what_is_posted_there_is_not_said_twice() -> None:
    incident = stories.at_work().incident
    for command in ASKED:
        said = confirmed(command, incident, stories.process(), "room")
        if isinstance(command, POSTED):
            assert said is None, command


def test_at_the_card_what_it_shows_is_not_said() -> None:
    incident = stories.at_work().incident
    shown = (c.FinishTask, c.StartPlaybook, c.CompletePath, c.SkipPath, c.RetryEffect, c.Edit)
    for command in ASKED:
        if isinstance(command, shown):
            assert confirmed(command, incident, stories.process(), "card") is None


def test_who_may_not_see_it_is_sent_to_somebody_inside() -> None:
    incident = stories.at_work().incident
    for inside, whom in ((incident.lead, f"<@{incident.lead}>"), ("U2", "somebody in its room")):
        told = replace(incident, private=True, members=frozenset({inside}))
        said = confirmed(c.AnswerPage(), told, stories.process(), "nothing")
        assert said
        assert said["text"] == f"Thank you. Ask {whom} to let you into {incident.name}."


def test_what_nobody_asked_for_is_not_answered() -> None:
    incident = stories.at_work().incident
    observed = c.PersonEntered(user=BOB)
    assert isinstance(observed, get_args(c.Observed))
    assert confirmed(observed, incident, Process()) is None
