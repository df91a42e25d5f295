"""Whose words an event has: whoever's they are, and however they came there, an erasure finds them.

Commands, timers and reports of all kinds come in any order, each with words that name who wrote
them. What a person wrote is then looked for in every text of the record. A new command, event or
field takes part by itself; one that hides words from the record's texts is refused by its type.
"""

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import create_engine, select

from bot.domain import commands as c
from bot.domain.process import Paging
from bot.domain.refusals import Refused
from bot.domain.values import Actor, MessageRef, Text
from bot.storage import authorship, streams
from bot.storage import tables as t
from bot.storage.codec import COMMANDS, INCIDENT_EVENTS, RECORD_EVENTS, WORKSPACE_EVENTS
from tests.domain import test_any_order as usual
from tests.domain.vocabulary import ANN, BOB, CLEO, GUS, ROOM, STREAM, WORKSPACE, Story

PROCESS = replace(usual.PROCESS, paging=Paging(times=1, then=("UDORA", "UEVE", "UFAY")))
TAG = re.compile(r"«(\w+)»")
Hint = Any


def hints_of(kind: type) -> Mapping[str, Hint]:
    return get_type_hints(kind)


def parts_of(hint: Hint) -> Iterator[Hint]:
    """A type and all that it is made of."""
    yield hint
    if isinstance(hint, type) and is_dataclass(hint):
        for inner in hints_of(hint).values():
            yield from parts_of(inner)
    for inner in get_args(hint):
        yield from parts_of(inner)


def holds_text(hint: Hint) -> bool:
    return any(part is Text for part in parts_of(hint))


# ── Commands of every kind, made by their types ─────────────────────────────────────────────────

SIMPLE: Mapping[Hint, st.SearchStrategy[Any]] = {
    Text: st.just(Text("words")),
    int: usual.NUMBERS,
    bool: st.booleans(),
    datetime: usual.MOMENTS,
    timedelta: st.just(timedelta(minutes=5)),
    MessageRef: usual.SOURCES,
}
NAMED: Mapping[str, st.SearchStrategy[Any]] = {
    "role": usual.ROLE,
    "status": usual.STATUS,
    "severity": usual.SEVERITY,
    "effect": usual.EFFECTS,
    "path": usual.PATHS,
    "run": usual.RUNS,
    "channel": usual.CHANNELS,
    "ts": usual.TSS,
    "playbook": st.sampled_from(["outage", "resolving"]),
}


def made(name: str, hint: Hint) -> st.SearchStrategy[Any]:
    """Values for a field, by its name and type."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if hint is str:
        return NAMED.get(name, usual.USERS)
    origin: Any = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return st.one_of(*(made(name, part) for part in get_args(hint)))
    if origin is tuple:
        return st.just(())
    if hint is type(None):
        return st.none()
    if origin is Literal:
        return st.sampled_from(get_args(hint))
    return st.from_type(hint)


def any_of(kind: type) -> st.SearchStrategy[Any]:
    hints = hints_of(kind)
    values = {each.name: made(each.name, hints[each.name]) for each in fields(kind)}
    return st.builds(kind, **values)


ANY = [
    any_of(kind) for kind in COMMANDS.values() if kind not in {c.Declare, c.EmptyWords, c.AdoptRoom}
]


class WhoseWords(RuleBasedStateMachine):
    """One incident, in which everybody's words bear their name."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(process=PROCESS)

    @initialize(private=st.booleans())
    def begins(self, private: bool) -> None:  # noqa: FBT001 - hypothesis fills it in
        self.does(c.Declare(title=Text("x"), private=private, number=42), ANN)
        self.story.do(c.RoomMade(channel=ROOM, name="inc-42"))
        for user in (ANN, BOB, CLEO):
            self.story.do(c.PersonEntered(user=user))
        self.does(c.Edit(impact=Text("y"), category="data"), BOB)

    @rule(command=st.one_of(*ANY), by=usual.PEOPLE)
    def anything_happens(self, command: c.Command, by: Actor) -> None:
        self.does(command, by.user)

    @rule(command=st.one_of(usual.EDITING, usual.WORKING), by=usual.PEOPLE)
    def somebody_works(self, command: c.Command, by: Actor) -> None:
        self.does(command, by.user)

    @rule(command=usual.TELLING, by=usual.PEOPLE)
    def somebody_tells(self, command: c.Command, by: Actor) -> None:
        self.does(command, by.user)

    @rule(command=usual.MOVING, by=usual.PEOPLE)
    def somebody_moves_it(self, command: c.Command, by: Actor) -> None:
        self.does(command, by.user)

    @rule(text=SIMPLE[Text], to=st.sampled_from([BOB, CLEO]), by=usual.PEOPLE)
    def somebody_is_called(self, text: Text, to: str, by: Actor) -> None:
        self.does(c.PagePerson(to=to, text=text), by.user)

    @rule(minutes=st.sampled_from([6, 30]))
    def time_goes_by(self, minutes: int) -> None:
        self.story.passes(timedelta(minutes=minutes))

    def does(self, command: c.Command, by: str) -> None:
        try:
            self.story.do(signed(command, by), by)
        except Refused:
            return

    def teardown(self) -> None:
        engine = create_engine("sqlite://")
        t.metadata.create_all(engine)
        with engine.begin() as connection:
            for one in self.story.record:
                at = streams.peek(connection, STREAM)
                stamp = streams.Stamp(
                    happened_at=one.happened_at,
                    recorded_at=one.recorded_at,
                    actor=one.actor,
                    cause="",
                    correlation="",
                    rule="",
                )
                streams.append(connection, STREAM, WORKSPACE, at, events=[one.event], stamp=stamp)
            standing = connection.execute(select(t.texts)).all()
            kept = authorship.texts_of(connection, STREAM)
            assert len(kept) == len(standing), "retention has all"
            for user in (ANN, BOB, CLEO, GUS.user):
                found = authorship.texts_by(connection, WORKSPACE, user).get(STREAM, [])
                reached = {(one.version, one.field) for one in found}
                for row in standing:
                    if user in TAG.findall(row.body) and (row.version, row.field) not in reached:
                        event = type(self.story.record[row.version - 1].event).__name__
                        pytest.fail(
                            f"{event}.{row.field} repeats what {user} wrote, and an erasure does "
                            "not find it: teach bot/storage/authorship.py whose words these are"
                        )
        engine.dispose()


def signed(command: c.Command, by: str) -> c.Command:
    """Have all words of a command name who wrote them."""
    hints = hints_of(type(command))
    texts = {
        each.name: Text(f"{getattr(command, each.name)[:90]} «{by}»")
        for each in fields(command)
        if holds_text(hints[each.name]) and getattr(command, each.name)
    }
    signed_by: c.Command = replace(command, **texts)  # type: ignore[arg-type]  # fields by name
    return signed_by


TestWhoseWords = WhoseWords.TestCase
TestWhoseWords.settings = settings(max_examples=35, stateful_step_count=30)


# ── Words that are no texts ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", INCIDENT_EVENTS.values(), ids=lambda kind: kind.__name__)
def test_words_of_people_are_texts_of_their_event(kind: type) -> None:
    """The record takes texts out of the fields of an event, and out of nothing within them."""
    for name, hint in hints_of(kind).items():
        if holds_text(hint):
            assert hint in (Text, Text | None), f"{kind.__name__}.{name} hides words in {hint}"


@pytest.mark.parametrize(
    "kind", [*WORKSPACE_EVENTS.values(), *RECORD_EVENTS.values()], ids=lambda kind: kind.__name__
)
def test_what_is_no_incidents_holds_no_words_of_people(kind: type) -> None:
    """Nothing empties these streams."""
    assert not any(map(holds_text, hints_of(kind).values()))
