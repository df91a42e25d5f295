"""Reactions, pins, comings and goings, and changes of rooms in Slack's shapes (contract §5.3)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.commands import RoomWasArchived, RoomWasRenamed, RoomWasUnarchived
from bot.domain.values import moment_of
from bot.slack.events import FAMILIES, membership, pins, reactions, rooms
from bot.slack.events.marking import Mark

TS, AT = "1610241741.000200", "1610241800.000300"
REACTION: dict[str, Any] = {
    "type": "reaction_added",
    "user": "U0ANN",
    "reaction": "pushpin",
    "item": {"type": "message", "channel": "C1", "ts": TS},
    "item_user": "U0BOB",
    "event_ts": AT,
}
PIN: dict[str, Any] = {
    "type": "pin_added",
    "user": "U0ANN",
    "channel_id": "C1",
    "item": {
        "type": "message",
        "channel": "C1",
        "created": 1610241800,
        "created_by": "U0ANN",
        "message": {"ts": TS, "user": "U0BOB", "permalink": "https://acme.slack.com/p"},
    },
    "event_ts": AT,
}


def test_a_reaction_names_the_message_its_author_and_when_it_was_set() -> None:
    read = reactions.parse(REACTION)
    assert read is not None
    assert (read.channel, read.ts, read.author, read.at, read.added) == (
        "C1",
        TS,
        "U0BOB",
        AT,
        True,
    )


def test_a_skin_is_no_other_reaction() -> None:
    read = reactions.parse({**REACTION, "reaction": "pushpin::skin-tone-3"})
    assert read is not None
    assert read.name == "pushpin"


def test_a_reaction_to_a_bots_message_may_not_name_its_author() -> None:
    event = {key: value for key, value in REACTION.items() if key != "item_user"}
    read = reactions.parse({**event, "type": "reaction_removed"})
    assert read is not None
    assert (read.author, read.added) == ("", False)


def test_reactions_to_files_are_none_of_ours() -> None:
    assert reactions.parse({**REACTION, "item": {"type": "file", "file": "F1"}}) is None


def test_a_pin_names_message_author_and_address() -> None:
    read = pins.parse(PIN)
    assert read is not None
    assert (read.channel, read.ts, read.author) == ("C1", TS, "U0BOB")
    assert (read.permalink, read.added) == ("https://acme.slack.com/p", True)


def test_pinned_files_are_none_of_ours() -> None:
    assert pins.parse({**PIN, "item": {"type": "file", "file": {}}}) is None


def test_a_reaction_is_its_persons_a_pin_is_everybodys() -> None:
    def about(how: Any, user: str) -> str:
        return Mark(workspace="T1", stream="s", channel="C1", ts=TS, how=how, user=user).about

    assert about("reaction", "U1") != about("reaction", "U2")
    assert about("pin", "U1") == about("pin", "U2")


@pytest.mark.parametrize(
    ("kind", "here"), [("member_joined_channel", True), ("member_left_channel", False)]
)
def test_coming_and_going(kind: str, here: bool) -> None:  # noqa: FBT001 - the example
    event = {"type": kind, "user": "U0ANN", "channel": "C1", "channel_type": "C", "event_ts": AT}
    read = membership.parse(event)
    assert (read.user, read.channel, read.at, read.here) == ("U0ANN", "C1", AT, here)


@pytest.mark.parametrize("kind", ["channel", "group"])
def test_what_is_done_to_a_room(kind: str) -> None:
    renamed = {
        "type": f"{kind}_rename",
        "channel": {"id": "C1", "name": "war-room", "created": 1},
        "event_ts": AT,
    }
    read = rooms.parse(renamed)
    assert (read.channel, read.command) == ("C1", RoomWasRenamed(name="war-room"))
    for what, command in {
        "archive": RoomWasArchived(),
        "unarchive": RoomWasUnarchived(),
        "deleted": RoomWasArchived(),
    }.items():
        event = {"type": f"{kind}_{what}", "channel": "C1", "user": "U0ANN", "event_ts": AT}
        read = rooms.parse(event)
        assert (read.channel, read.command) == ("C1", command)


def test_private_rooms_are_followed_like_public_ones() -> None:
    public = {kind.partition("_")[2] for kind in FAMILIES if kind.startswith("channel_")}
    private = {kind.partition("_")[2] for kind in FAMILIES if kind.startswith("group_")}
    assert public - private == {"id_changed"}


def test_a_ts_names_a_moment() -> None:
    assert moment_of(TS) == datetime(2021, 1, 10, 1, 22, 21, 200, tzinfo=UTC)
    assert moment_of("1610241741") == datetime(2021, 1, 10, 1, 22, 21, tzinfo=UTC)
    assert moment_of("yesterday") is None
    assert moment_of("") is None
