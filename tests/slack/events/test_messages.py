"""Message events in Slack's shapes (contract §5.2) become values, or nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.events.messages import Told, Vanished, parse
from bot.slack.events.reading import NOTICES, said
from bot.storage.messages import SharedFile
from bot.storage.selves import Self

ME = Self(workspace="T1", user="U0BOT", bot="B0BOT", url="https://acme.slack.com/")
TS, LATER = "1610241741.000200", "1610241800.000300"
FIRST: dict[str, Any] = {
    "type": "message",
    "channel": "C1",
    "channel_type": "channel",
    "user": "U0ANN",
    "text": "It is down",
    "ts": TS,
    "event_ts": TS,
    "client_msg_id": "1",
    "blocks": [{"type": "rich_text"}],
}


def told(event: dict[str, Any]) -> Any:
    read = parse(event, "T1", ME)
    assert isinstance(read, Told)
    return read.said


def changed(message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "C1",
        "channel_type": "channel",
        "ts": LATER,
        "event_ts": LATER,
        "message": message,
        **more,
    }


def test_a_message() -> None:
    kept = told(FIRST)
    assert (kept.channel, kept.ts, kept.as_of) == ("C1", TS, TS)
    assert (kept.user, kept.text, kept.thread_ts, kept.edited_ts) == (
        "U0ANN",
        "It is down",
        None,
        None,
    )


def test_a_reply_names_its_thread_and_a_threads_first_message_does_not() -> None:
    assert told({**FIRST, "thread_ts": "1610000000.000100"}).thread_ts == "1610000000.000100"
    assert told({**FIRST, "thread_ts": TS}).thread_ts is None


def test_a_broadcast_reply_is_a_reply() -> None:
    event = {**FIRST, "subtype": "thread_broadcast", "thread_ts": "1.2", "root": {"text": "?"}}
    assert told(event).thread_ts == "1.2"


def test_shared_files_keep_name_and_link() -> None:
    file = {"id": "F1", "name": "a.png", "title": "The graph", "mimetype": "image/png",
            "permalink": "https://acme.slack.com/files/F1"}  # fmt: skip
    kept = told({**FIRST, "subtype": "file_share", "files": [file, {"id": "F2"}], "text": ""})
    assert kept.files == (
        SharedFile(name="The graph", link="https://acme.slack.com/files/F1", kind="image/png"),
        SharedFile(name="F2"),
    )


def test_what_other_bots_say_is_kept_under_their_id() -> None:
    event = {**FIRST, "subtype": "bot_message", "bot_id": "B1", "username": "prometheus"}
    del event["user"]
    assert told(event).user == "B1"


def test_a_bot_that_says_all_in_attachments_is_understood() -> None:
    event = {**FIRST, "text": "", "attachments": [{"fallback": "CPU at 99 %"}, {"title": "web-1"}]}
    assert told(event).text == "CPU at 99 %\nweb-1"


@pytest.mark.parametrize("by", [{"user": "U0BOT"}, {"bot_id": "B0BOT", "user": None}])
def test_what_the_bot_says_itself_is_not_kept(by: dict[str, Any]) -> None:
    assert parse({**FIRST, **by}, "T1", ME) is None
    assert parse(changed({**FIRST, **by}), "T1", ME) is None


@pytest.mark.parametrize("subtype", sorted(NOTICES))
def test_slacks_own_remarks_are_not_kept(subtype: str) -> None:
    assert parse({**FIRST, "subtype": subtype}, "T1", ME) is None


@pytest.mark.parametrize("subtype", ["me_message", "huddle_thread", "something_new"])
def test_what_is_said_in_a_way_not_known_yet_is_kept(subtype: str) -> None:
    assert told({**FIRST, "subtype": subtype}).text == "It is down"


@pytest.mark.parametrize("place", [{"channel_type": "im"}, {"channel": "D1"}])
def test_direct_messages_are_not_read(place: dict[str, Any]) -> None:
    assert parse({**FIRST, **place}, "T1", ME) is None


def test_an_edit_is_as_new_as_the_event_that_tells_of_it() -> None:
    kept = told(
        changed(
            {**FIRST, "text": "It is up", "edited": {"user": "U0ANN", "ts": "1610241799.000000"}},
            previous_message=FIRST,
        )
    )
    assert (kept.ts, kept.text, kept.as_of) == (TS, "It is up", LATER)
    assert kept.edited_ts == "1610241799.000000"


def test_an_unfurled_link_is_no_edit() -> None:
    assert told(changed({**FIRST, "attachments": [{"title": "x"}]})).edited_ts is None


def test_a_reply_or_a_preview_makes_the_words_no_newer() -> None:
    counted = told(changed({**FIRST, "thread_ts": TS, "reply_count": 1}, previous_message=FIRST))
    assert (counted.text, counted.as_of) == ("It is down", TS)
    edited = {**FIRST, "text": "It is up", "edited": {"user": "U0ANN", "ts": "1610241750.000000"}}
    for before in ({"previous_message": edited}, {}):
        again = told(changed({**edited, "attachments": [{"title": "x"}]}, **before))
        assert TS < again.as_of < "1610241751", "as old as the edit"


def test_an_edit_read_from_history_is_newer_than_all_in_its_second() -> None:
    kept = said({**FIRST, "edited": {"ts": "1610241741.000000"}}, "T1", "C1")
    assert kept is not None
    assert TS < kept.as_of < LATER


def test_a_deletion() -> None:
    event = {
        **changed({}),
        "subtype": "message_deleted",
        "deleted_ts": TS,
        "previous_message": {**FIRST, "thread_ts": "1.2"},
    }
    read = parse(event, "T1", ME)
    assert isinstance(read, Vanished)
    assert (read.said.ts, read.said.deleted, read.said.text) == (TS, True, "")
    assert (read.said.user, read.said.thread_ts, read.own) == ("U0ANN", "1.2", False)


@pytest.mark.parametrize("previous", [{}, {"previous_message": []}, {"previous_message": None}])
def test_a_deletion_that_does_not_say_whose_message_it_was(previous: dict[str, Any]) -> None:
    event = {**changed({}), "subtype": "message_deleted", "deleted_ts": TS, **previous}
    read = parse(event, "T1", ME)
    assert isinstance(read, Vanished)
    assert read.own is None


def test_a_tombstone_is_a_deletion() -> None:
    tombstone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": TS,
                 "text": "This message was deleted.", "hidden": True, "thread_ts": TS}  # fmt: skip
    own = {**FIRST, "user": "U0BOT", "bot_id": "B0BOT"}
    read = parse(changed(tombstone, previous_message=own), "T1", ME)
    assert isinstance(read, Vanished)
    assert (read.said.ts, read.said.user, read.said.text, read.own) == (TS, "", "", True)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["user", "bot_id", "text", "thread_ts", "subtype"]), json))
def test_odd_values_in_known_fields_do_not_break_the_reading(odd: dict[str, Any]) -> None:
    odd = {key: value for key, value in odd.items() if not isinstance(value, list | dict)}
    parse({**FIRST, **odd}, "T1", ME)


def test_text_that_no_database_takes_is_read_without_what_is_broken() -> None:
    odd = {**FIRST, "text": "cut \ud83d in\0 half", "files": [{"title": "\udc00.png"}]}
    read = told(odd)
    assert read.text == "cut ? in half"
    assert read.files[0].name == "?.png"
