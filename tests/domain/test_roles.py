"""Who plays which part."""

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.refusals import InvalidInput, NeedsConfirmation, NotAllowed, NotNow
from bot.domain.roles import AlreadyHeld, HeldByAnother, NoOffer
from bot.domain.values import Standing, Text
from tests.domain.vocabulary import ANN, BOB, CLEO, DAN, STREAM, declared, with_room


@pytest.mark.parametrize("typed", ["scribe", "Scribe", " SCRIBE "])
def test_a_free_role_is_taken_and_its_duties_are_sent(typed: str) -> None:
    story = with_room()
    assert story.do(c.TakeRole(role=typed), by=BOB) == [
        e.RoleTaken(role="scribe", user=BOB, how="taken")
    ]
    assert story.incident.holders("scribe") == (BOB,)
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB]
    assert not story.owes(f.PostToRoom)


def test_a_role_is_known_by_its_label_too() -> None:
    story = with_room()
    story.do(c.TakeRole(role="subject-matter  Expert"), by=BOB)
    assert story.incident.holders("expert") == (BOB,)


def test_the_holder_cannot_take_the_role_again() -> None:
    story = with_room()
    story.refuses(AlreadyHeld, c.TakeRole(role="commander"), by=ANN)
    story.refuses(AlreadyHeld, c.GiveRole(role="commander", to=ANN), by=BOB)


def test_taking_a_held_role_offers_to_take_over_and_tells_the_holder() -> None:
    story = with_room()
    refusal = story.refuses(HeldByAnother, c.TakeRole(role="commander"), by=BOB)
    assert f"<@{ANN}>" in refusal.message
    assert refusal.way_out is not None
    assert refusal.way_out.label == "Take over"
    story.takes_way_out(refusal, by=BOB)
    assert story.incident.roles["commander"] == (BOB,)
    told = [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)]
    assert told == [BOB, ANN]
    assert story.owes(f.PostToRoom)
    assert story.owes(f.ShowAnnouncement), "it names the commander"
    assert f.ShowTopic(stream=STREAM) in story.owed


def test_many_can_be_experts() -> None:
    story = with_room()
    story.do(c.TakeRole(role="expert"), by=BOB)
    story.do(c.TakeRole(role="expert"), by=CLEO)
    assert story.incident.holders("expert") == (BOB, CLEO)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("comander", "did you mean “commander”?"), ("xyzzy", "choose one of commander, deputy")],
)
def test_an_unknown_role_is_answered_with_the_nearest(typed: str, answer: str) -> None:
    for command in (
        c.TakeRole(role=typed),
        c.GiveRole(role=typed, to=BOB),
        c.DropRole(role=typed),
    ):
        refusal = with_room().refuses(InvalidInput, command)
        assert answer in refusal.message
        assert isinstance(refusal, InvalidInput)
        assert refusal.field == "role"


def test_a_given_role_passes_from_whoever_held_it_and_calls_the_new_holder_in() -> None:
    story = with_room()
    story.do(c.TakeRole(role="scribe"), by=CLEO)
    assert story.do(c.GiveRole(role="scribe", to=BOB), by=ANN) == [
        e.RoleTaken(role="scribe", user=BOB, previous=CLEO, how="given")
    ]
    assert f.InviteResponders(stream=STREAM, who=(BOB,)) in story.owed
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB, CLEO]


def test_who_gives_their_own_role_away_knows_it() -> None:
    story = with_room()
    story.do(c.GiveRole(role="commander", to=BOB), by=ANN)
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB]


def test_giving_a_role_to_oneself_is_taking_it() -> None:
    story = with_room()
    story.refuses(HeldByAnother, c.GiveRole(role="commander", to=BOB), by=BOB)
    story.do(c.GiveRole(role="deputy", to=BOB), by=BOB)
    assert story.record[-1].event == e.RoleTaken(role="deputy", user=BOB, how="taken")


def test_a_role_is_given_to_somebody() -> None:
    with_room().refuses(InvalidInput, c.GiveRole(role="scribe", to=" "))
    with_room().refuses(InvalidInput, c.OfferHandover(to=""))


def test_a_dropped_command_leaves_the_declarer_to_be_named() -> None:
    story = with_room()
    story.do(c.TakeRole(role="commander", over=True), by=BOB)
    assert story.do(c.DropRole(role="commander"), by=BOB) == [
        e.RoleDropped(role="commander", user=BOB)
    ]
    assert story.incident.commander is None
    assert story.incident.lead == ANN
    assert "commander" not in story.incident.roles
    assert story.owes(f.PostToRoom)
    assert not story.owes(f.TellPerson)


def test_somebody_else_can_put_a_role_down_and_its_holder_hears_of_it() -> None:
    story = with_room()
    story.do(c.TakeRole(role="scribe"), by=BOB)
    story.do(c.DropRole(role="scribe"), by=ANN)
    assert story.incident.holders("scribe") == ()
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB]


def test_one_of_many_holders_drops_their_own_part_only() -> None:
    story = with_room()
    for user in (BOB, CLEO, DAN):
        story.do(c.TakeRole(role="expert"), by=user)
    story.do(c.DropRole(role="expert"), by=CLEO)
    assert story.incident.holders("expert") == (BOB, DAN)
    story.do(c.DropRole(role="expert", user=DAN), by=ANN)
    assert story.incident.holders("expert") == (BOB,)
    story.do(c.TakeRole(role="expert"), by=DAN)
    story.do(c.DropRole(role="expert"), by=ANN)
    assert story.incident.holders("expert") == ()


def test_what_nobody_holds_cannot_be_dropped() -> None:
    assert "Nobody is scribe" in with_room().refuses(NotNow, c.DropRole(role="scribe")).message
    refusal = with_room().refuses(NotNow, c.DropRole(role="commander", user=BOB))
    assert f"<@{BOB}> is not commander" in refusal.message


def test_a_handover_passes_the_command_once_it_is_accepted() -> None:
    story = with_room()
    assert story.do(c.OfferHandover(to=BOB)) == [e.HandoverOffered(to=BOB)]
    assert story.incident.commander == ANN
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB]
    assert f.InviteResponders(stream=STREAM, who=(BOB,)) in story.owed
    assert story.do(c.AcceptHandover(), by=BOB) == [
        e.RoleTaken(role="commander", user=BOB, previous=ANN, how="handed over")
    ]
    assert story.incident.commander == BOB
    assert story.incident.handover is None
    story.refuses(NoOffer, c.AcceptHandover(), by=BOB)


def test_a_handover_is_for_the_person_it_was_offered_to() -> None:
    story = with_room()
    story.do(c.OfferHandover(to=BOB))
    story.refuses(NoOffer, c.AcceptHandover(), by=CLEO)
    story.refuses(NoOffer, c.RefuseHandover(), by=CLEO)


def test_a_handover_turned_down_is_told_to_its_giver() -> None:
    story = with_room()
    story.do(c.OfferHandover(to=BOB))
    assert story.do(c.RefuseHandover(), by=BOB) == [e.HandoverRefused(giver=ANN, to=BOB)]
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [ANN]
    assert story.incident.commander == ANN
    story.refuses(NoOffer, c.RefuseHandover(), by=BOB)


def test_a_handover_taken_back_is_told_to_whom_it_was_offered() -> None:
    story = with_room()
    story.do(c.OfferHandover(to=BOB))
    story.do(c.RefuseHandover(), by=ANN)
    assert [tell.user for tell in story.owed if isinstance(tell, f.TellPerson)] == [BOB]
    story.refuses(NoOffer, c.AcceptHandover(), by=BOB)


def test_a_second_offer_takes_the_first_back() -> None:
    story = with_room()
    story.do(c.OfferHandover(to=BOB))
    assert "already" in story.refuses(NotNow, c.OfferHandover(to=BOB)).message
    assert story.do(c.OfferHandover(to=CLEO)) == [
        e.HandoverRefused(giver=ANN, to=BOB),
        e.HandoverOffered(to=CLEO),
    ]
    assert story.incident.handover is not None
    assert story.incident.handover.to == CLEO


def test_only_the_commander_hands_over_and_not_to_themselves() -> None:
    story = with_room()
    refusal = story.refuses(NotAllowed, c.OfferHandover(to=CLEO), by=BOB)
    story.refuses(AlreadyHeld, c.OfferHandover(to=ANN), by=ANN)
    story.takes_way_out(refusal, by=BOB)
    assert story.incident.commander == BOB


def test_without_a_commander_command_is_given_not_handed_over() -> None:
    story = with_room()
    story.do(c.DropRole(role="commander"))
    refusal = story.refuses(NotNow, c.OfferHandover(to=BOB))
    story.takes_way_out(refusal)
    assert story.incident.commander == BOB


def test_a_change_of_command_voids_the_offer() -> None:
    story = with_room()
    story.do(c.OfferHandover(to=BOB))
    story.do(c.TakeRole(role="commander", over=True), by=CLEO)
    story.refuses(NoOffer, c.AcceptHandover(), by=BOB)


def test_before_there_is_a_room_roles_pass_quietly_to_it() -> None:
    story = declared()
    story.do(c.GiveRole(role="deputy", to=BOB))
    assert not story.owes(f.InviteResponders)
    assert not story.owes(f.ShowCard)


def test_who_played_what_is_remembered() -> None:
    story = with_room()
    story.do(c.TakeRole(role="scribe"), by=BOB)
    story.do(c.TakeRole(role="commander", over=True), by=BOB)
    story.do(c.TakeRole(role="scribe", over=True), by=ANN)
    assert story.incident.played == {ANN: ("commander", "scribe"), BOB: ("scribe", "commander")}


STANDINGS: list[tuple[Standing, str]] = [
    ("guest", "a guest"),
    ("external", "another organisation"),
    ("deactivated", "no active account"),
    ("app", "an app"),
]


@pytest.mark.parametrize(("standing", "why"), STANDINGS)
def test_whoever_cannot_do_the_work_is_given_no_role_and_offered_no_command(
    standing: Standing, why: str
) -> None:
    story = with_room()
    for command in (
        c.GiveRole(role="scribe", to=BOB, standing=standing),
        c.OfferHandover(to=BOB, standing=standing),
    ):
        refusal = story.refuses(InvalidInput, command)
        assert f"<@{BOB}>" in refusal.message
        assert why in refusal.message
        assert "Choose" in refusal.message


def test_the_way_to_give_command_instead_knows_as_much_about_the_person() -> None:
    story = with_room()
    story.do(c.DropRole(role="commander"))
    refusal = story.refuses(NotNow, c.OfferHandover(to=BOB))
    assert refusal.way_out is not None
    assert refusal.way_out.command == c.GiveRole(role="commander", to=BOB)


def test_who_declines_the_incident_but_was_offered_its_command_is_asked_which_is_meant() -> None:
    story = declared()
    story.do(c.OfferHandover(to=BOB))
    why = story.refuses(NeedsConfirmation, c.Decline(reason=Text("not me")), by=BOB)
    assert "`handover decline`" in why.message
    other = story.refuses(NeedsConfirmation, c.Decline(reason=Text("not me")), by=CLEO)
    assert "handover" not in other.message
