"""A person's words are emptied, or those kept for long enough; the record stays whole."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.anchoring import (
    ErasureBegun,
    KeptLongEnough,
    PersonErased,
    RetentionRuled,
    of_record,
)
from bot.domain.commands import (
    AddFollowup,
    AddNote,
    Decline,
    Edit,
    PagePerson,
    PostUpdate,
    Reopen,
    ReviewWasCompiled,
    RoomMade,
    RoomWasMadePrivate,
    TakeRole,
)
from bot.domain.events import PersonPaged, WordsEmptied
from bot.domain.process import Paging, Process
from bot.domain.values import MUSTER, Actor, MessageRef, Text, at_the_terminal
from bot.engine import emptying as steps
from bot.engine import retaining
from bot.engine.emptier import Emptier
from bot.engine.emptying import Amount
from bot.engine.erasing import Erasing, Erasure, LeftForNewer
from bot.engine.message_log import MessageLog
from bot.engine.orders import Order
from bot.engine.retaining import Retaining
from bot.slack.events.messages import Told, parse
from bot.storage import (
    codec,
    directory,
    emptying,
    messages,
    retention,
    reviews,
    streams,
    verifying,
)
from bot.storage import tables as t
from bot.storage.batches import Writer
from bot.storage.codec import ERASED
from bot.storage.database import Connection, Database
from bot.storage.directory import Person
from bot.storage.emptying import MessagesToEmpty
from bot.storage.messages import Said, SharedFile
from bot.storage.opening import connect
from bot.storage.reviews import KeptReview
from bot.storage.selves import Self
from bot.storage.verifying import Report
from tests.databases import migrated
from tests.engine.rig import ANN, START, Rig, running

BOB = Actor(user="U0BOB")
ME = Self(workspace="T1", user="U0BOT", bot="B0BOT", url="https://acme.slack.com/")
ROOT = at_the_terminal("root")
RECORD = of_record("T1")
MARK = "Zanzibar"
"""What Bob writes everywhere, and nobody else anywhere."""


def said(second: int, words: str, user: str = "U0BOB", **more: Any) -> Said:
    ts = f"17726184{second:02}.000100"
    return Said(workspace="T1", channel="C1", ts=ts, as_of=ts, user=user, text=words, **more)


async def has_written(rig: Rig) -> str:
    """Have Bob write in every way, and Ann in between; return the incident."""
    declared = await rig.declares(f"{MARK} is down", actor=BOB, identity="d1")
    assert declared.done is not None
    stream = declared.done.incident.stream

    def room(connection: Connection) -> None:
        row = {"channel": "C1", "workspace": "T1", "stream": stream, "seen_to": "0"}
        connection.execute(t.rooms.insert(), [row])
        person = Person(
            workspace="T1",
            user="U0BOB",
            name=f"Bob {MARK}",
            timezone="Europe/London",
            guest=False,
            external=False,
            admin=False,
            deleted=True,
            bot=False,
            seen_at=START,
        )
        directory.keep(connection, person)
        document = KeptReview(
            stream=stream,
            workspace="T1",
            version=1,
            complete=False,
            document=f'"{MARK}"',
            digest="",
            compiled_at=START,
        )
        reviews.keep(connection, document)

    await rig.database.write(room)
    log = MessageLog(rig.database)
    await log.keep(
        said(1, f"It is {MARK}"),
        said(2, "I look", user="U0ANN"),
        said(3, "See", files=(SharedFile(name=f"{MARK}.png"),)),
    )
    await rig.asks(stream, AddNote(text=Text(f"{MARK} was restarted")), BOB)
    await rig.asks(stream, AddNote(text=Text("The pool was full")), ANN)
    await rig.asks(stream, PostUpdate(text=Text(f"We mend {MARK}")), BOB)
    marked = MessageRef(channel="C1", ts=said(1, "").ts)
    followup = AddFollowup(text=Text(f"It is {MARK}"), owner=None, due=None, source=marked)
    await rig.asks(stream, followup, ANN)
    await rig.asks(stream, ReviewWasCompiled(version=1, digest="", complete=False), ANN)
    return stream


async def declared(rig: Rig, title: str, **more: Any) -> str:
    answered = await rig.declares(title, **more)
    assert answered.done is not None
    return answered.done.incident.stream


def everything(connection: Connection) -> str:
    """All that the database holds, as one text."""
    return "\n".join(
        repr(tuple(row))
        for table in t.metadata.sorted_tables
        for row in connection.execute(select(table))
    )


async def verified(database: Database) -> Report:
    return await database.read(verifying.verify)


async def erases(rig: Rig, user: str = "U0BOB") -> Amount:
    """Erase a person from another process, an hour later."""
    rig.clock.advance(timedelta(hours=1))
    erasing = Erasing(rig.database, Rig(rig.database, clock=rig.clock).dispatcher)
    asked = Erasure(workspace="T1", user=user, by=ROOT, cause="terminal:root")
    return await erasing.erase(asked, rig.clock.now())


async def test_nothing_that_a_person_wrote_is_left_and_the_record_stays_whole(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await has_written(rig)
    assert MARK in await database.read(everything)
    amount = await erases(rig)
    assert amount == Amount(incidents=1, texts=4, messages=2)
    assert MARK not in await database.read(everything)
    report = await verified(database)
    assert (report.breaks, report.emptied) == ([], 4)
    notes = [one.event for one in await database.read(lambda c: streams.read(c, stream))]
    assert isinstance(notes[-1], WordsEmptied)
    assert any("The pool was full" in repr(event) for event in notes), "what others wrote stays"


async def test_it_is_on_record_who_asked_and_how_much_it_was(database: Database) -> None:
    rig = Rig(database)
    await has_written(rig)
    await erases(rig)
    recorded = await database.read(lambda c: streams.read(c, RECORD))
    event: Any = recorded[-1].event
    assert event == PersonErased(user="U0BOB", by=ROOT.user, incidents=1, texts=4, messages=2)


async def test_another_replica_forgets_what_it_had_in_mind(database: Database) -> None:
    rig = Rig(database)
    stream = await has_written(rig)
    assert MARK in (await rig.state(stream)).title
    await erases(rig)
    assert (await rig.state(stream)).title == ERASED
    await rig.asks(stream, Edit(impact=Text("Nobody can pay")), ANN)
    assert MARK not in await database.read(everything), "and does not write it again"


async def test_the_card_the_announcement_and_the_review_are_owed_again(
    database: Database,
) -> None:
    rig = Rig(database)
    await has_written(rig)
    await erases(rig)

    def owed(connection: Connection) -> set[str]:
        return set(connection.execute(select(t.outbox.c.kind)).scalars())

    assert "CompileReview" in await database.read(owed)


async def test_what_slack_tells_again_does_not_bring_it_back(database: Database) -> None:
    rig = Rig(database)
    await has_written(rig)
    await erases(rig)
    again = said(1, f"It is {MARK}")
    await MessageLog(database).keep(again, replace(again, as_of=f"{again.ts[:10]}.999999"))
    kept = await database.read(lambda c: messages.one(c, "C1", again.ts))
    assert kept is not None
    assert (kept.text, kept.files, kept.user) == (ERASED, (), "U0BOB")
    assert (await verified(database)).breaks == []


async def test_neither_does_a_reply_to_it_but_what_they_write_anew_is_kept(
    database: Database,
) -> None:
    rig = Rig(database)
    await has_written(rig)
    await erases(rig)
    ts = said(1, "").ts
    words = {"type": "message", "user": "U0BOB", "text": f"It is {MARK}", "ts": ts}
    edited = {**words, "text": "It is mended", "edited": {"user": "U0BOB", "ts": "1799999999.0"}}
    for now, left in (({**words, "thread_ts": ts, "reply_count": 1}, ERASED), (edited, "It is")):
        changed = {
            "subtype": "message_changed",
            "channel": "C1",
            "ts": "1799999999.000100",
            "message": now,
            "previous_message": words,
        }
        told = parse(changed, "T1", ME)
        assert isinstance(told, Told)
        await MessageLog(database).keep(told.said)
        kept = await database.read(lambda c: messages.one(c, "C1", ts))
        assert kept is not None
        assert kept.text.startswith(left)
    assert (await verified(database)).breaks == []


async def test_a_message_deleted_in_slack_after_it_was_erased_is_no_break(
    database: Database,
) -> None:
    rig = Rig(database)
    await has_written(rig)
    await erases(rig)
    gone = replace(said(1, ""), as_of="1999999999.000100", deleted=True, user="")
    await MessageLog(database).keep(gone)
    assert (await verified(database)).breaks == []


async def test_to_erase_again_changes_nothing(database: Database) -> None:
    rig = Rig(database)
    await has_written(rig)
    await erases(rig)
    before = await database.read(everything)
    assert await erases(rig) == Amount()
    assert await database.read(everything) == before


async def test_of_somebody_who_wrote_nothing_there_is_nothing_to_erase(
    database: Database,
) -> None:
    rig = Rig(database)
    await has_written(rig)
    before = await database.read(everything)
    assert await erases(rig, "U0EVE") == Amount()
    assert await database.read(everything) == before


class Cut(Exception):
    """The machine went down."""


async def test_much_is_emptied_in_steps_and_the_record_is_whole_after_each(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut short after each step: nobody takes it for done, and a bot that starts finishes it."""
    monkeypatch.setattr(steps, "MESSAGES_AT_ONCE", 2)
    monkeypatch.setattr(steps, "TEXTS_AT_ONCE", 3)
    rig = Rig(database)
    stream = await has_written(rig)
    await declared(rig, f"{MARK} again", identity="d2", actor=BOB)
    await MessageLog(database).keep(*(said(n, f"{n} {MARK}") for n in range(10, 15)))
    whole, taken = steps.Emptying._step, 0  # noqa: SLF001 - where the test cuts

    def one_step(*args: Any, **more: Any) -> Any:
        nonlocal taken
        taken += 1
        if taken % 2 == 0:
            raise Cut
        return whole(*args, **more)

    for _ in range(3):
        with monkeypatch.context() as patched:
            patched.setattr(steps.Emptying, "_step", one_step)
            with pytest.raises(Cut):
                await erases(rig)
        report = await verified(database)
        assert (report.breaks, report.erasing) == ([], {("T1", "U0BOB")})
    recorded = await database.read(lambda c: streams.read(c, stream))
    told = [one.event for one in recorded if isinstance(one.event, WordsEmptied)]
    assert all(len(one.texts) <= 3 and one.messages <= 2 for one in told)
    await Emptier(database, rig.clock, Rig(database, clock=rig.clock).dispatcher).take()
    assert MARK not in await database.read(everything)
    report = await verified(database)
    assert (report.breaks, report.erasing) == ([], set())
    noted: Any = [one.event for one in await database.read(lambda c: streams.read(c, RECORD))]
    assert [one for one in noted if isinstance(one, ErasureBegun | PersonErased)] == [
        ErasureBegun(user="U0BOB", by=ROOT.user),
        PersonErased(user="U0BOB", by=ROOT.user, incidents=2, texts=5, messages=7),
    ]


@pytest.mark.parametrize("again", [True, False], ids=["by asking again", "by a bot that runs"])
async def test_an_erasure_cut_short_before_the_name_is_finished(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    rig = Rig(database)
    await has_written(rig)

    def cut(*_: object, **__: object) -> bool:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(emptying, "erase_name", cut)
        with pytest.raises(Cut):
            await erases(rig)
    emptier = Emptier(database, rig.clock, rig.dispatcher)
    await emptier.take()
    left = (await verified(database)).erasing
    assert left == {("T1", "U0BOB")}, "no bot takes it up: whoever began it may be still at it"
    if again:
        assert await erases(rig) == Amount(incidents=1, texts=4, messages=2)
    rig.clock.advance(timedelta(minutes=16))
    await emptier.take()  # without a restart, and on the same day
    assert MARK not in await database.read(everything)
    report = await verified(database)
    assert (report.breaks, report.erasing) == ([], set())


async def test_messages_emptied_by_hand_with_a_batch_but_no_erasure_are_found(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await has_written(rig)
    writer = Writer(name="eve", why="erasure", correlation="made up")
    which = MessagesToEmpty(stream=stream, user="U0BOB", most=9)
    empty = partial(emptying.empty_messages, which=which, writer=writer, now=rig.clock.now())
    await database.write(empty)
    (found,) = (await verified(database)).breaks
    assert "messages were emptied without an erasure on record" in str(found)


async def test_a_call_that_was_passed_on_has_the_words_of_who_called_first(
    database: Database,
) -> None:
    line = Paging(times=1, then=("U0CAROL", "U0DAN"))
    rig = Rig(database, process=replace(Process(), paging=line))
    stream = await declared(rig, "it is down")
    await rig.asks(stream, PagePerson(to="U0EVE", text=Text("The pool is full")), ANN)
    await rig.asks(stream, PagePerson(to="U0FAY", text=Text(f"{MARK} needs you")), BOB)
    async with running(rig):
        await rig.passes(minutes=30)
    recorded = await database.read(lambda c: streams.read(c, stream))
    passed_on = [o.event for o in recorded if isinstance(o.event, PersonPaged)]
    assert any(page.instead_of and MARK in page.text for page in passed_on)
    await erases(rig)
    left = await database.read(everything)
    assert MARK not in left
    assert "The pool is full" in left, "what others called for stays"
    assert (await verified(database)).breaks == []


async def test_no_digest_is_left_by_which_their_words_could_be_guessed_at(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await has_written(rig)
    words = AddNote(text=Text(f"{MARK} failed"))
    order = Order(workspace="T1", stream=stream, command=words, actor=BOB, identity="n1")
    await rig.dispatcher.deliver(order)
    assert "'said:" in await database.read(everything)
    await erases(rig)
    assert "'said:" not in await database.read(everything)


async def test_their_name_stands_in_no_review_of_an_incident_that_they_were_part_of(
    database: Database,
) -> None:
    rig = Rig(database)
    await has_written(rig)
    stream = await declared(rig, "Something else", identity="d2")
    await rig.asks(stream, TakeRole(role="deputy"), BOB)
    await rig.asks(stream, ReviewWasCompiled(version=2, digest="", complete=False), ANN)
    document = KeptReview(
        stream=stream,
        workspace="T1",
        version=2,
        complete=False,
        document=f'"Bob {MARK}"',
        digest="",
        compiled_at=START,
    )
    await database.write(lambda c: reviews.keep(c, document))
    await database.write(lambda c: c.execute(t.outbox.delete()))
    await erases(rig)
    assert MARK not in await database.read(everything)

    def owed(connection: Connection) -> set[str]:
        of_kind = select(t.outbox.c.stream).where(t.outbox.c.kind == "CompileReview")
        return set(connection.execute(of_kind).scalars())

    assert stream in await database.read(owed), "it is compiled again, without the name"


async def test_what_a_newer_version_changed_is_left_to_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and pages would show the state that this version understands: a private one as open."""
    rig = Rig(database)
    stream = await has_written(rig)
    await rig.asks(stream, RoomMade(channel="C1", name="inc-1"), MUSTER)
    await rig.asks(stream, RoomWasMadePrivate(), MUSTER)
    other = await declared(rig, f"{MARK} too", identity="d2", actor=BOB)

    def private(connection: Connection) -> bool:
        which = select(t.incidents.c.private).where(t.incidents.c.stream == stream)
        return bool(connection.execute(which).scalar_one())

    with monkeypatch.context() as older:
        older.delitem(codec.EVENTS, "MadePrivate")
        older.delitem(codec.INCIDENT_EVENTS, "MadePrivate")
        with pytest.raises(LeftForNewer) as left:
            await erases(rig)
        assert (left.value.left, left.value.done.incidents) == (1, 1)
        assert await database.read(private)
        assert MARK in (await rig.state(stream)).title, "nothing of it was emptied"
        assert (await rig.state(other)).title == ERASED
    await erases(rig)
    assert MARK not in await database.read(everything)
    assert await database.read(private)


async def test_the_file_of_an_embedded_database_holds_nothing_of_it_either(
    tmp_path: Path,
) -> None:
    file = tmp_path / "muster.db"
    url = f"sqlite:///{file}"
    await migrated(url)
    database = connect(url)
    rig = Rig(database)
    stream = await has_written(rig)
    for note in range(20):
        await rig.asks(stream, AddNote(text=Text(f"{note} {MARK} " * 20)), BOB)
    await erases(rig)
    await database.close()
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert MARK.encode() not in file.read_bytes()


# ── Retention ───────────────────────────────────────────────────────────────────────────────────


def keeping(**kept: timedelta) -> Process:
    usual = {"keep_grace": timedelta(), **kept}
    return replace(Process(), **usual)  # type: ignore[arg-type]  # the fields are named by the test


async def test_by_default_words_are_kept_for_ever(database: Database) -> None:
    rig = Rig(database)
    stream = await has_written(rig)
    await rig.asks(stream, Decline(reason=Text("no alarm")), BOB)
    rig.clock.advance(timedelta(days=9_999))
    await Emptier(database, rig.clock, rig.dispatcher).take()
    assert MARK in await database.read(everything)


@pytest.mark.parametrize(
    ("kept", "amount"),
    [
        ({"keep_texts": timedelta(days=30)}, KeptLongEnough(incidents=1, texts=6, messages=0)),
        ({"keep_messages": timedelta(days=30)}, KeptLongEnough(incidents=1, texts=0, messages=3)),
    ],
    ids=["texts", "messages"],
)
async def test_what_was_kept_for_long_enough_is_emptied_once(
    database: Database, kept: dict[str, timedelta], amount: KeptLongEnough
) -> None:
    rig = Rig(database, process=keeping(**kept))
    stream = await has_written(rig)
    await rig.asks(stream, Decline(reason=Text("no alarm")), BOB)
    standing = (await rig.declares("still going on")).done
    assert standing is not None
    emptier = Emptier(database, rig.clock, rig.dispatcher)
    rig.clock.advance(timedelta(days=29))
    await emptier.take()
    assert MARK in await database.read(everything), "not yet"
    rig.clock.advance(timedelta(days=2))
    for _ in range(2):
        await emptier.take()
        await Emptier(database, rig.clock, rig.dispatcher).take()
        rig.clock.advance(timedelta(days=1))
    recorded = await database.read(lambda c: streams.read(c, RECORD))
    noted: list[Any] = [one.event for one in recorded]
    assert [event for event in noted if isinstance(event, KeptLongEnough)] == [amount]
    assert (await rig.state(standing.incident.stream)).title == "still going on"
    assert (await verified(database)).breaks == []
    left = await database.read(everything)
    assert ("We mend" in left) is ("keep_messages" in kept)
    assert ("I look" in left) is ("keep_texts" in kept)


async def test_emptying_texts_does_not_lengthen_how_long_messages_are_kept(
    database: Database,
) -> None:
    kept = keeping(keep_texts=timedelta(days=30), keep_messages=timedelta(days=60))
    rig = Rig(database, process=kept)
    stream = await has_written(rig)
    await rig.asks(stream, Decline(reason=Text("no alarm")), BOB)
    for days in (31, 30):
        rig.clock.advance(timedelta(days=days))
        await Retaining(database, rig.dispatcher).retain(kept, rig.clock.now())
    left = await database.read(everything)
    assert "We mend" not in left
    assert "I look" not in left


async def test_an_incident_that_was_taken_up_again_keeps_its_words(database: Database) -> None:
    rig = Rig(database, process=keeping(keep_texts=timedelta(days=30)))
    stream = await has_written(rig)
    await rig.asks(stream, Decline(reason=Text("no alarm")), BOB)
    await rig.asks(stream, Reopen(reason=Text("it is one")), BOB)
    rig.clock.advance(timedelta(days=99))
    await Emptier(database, rig.clock, rig.dispatcher).take()
    assert MARK in await database.read(everything)


async def test_what_a_newer_version_has_to_empty_holds_up_nothing_behind_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "AT_ONCE", 1)  # so the second is behind the first
    kept = keeping(keep_texts=timedelta(days=30))
    rig = Rig(database, process=kept)
    stream = await has_written(rig)
    await rig.asks(stream, RoomMade(channel="C1", name="inc-1"), MUSTER)
    await rig.asks(stream, RoomWasMadePrivate(), MUSTER)
    other = await declared(rig, f"{MARK} too", identity="d2", actor=BOB)
    for each in (stream, other):
        await rig.asks(each, Decline(reason=Text("no alarm")), BOB)
    rig.clock.advance(timedelta(days=31))
    with monkeypatch.context() as older:
        older.delitem(codec.EVENTS, "MadePrivate")
        older.delitem(codec.INCIDENT_EVENTS, "MadePrivate")
        again = Rig(database, clock=rig.clock, process=kept)
        emptied = await Retaining(database, again.dispatcher).retain(kept, rig.clock.now())
    assert emptied.incidents == 1
    assert (await rig.state(other)).title == ERASED


async def test_a_new_rule_empties_nothing_for_a_while_whatever_is_older(
    database: Database,
) -> None:
    """`10d` for `1000d` is found out before it has emptied three years."""
    kept = keeping(keep_texts=timedelta(days=30), keep_grace=timedelta(days=7))
    rig = Rig(database)
    stream = await has_written(rig)
    await rig.asks(stream, Decline(reason=Text("no alarm")), BOB)
    rig.clock.advance(timedelta(days=99))
    rule = Retaining(database, rig.dispatcher)

    async def kept_whole(days: int, process: Process) -> bool:
        rig.clock.advance(timedelta(days=days))
        await rule.retain(process, rig.clock.now())
        return "We mend" in await database.read(everything)

    assert await kept_whole(0, kept), "it is new"
    assert await kept_whole(6, kept)
    changed = replace(kept, keep_texts=timedelta(days=20))
    assert await kept_whole(2, changed), "it is new again"
    assert await kept_whole(6, changed)
    assert await kept_whole(6, Process()), "it is taken back"
    assert await kept_whole(2, changed), "and comes again"
    (first, *_) = await database.read(
        lambda c: retention.coming(c, "T1", changed, rig.clock.now(), timedelta(days=7))
    )
    assert first.at == rig.clock.now() + timedelta(days=7)
    assert not await kept_whole(7, changed)
    recorded = await database.read(lambda c: streams.read(c, RECORD))
    noted: list[Any] = [one.event for one in recorded]
    rules = [event.texts for event in noted if isinstance(event, RetentionRuled)]
    month, weeks = timedelta(days=30), timedelta(days=20)
    assert rules == [month, weeks, None, weeks], "each once"
    assert (await verified(database)).breaks == []
