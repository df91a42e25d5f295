"""Who may what: every command, asked by everybody, whatever button or word it came from."""

import re
from collections.abc import Callable

import pytest

from bot.domain import commands as c
from bot.domain.permissions import CAN_WAIT, OPEN_TO_ALL, OPEN_TO_APPS, NotKnownYet
from bot.domain.refusals import Deactivated, NotAllowed, NotFound, Refused
from bot.domain.values import Actor, MessageRef, Text
from bot.slack.messages.deeds import NoButton, deed, read_deed
from tests.domain.vocabulary import ANN, BOB, CLEO, DAN, ROOM, STREAM, Story, with_room
from tests.safety.asking import ASKED, NEVER_ASKED, example

pytestmark = pytest.mark.faults("somebody asks for what they may not")

OUTSIDER, FORMER, ADMIN = "UOUT", "UFORMER", "UADMIN"


def opened(*, private: bool) -> Story:
    """An incident in which Ann commands, Bob responds, Cleo only joined and somebody left."""
    story = with_room(c.Declare(title=Text("payroll leaks"), private=private, number=7))
    story.do(c.RoomMade(channel=ROOM, name="inc-7"))
    for user in (ANN, BOB, CLEO, FORMER, "UGUEST", "UEXT", "UAPP", "UGONE"):
        story.do(c.PersonEntered(user=user))
    story.do(c.GiveRole(role="scribe", to=BOB))
    story.do(c.PersonLeft(user=FORMER))
    return story


INSIDE = {
    "guest": Actor(user="UGUEST", guest=True),
    "other organisation": Actor(user="UEXT", external=True),
    "app": Actor(user="UAPP", app=True),
    "deactivated": Actor(user="UGONE", deactivated=True),
    "deactivated guest": Actor(user="UGUEST", guest=True, deactivated=True),
}
MEMBERS = {"commander": ANN, "responder": BOB, "member": CLEO}
OUTSIDE = {
    "outsider": Actor(user=OUTSIDER),
    "left the room": Actor(user=FORMER),
    "admin": Actor(user=ADMIN),
    "guest": Actor(user=DAN, guest=True),
    "deactivated": Actor(user=DAN, deactivated=True),
}


def refusal(story: Story, kind: type, who: str | Actor) -> Refused | None:
    """What the rules say, None where they let it happen."""
    if kind is c.Declare:
        story = Story()
    try:
        story.do(example(kind), who)
    except Refused as why:
        return why
    return None


def allowed(who: Actor) -> tuple[type, ...]:
    if who.deactivated:
        return ()
    return OPEN_TO_APPS if who.app else OPEN_TO_ALL


@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_who_is_no_full_member_may_what_is_open_to_them(
    kind: type, *, private: bool, subtests: pytest.Subtests
) -> None:
    for name, who in INSIDE.items():
        with subtests.test(name):
            why = refusal(opened(private=private), kind, who)
            if kind in allowed(who):
                assert not isinstance(why, NotAllowed)
                assert why is None or "There is no INC" not in why.message
            else:
                assert isinstance(why, Deactivated if who.deactivated else NotAllowed)


@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.__name__)
def test_to_everybody_else_a_private_incident_does_not_exist(
    kind: type, subtests: pytest.Subtests
) -> None:
    if kind is c.Declare:
        return
    for name, who in OUTSIDE.items():
        with subtests.test(name):
            why = refusal(opened(private=True), kind, who)
            if kind is c.AskAccess and not (who.limited or who.deactivated):
                assert why is None, "asking to be let in is answered alike for any number"
                continue
            assert isinstance(why, NotFound)
            assert why.message == "There is no INC-7."


@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.__name__)
def test_of_whom_slack_says_nothing_waits_with_what_can_wait_and_does_what_helps(
    kind: type,
) -> None:
    member = refusal(opened(private=False), kind, Actor(user=BOB))
    why = refusal(opened(private=False), kind, Actor(user=BOB, unknown=True))
    if kind in CAN_WAIT:
        assert isinstance(why, NotKnownYet)
        assert "try again in a minute" in why.message
    else:
        assert type(why) is type(member)


@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.__name__)
def test_members_are_never_told_that_they_may_not(kind: type, subtests: pytest.Subtests) -> None:
    for name, who in MEMBERS.items():
        with subtests.test(name):
            why = refusal(opened(private=True), kind, who)
            assert why is None or not re.search("There is no INC|Guests|deactivated", why.message)


@pytest.mark.parametrize("kind", NEVER_ASKED, ids=lambda kind: kind.__name__)
def test_what_timers_and_couriers_ask_for_is_on_no_button(kind: type) -> None:
    forged = deed(STREAM, example(kind))
    assert forged is not None
    with pytest.raises(NoButton):
        read_deed(forged)


@pytest.mark.parametrize(
    "make",
    [
        lambda: example(c.MarkMessage, channel="CPRIVATE"),
        lambda: example(c.UnmarkMessage),
        lambda: example(c.TakeBackFollowup, source=_elsewhere()),
        lambda: example(c.AddFollowup, source=_elsewhere()),
    ],
    ids=["mark", "unmark", "take back", "source"],
)
def test_no_button_names_a_message_of_another_room(make: Callable[[], c.Command]) -> None:
    """A mark puts the message's text on the page: it must be one of this incident's room."""
    forged = deed(STREAM, make())
    assert forged is not None
    with pytest.raises(NoButton):
        read_deed(forged)


def _elsewhere() -> MessageRef:
    return MessageRef(channel="CPRIVATE", ts="1767614100.000100")


@pytest.mark.parametrize(
    "value", ["", "{}", "[]", "[1]", '["s","x"]', '["s","[\\"Edit\\",7]"]', "[" * 9_999, "null"]
)
def test_a_value_that_no_button_of_ours_has_is_refused_in_words(value: str) -> None:
    with pytest.raises(NoButton, match="does not work here any more"):
        read_deed(value)
