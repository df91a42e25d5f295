"""Who may do what."""

import pytest

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.permissions import may_hear, may_see
from bot.domain.refusals import NotAllowed, NotFound, NotNow
from bot.domain.values import Actor, Text, at_the_terminal, is_person
from tests.domain.vocabulary import ANN, BOB, CLEO, GUS, ROOM, Story, declared, with_room

STRANGER = Actor(user="UEXT", external=True)


def private() -> Story:
    return declared(c.Declare(title=Text("strange login"), private=True, number=7))


@pytest.mark.parametrize("who", [GUS, STRANGER], ids=["guest", "other organisation"])
def test_guests_join_and_note_and_that_is_all(who: Actor) -> None:
    story = with_room()
    story.do(c.AddNote(text=Text("I saw smoke")), by=who)
    story.do(c.Join(), by=who)
    for command in (c.PostUpdate(no_change=True), c.TakeRole(role="scribe"), c.Cancel()):
        assert "Guests" in story.refuses(NotAllowed, command, by=who).message


def test_a_private_incident_is_its_declarers_until_it_has_a_room() -> None:
    story = private()
    assert may_see(story.incident, ANN)
    assert not may_see(story.incident, BOB)
    assert story.refuses(NotFound, c.Join(), by=BOB).message == "There is no INC-7."


def test_then_it_is_visible_to_the_members_of_its_room() -> None:
    story = private()
    story.do(c.RoomMade(channel=ROOM, name="inc-7"))
    assert may_see(story.incident, ANN)
    story.do(c.PersonEntered(user=BOB))
    assert may_see(story.incident, BOB)
    assert not may_see(story.incident, ANN)
    story.do(c.PersonLeft(user=BOB))
    story.do(c.PersonEntered(user=ANN))
    assert not may_see(story.incident, BOB)


def test_whoever_leaves_last_sees_it_no_more_and_the_declarer_not_again() -> None:
    story = private()
    story.do(c.RoomMade(channel=ROOM, name="inc-7"))
    story.do(c.PersonEntered(user=ANN))
    story.do(c.PersonEntered(user=BOB))
    story.do(c.PersonLeft(user=ANN))
    story.do(c.PersonLeft(user=BOB))
    assert not may_see(story.incident, ANN)
    assert not may_see(story.incident, BOB)


def test_while_nobody_is_in_a_new_room_it_is_visible_to_those_of_the_old_one() -> None:
    story = private()
    story.do(c.RoomMade(channel=ROOM, name="inc-7"))
    for user in (ANN, BOB, CLEO):
        story.do(c.PersonEntered(user=user))
    story.do(c.PersonLeft(user=CLEO))
    story.do(c.RoomWasArchived())
    story.do(c.MakeNewRoom())
    story.do(c.RoomMade(channel="CROOM2", name="inc-7-2"))
    assert [may_see(story.incident, user) for user in (ANN, BOB, CLEO)] == [True, True, False]
    story.do(c.PersonEntered(user=BOB))
    assert not may_see(story.incident, ANN)


def test_outside_a_private_room_only_insiders_hear_and_whom_the_event_brings_in() -> None:
    story = private()
    story.do(c.RoomMade(channel=ROOM, name="inc-7"))
    story.do(c.PersonEntered(user=ANN))
    given = e.RoleTaken(role="scribe", user=BOB, previous=CLEO, how="given")
    story.records(given)
    assert may_hear(story.incident, given, ANN)
    assert may_hear(story.incident, given, BOB)
    assert not may_hear(story.incident, given, CLEO)
    assert not may_hear(story.incident, e.RoleDropped(role="scribe", user=BOB), BOB)
    story.do(c.PersonEntered(user=BOB))
    story.do(c.PersonLeft(user=BOB))
    assert not may_hear(story.incident, given, BOB)
    offered = e.HandoverOffered(to=BOB)
    story.records(offered)
    assert may_hear(story.incident, offered, BOB)


def test_of_a_public_incident_everybody_may_hear() -> None:
    assert may_hear(with_room().incident, e.RoleDropped(role="scribe", user=BOB), BOB)


def test_a_public_incident_is_visible_to_all() -> None:
    assert may_see(with_room().incident, BOB)


def test_what_a_newer_version_wrote_takes_no_decision_of_a_person_here() -> None:
    story = with_room()
    from_the_future(story)
    refusal = story.refuses(NotNow, c.PostUpdate(no_change=True))
    assert "newer version" in refusal.message
    assert len(story.do(c.PersonEntered(user=BOB))) == 1


def test_a_private_incident_is_hidden_also_when_it_cannot_be_read() -> None:
    story = private()
    from_the_future(story)
    story.refuses(NotFound, c.Join(), by=BOB)


def test_whoever_is_at_the_machine_reaches_private_incidents_and_is_called_into_no_room() -> None:
    story = private()
    olga = at_the_terminal("olga")
    story.do(c.AddNote(text=Text("Seen")), by=olga)
    assert olga.user not in story.incident.responders
    assert not is_person(olga.user)
    assert is_person(ANN)
    assert not may_see(story.incident, olga.user), "others do not become operators by their name"


def from_the_future(story: Story) -> None:
    story.records(e.Unknown(name="MoonPhaseNoted", body="{}"))
