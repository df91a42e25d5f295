"""The room, the posts kept in place, and what could not be done."""

from dataclasses import replace

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.process import Process
from bot.domain.refusals import NotNow
from bot.domain.values import Absence, MessageRef, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    FEED,
    GUS,
    MONDAY_NOON,
    ROOM,
    STREAM,
    WORKSPACE,
    Story,
    closed,
    declare,
    declared,
    minutes,
    with_room,
)

NOTHING: list[e.Event] = []
MADE = c.RoomMade(channel=ROOM, name="inc-42-checkout-is-down")


def test_a_room_fills_side_by_side() -> None:
    story = declared()
    story.do(MADE)
    assert story.owed == [
        f.InviteDeclarer(stream=STREAM, user=ANN),
        f.ShowCard(stream=STREAM),
        f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE),
        f.ShowTopic(stream=STREAM),
        f.AddBookmark(stream=STREAM),
    ]


TAKEN = c.AdoptRoom(channel=ROOM, name="inc-provisional-checkout", card="1.1", declined=(BOB,))


def test_a_room_is_told_the_updates_that_were_posted_before_it_opened() -> None:
    story = declared()
    story.do(c.PostUpdate(text=Text("the pool is full")))
    version = story.incident.version
    assert f.PostToRoom(stream=STREAM, version=version) not in story.owed
    story.do(MADE)
    assert f.PostToRoom(stream=STREAM, version=version) in story.owed
    story.do(c.CardShown(channel=ROOM, ts="1.1"))
    story.do(c.RoomWasArchived())
    assert story.incident.unheard == ()


def test_a_provisional_room_is_taken_over_with_its_message_as_the_card() -> None:
    story = declared()
    events = story.do(TAKEN)
    assert story.incident.room is not None
    assert story.incident.room.name == "inc-provisional-checkout"
    assert story.incident.card == MessageRef(channel=ROOM, ts="1.1")
    assert f.RenameRoom(stream=STREAM) in story.owed
    assert f.PinCard(stream=STREAM) in story.owed
    assert f.InviteDeclarer(stream=STREAM, user=ANN) in story.owed
    assert events[-1] == e.IncidentAdopted(name="inc-provisional-checkout", recorded_at=story.now)


def test_who_left_a_private_provisional_room_is_not_called_again() -> None:
    story = declared(replace(declare(), private=True, invite=(BOB, CLEO)))
    story.do(TAKEN)
    assert f.InviteResponders(stream=STREAM, who=(CLEO,)) in story.owed
    assert story.incident.insiders == {ANN}


def test_an_incident_that_has_its_room_keeps_it() -> None:
    story = with_room()
    assert story.do(replace(TAKEN, channel="C0OTHER")) == NOTHING
    assert story.incident.room is not None
    assert story.incident.room.channel == ROOM


def test_the_card_once_it_stands_is_pinned_and_explained() -> None:
    story = declared()
    story.do(MADE)
    story.do(c.CardShown(channel=ROOM, ts="1.1"))
    assert story.owed == [f.PinCard(stream=STREAM), f.PostGuidelines(stream=STREAM)]


def test_what_is_reported_twice_happened_once() -> None:
    story = with_room()
    for command in (
        MADE,
        c.CardShown(channel=ROOM, ts="1.1"),
        c.AnnouncementShown(channel=FEED, ts="2.2"),
        c.PersonEntered(user=ANN),
        c.PersonLeft(user=BOB),
        c.RoomWasRenamed(name="inc-42-checkout-is-down"),
        c.RoomWasUnarchived(),
        c.EffectWorked(effect="PinCard"),
    ):
        assert story.do(command) == NOTHING


def test_before_there_is_a_room_nothing_happens_to_it() -> None:
    story = declared()
    for command in (
        c.RoomWasRenamed(name="x"),
        c.RoomWasArchived(),
        c.RoomWasUnarchived(),
        c.PostVanished(channel=ROOM, ts="1.1"),
    ):
        assert story.do(command) == NOTHING


def test_a_card_posted_anew_is_followed() -> None:
    story = with_room()
    story.do(c.CardShown(channel=ROOM, ts="9.9"))
    story.do(c.AnnouncementShown(channel=FEED, ts="8.8"))
    assert story.incident.card == MessageRef(channel=ROOM, ts="9.9")
    assert story.incident.announcement == MessageRef(channel=FEED, ts="8.8")


def test_a_card_deleted_by_hand_is_owed_anew() -> None:
    story = with_room()
    assert story.do(c.PostVanished(channel=ROOM, ts="1.1")) == [e.PostLost(post="card")]
    assert story.incident.card is None
    assert story.owed == [f.ShowCard(stream=STREAM)]


def test_an_announcement_deleted_by_hand_is_owed_anew() -> None:
    story = with_room()
    story.do(c.PostVanished(channel=FEED, ts="2.2"))
    assert story.incident.announcement is None
    assert story.owed == [f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE)]
    assert story.do(c.PostVanished(channel=FEED, ts="7.7")) == NOTHING


def test_that_the_bot_was_away_goes_on_the_record_and_to_the_room() -> None:
    story = with_room()
    since = MONDAY_NOON - minutes(12)
    away = Absence(since=since, until=MONDAY_NOON)
    [event] = story.do(c.HistoryWasRead(messages=34, since=since, away=away))
    assert event == e.HistoryRead(messages=34, since=since, away=away)
    assert [type(owed) for owed in story.owed] == [f.PostToRoom]
    assert story.do(c.HistoryWasRead(messages=0, since=since)) == NOTHING
    [odd] = story.do(c.HistoryWasRead(messages=0, since=since, unreadable=1))
    assert odd == e.HistoryRead(messages=0, since=since, unreadable=1)


@pytest.mark.parametrize(
    "deed",
    [c.Join(), c.TakeRole(role="scribe"), c.AddNote(text=Text("looking"))],
    ids=lambda deed: type(deed).__name__,
)
def test_what_somebody_else_does_takes_it_up(deed: c.Command) -> None:
    story = with_room()
    story.do(c.GiveRole(role="operations", to=BOB))
    story.do(c.PagePerson(to=BOB))
    story.do(c.PersonEntered(user="UEVE"))
    assert story.incident.at("acknowledged") is None, "nobody has lifted a finger yet"
    story.passes(minutes(2))
    story.do(deed, by=BOB)
    assert story.incident.at("acknowledged") == MONDAY_NOON + minutes(2)


def test_an_update_takes_it_up_even_the_declarers_own() -> None:
    story = with_room()
    story.do(c.AddNote(text=Text("looking")))
    assert story.incident.at("acknowledged") is None
    story.do(c.PostUpdate(text=Text("we look into it")))
    assert story.incident.at("acknowledged") == MONDAY_NOON


def test_somebody_else_who_comes_by_themselves_is_the_first_sign_that_it_is_taken_up() -> None:
    story = with_room()
    assert story.incident.at("acknowledged") is None
    story.passes(minutes(3))
    story.do(c.PersonEntered(user=BOB))
    assert story.owed == [f.BriefJoiner(stream=STREAM, user=BOB)]
    assert story.incident.at("acknowledged") is None, "somebody may have brought them in"
    story.passes(minutes(3))
    story.do(c.PersonEntered(user="UEVE", unasked=True))
    assert story.incident.at("acknowledged") == MONDAY_NOON + minutes(6)
    assert story.incident.members == {ANN, BOB, "UEVE"}
    story.do(c.PersonLeft(user=BOB))
    assert story.incident.members == {ANN, "UEVE"}
    assert BOB in story.incident.responders


def test_joining_is_asking_to_be_brought_in() -> None:
    story = with_room()
    assert story.do(c.Join(), by=GUS) == [e.JoinAsked(user=GUS.user)]
    assert story.owed == [f.InviteResponders(stream=STREAM, who=(GUS.user,))]


def test_who_is_in_needs_no_invitation() -> None:
    assert f"<#{ROOM}>" in with_room().refuses(NotNow, c.Join(), by=ANN).message


def test_a_room_that_is_not_there_cannot_be_joined() -> None:
    assert "being made" in declared().refuses(NotNow, c.Join(), by=BOB).message
    story = with_room()
    story.do(c.RoomWasArchived())
    assert "archived" in story.refuses(NotNow, c.Join(), by=BOB).message


def test_a_room_renamed_by_hand_is_followed() -> None:
    story = with_room()
    story.do(c.RoomWasRenamed(name="war-room"))
    assert story.incident.room is not None
    assert story.incident.room.name == "war-room"
    assert story.owed == []


def test_an_archived_room_leaves_the_incident_as_it_is() -> None:
    story = with_room()
    story.do(c.RoomWasArchived())
    assert story.incident.phase == "triage"
    assert story.do(c.RoomWasArchived()) == NOTHING
    story.do(c.SetStatus(status="monitoring", category="data"))
    for kind in (f.PostToRoom, f.ShowCard, f.ShowTopic):
        assert not story.owes(kind)
    assert story.owes(f.ShowAnnouncement)


def test_a_room_brought_back_shows_the_present() -> None:
    story = with_room()
    story.do(c.RoomWasArchived())
    story.do(c.RoomWasUnarchived())
    assert story.owed == [
        f.ShowCard(stream=STREAM),
        f.ShowTopic(stream=STREAM),
        f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE),
    ]


def test_a_new_room_brings_everybody_along() -> None:
    story = with_room()
    story.do(c.PersonEntered(user=BOB))
    story.do(c.RoomWasArchived())
    story.do(c.MakeNewRoom())
    assert story.owed == [f.CreateRoom(stream=STREAM, suffix=2)]
    story.refuses(NotNow, c.MakeNewRoom())
    story.do(c.RoomMade(channel="CROOM2", name="inc-42-checkout-is-down-2"))
    assert f.InviteResponders(stream=STREAM, who=(BOB,)) in story.owed
    assert story.incident.members == frozenset()


def out_of_a_private_room(*people: str) -> Story:
    """These were in it and are not any more; Ann and Bob still are."""
    command = c.Declare(title=Text("x"), private=True, number=42, invite=("UDAN", "SOPS"))
    story = with_room(command)
    for user in (BOB, *people):
        story.do(c.PersonEntered(user=user))
    for user in people:
        story.do(c.PersonLeft(user=user))
    return story


def test_who_is_out_of_a_private_room_is_not_brought_into_the_next() -> None:
    story = out_of_a_private_room(CLEO, "UDAN", ANN)
    story.do(c.RoomWasArchived())
    story.do(c.MakeNewRoom(), by=BOB)
    story.do(c.RoomMade(channel="CROOM2", name="inc-42-2"))
    assert story.owes(f.InviteResponders) == [f.InviteResponders(stream=STREAM, who=("SOPS", BOB))]
    assert story.owes(f.InviteDeclarer) == []


@pytest.mark.parametrize("effect", ["InviteResponders", "InviteDeclarer"])
def test_nor_by_trying_an_invitation_again(effect: str) -> None:
    story = out_of_a_private_room(CLEO, "UDAN", ANN)
    story.do(c.EffectGivenUp(effect=effect, why="Slack was away."), by=BOB)
    story.do(c.RetryEffect(effect=effect), by=BOB)
    invited = [*story.owes(f.InviteResponders), *story.owes(f.InviteDeclarer)]
    assert invited in ([], [f.InviteResponders(stream=STREAM, who=("SOPS",))])


def test_nor_when_a_graver_level_calls_them() -> None:
    levels = [replace(level, invite=(CLEO, "UEVE")) for level in Process().severities]
    story = out_of_a_private_room(CLEO)
    story.process = Process(severities=tuple(levels))
    story.do(c.SetSeverity(severity="sev1"))
    assert story.owes(f.InviteResponders) == [f.InviteResponders(stream=STREAM, who=("UEVE",))]


@pytest.mark.parametrize(
    "asked", [c.GiveRole(role="scribe", to=CLEO), c.OfferHandover(to=CLEO)], ids=["role", "command"]
)
def test_who_is_asked_back_belongs_there_again(asked: c.AskedOfIncident) -> None:
    story = out_of_a_private_room(CLEO)
    story.do(asked)
    assert f.InviteResponders(stream=STREAM, who=(CLEO,)) in story.owed
    assert CLEO not in story.incident.parted


def test_a_public_room_brings_along_who_left_the_last_one() -> None:
    story = with_room()
    story.do(c.PersonEntered(user=BOB))
    story.do(c.PersonLeft(user=BOB))
    story.do(c.RoomWasArchived())
    story.do(c.MakeNewRoom())
    story.do(c.RoomMade(channel="CROOM2", name="inc-42-checkout-is-down-2"))
    assert f.InviteResponders(stream=STREAM, who=(BOB,)) in story.owed


def test_the_topic_is_set_anew_for_what_it_shows() -> None:
    story = with_room()
    unseen: list[c.Command] = [
        c.GiveRole(role="scribe", to=BOB),
        c.DropRole(role="scribe"),
        c.PostUpdate(text=Text("x")),
    ]
    for command in unseen:
        story.do(command)
        assert not story.owes(f.ShowTopic), command
    seen: list[c.Command] = [
        c.GiveRole(role="commander", to=BOB),
        c.DropRole(role="commander"),
        c.SetSeverity(severity="sev2"),
        c.SetStatus(status="investigating", category="data"),
    ]
    for command in seen:
        story.do(command)
        assert len(story.owes(f.ShowTopic)) == 1, command


def test_a_room_that_is_there_needs_no_new_one() -> None:
    assert f"<#{ROOM}>" in with_room().refuses(NotNow, c.MakeNewRoom()).message
    assert "being made" in declared().refuses(NotNow, c.MakeNewRoom()).message


@pytest.mark.parametrize("command", [c.Join(), c.MakeNewRoom()])
def test_a_room_that_could_not_be_made_offers_a_retry(command: c.AskedOfIncident) -> None:
    story = declared()
    story.do(c.EffectGivenUp(effect="CreateRoom", why="Channels may not be created."))
    refusal = story.refuses(NotNow, command, by=BOB)
    assert "Channels may not be created." in refusal.message
    story.takes_way_out(refusal)
    assert story.owed == [f.CreateRoom(stream=STREAM)]


# ── What could not be done ──


def test_a_failure_is_on_the_card_until_it_worked() -> None:
    story = with_room()
    failed = c.EffectGivenUp(effect="AddBookmark", why="Slack allows no bookmarks here.")
    story.do(failed)
    assert story.incident.failures["AddBookmark"].why == "Slack allows no bookmarks here."
    assert story.owed == [f.ShowCard(stream=STREAM)]
    assert story.do(failed) == NOTHING
    story.do(c.EffectGivenUp(effect="AddBookmark", why="It still does not."))
    assert story.incident.failures["AddBookmark"].why == "It still does not."
    story.do(c.EffectWorked(effect="AddBookmark"))
    assert story.incident.failures == {}
    assert story.owed == [f.ShowCard(stream=STREAM)]


@pytest.mark.parametrize("effect", ["CreateRoom", "ShowCard"])
def test_without_room_or_card_the_declarer_hears_of_the_failure(effect: str) -> None:
    story = declared()
    story.do(c.EffectGivenUp(effect=effect, why="Channels may not be created."))
    version = story.incident.version
    assert story.owed == [f.TellPerson(stream=STREAM, version=version, user=ANN)]


RETRIES: dict[str, f.Effect] = {
    "CreateRoom": f.CreateRoom(stream=STREAM, suffix=1),
    "InviteDeclarer": f.InviteDeclarer(stream=STREAM, user=ANN),
    "InviteResponders": f.InviteResponders(stream=STREAM, who=("SOPS", BOB)),
    "ShowCard": f.ShowCard(stream=STREAM),
    "PinCard": f.PinCard(stream=STREAM),
    "PostGuidelines": f.PostGuidelines(stream=STREAM),
    "ShowTopic": f.ShowTopic(stream=STREAM),
    "AddBookmark": f.AddBookmark(stream=STREAM),
    "ShowAnnouncement": f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE),
    "PostToRoom:17": f.PostToRoom(stream=STREAM, version=17),
    "PostToFeed:17": f.PostToFeed(stream=STREAM, version=17, workspace=WORKSPACE),
    "TellPerson:17:UBOB": f.TellPerson(stream=STREAM, version=17, user=BOB),
    "Whisper:17:UBOB": f.Whisper(stream=STREAM, version=17, user=BOB),
    "BriefJoiner:UBOB": f.BriefJoiner(stream=STREAM, user=BOB),
    "ShowMark:CROOM:1.1": f.ShowMark(stream=STREAM, channel=ROOM, ts="1.1"),
    "CompileReview": f.CompileReview(stream=STREAM, complete=False),
}


@pytest.mark.parametrize(("name", "effect"), RETRIES.items())
def test_retry_owes_again_what_was_given_up(name: str, effect: f.Effect) -> None:
    story = with_room(c.Declare(title=Text("x"), invite=("SOPS",), number=42))
    story.do(c.GiveRole(role="scribe", to=BOB))
    story.do(c.EffectGivenUp(effect=name, why="Slack was away."))
    story.do(c.RetryEffect(effect=name))
    again = [owed for owed in story.owed if owed == effect]
    assert len(again) == 1
    assert again[0].name == name.removesuffix(":1")
    assert f.ShowCard(stream=STREAM) in story.owed
    story.refuses(NotNow, c.RetryEffect(effect=name))


@pytest.mark.parametrize(
    "name", ["AnswerWithRoom", "Nonsense", "", "PostToRoom", "PostToRoom:x", "Nonsense:1", "::"]
)
def test_what_cannot_be_tried_again_only_leaves_the_card(name: str) -> None:
    story = with_room()
    story.do(c.EffectGivenUp(effect=name, why="Slack was away."))
    story.do(c.RetryEffect(effect=name))
    assert story.owed == [f.ShowCard(stream=STREAM)]
    assert story.incident.failures == {}


# ── Who is told outside the room ──


@pytest.mark.parametrize(
    "command",
    [
        c.Declare(title=Text("x"), private=True, number=1),
        c.Declare(title=Text("x"), drill=True, number=1),
        declare(severity="sev4"),
    ],
    ids=["private", "drill", "sev4"],
)
def test_private_incidents_drills_and_the_lowest_level_are_announced_nowhere(
    command: c.Declare,
) -> None:
    story = declared(command)
    story.do(MADE)
    happened = [*story.owed]
    story.do(c.PostUpdate(text=Text("x")))
    happened += story.owed
    story.do(c.Resolve(category="data"))
    happened += story.owed
    assert not [o for o in happened if isinstance(o, f.ShowAnnouncement | f.PostToFeed)]


def test_drills_go_to_their_own_feed_if_there_is_one() -> None:
    process = Process(drill_feed="drills")
    story = declared(c.Declare(title=Text("x"), drill=True, number=1), process=process)
    story.do(MADE)
    assert f.ShowAnnouncement(stream=STREAM, workspace="T1:drill") in story.owed
    story.do(c.PostUpdate(text=Text("x")))
    feeds = [owed.workspace for owed in story.owed if isinstance(owed, f.PostToFeed)]
    assert feeds == ["T1:drill"]


def test_a_closed_incidents_room_may_be_made_anew_for_its_review() -> None:
    story = closed()
    story.do(c.RoomWasArchived())
    story.do(c.MakeNewRoom())
    assert story.owed == [f.CreateRoom(stream=STREAM, suffix=2)]
