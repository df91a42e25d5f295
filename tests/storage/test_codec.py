"""Domain values ⇄ JSON: what is stored can be read again, today and by another version."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import events as e
from bot.domain.commands import Declare, SetSeverity
from bot.domain.effects import PostToRoom, ShowCard
from bot.domain.values import Text
from bot.storage import codec

_TIMES = st.datetimes(timezones=st.just(UTC))
st.register_type_strategy(datetime, _TIMES)
_LONG = timedelta(days=365 * 100)  # kept as seconds, to the microsecond for centuries
st.register_type_strategy(timedelta, st.timedeltas(-_LONG, _LONG))
_TEXT = st.text(max_size=40)


def _values(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(
        kind,
        **{
            f.name: _TEXT if hints[f.name] is Text else st.from_type(hints[f.name])
            for f in fields(kind)
        },
    )


@pytest.mark.parametrize("name", sorted(set(codec.EVENTS) - {"Unknown"}))
@settings(max_examples=15)
@given(data=st.data())
def test_every_event_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    event = data.draw(_values(codec.EVENTS[name]))
    packed = codec.pack_event(event)
    texts = {text.field: text.body for text in packed.texts}
    assert codec.unpack_event(packed.name, packed.body, texts) == event


@pytest.mark.parametrize("name", sorted(codec.COMMANDS))
@settings(max_examples=15)
@given(data=st.data())
def test_every_command_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    command = data.draw(_values(codec.COMMANDS[name]))
    assert codec.unpack_command(codec.pack_command(command)) == command


@pytest.mark.parametrize("name", sorted(codec.EFFECTS))
@settings(max_examples=15)
@given(data=st.data())
def test_every_effect_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    effect = data.draw(_values(codec.EFFECTS[name]))
    assert codec.unpack_effect(name, codec.pack_effect(effect)) == effect


def test_free_text_is_not_in_the_event() -> None:
    packed = codec.pack_event(
        e.NoteAdded(text=Text("Ann's phone is 555"), said_at=datetime.now(UTC))
    )
    assert b"phone" not in packed.body
    assert [text.body for text in packed.texts] == ["Ann's phone is 555"]


def test_the_same_text_leaves_different_digests() -> None:
    note = e.NoteAdded(text=Text("yes"), said_at=datetime.now(UTC))
    assert codec.pack_event(note).body != codec.pack_event(note).body


def test_erased_text_reads_as_erased() -> None:
    packed = codec.pack_event(e.NoteAdded(text=Text("x"), said_at=datetime.now(UTC)))
    event = codec.unpack_event(packed.name, packed.body, {"text": None})
    assert isinstance(event, e.NoteAdded)
    assert event.text == codec.ERASED


def test_an_event_of_a_newer_version_is_carried_as_it_is() -> None:
    body = b'{"mood":"calm"}'
    event = codec.unpack_event("MoodRecorded", body, {})
    assert event == e.Unknown(name="MoodRecorded", body=body.decode())
    packed = codec.pack_event(event)
    assert (packed.name, packed.body) == ("MoodRecorded", body)


def test_a_field_of_a_newer_version_is_left_out() -> None:
    packed = codec.pack_command(SetSeverity(severity="sev1"))
    name, body = json.loads(packed)
    newer = json.dumps([name, {**body, "mood": "calm"}])
    assert codec.unpack_command(newer) == SetSeverity(severity="sev1")


def test_a_stored_command_leaves_out_what_is_at_its_default() -> None:
    packed = codec.pack_command(Declare(title=Text("x")))
    assert packed == '["Declare",{"title":"x"}]'


def test_effects_hold_no_text_of_people() -> None:
    for kind in codec.EFFECTS.values():
        assert Text not in get_type_hints(kind).values(), kind
    assert codec.pack_effect(ShowCard(stream="s")) == '{"stream":"s"}'
    assert codec.pack_effect(PostToRoom(stream="s", version=3)) == '{"stream":"s","version":3}'


def test_a_known_event_in_a_form_of_a_newer_version_is_carried_as_it_is() -> None:
    for body in (b"{}", b'{"severity":1,"status":[]}', b"[]", b'"x"'):
        event = codec.unpack_event("IncidentDeclared", body, {})
        assert event == e.Unknown(name="IncidentDeclared", body=body.decode())
        assert codec.pack_event(event).body == body


def test_a_command_or_effect_of_a_newer_version_is_told_from_a_fault() -> None:
    for packed in ('["SingSong",{}]', '["SetSeverity",{}]', "[]"):
        with pytest.raises(codec.NotReadable):
            codec.unpack_command(packed)
    assert not codec.is_effect("SingSong", "{}")
    assert not codec.is_effect("PostToRoom", "{}")
    assert codec.is_effect("ShowCard", codec.pack_effect(ShowCard(stream="s")))
