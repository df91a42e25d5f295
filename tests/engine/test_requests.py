"""What an older version keeps for a newer one: decided once, in order, whoever comes first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain import effects as f
from bot.domain.commands import (
    AddNote,
    AskAccess,
    Command,
    FinishTask,
    PagePerson,
    RecordDecision,
    RetryEffect,
    SetSeverity,
    SnoozeUpdates,
    TakeRole,
)
from bot.domain.refusals import Refused
from bot.domain.values import Actor, Text
from bot.engine.carrying import Carrying, Performer
from bot.engine.erasing import Erasing, Erasure
from bot.engine.orders import Answered, Order
from bot.engine.reach import Away
from bot.engine.requests import PATIENCE, keep
from bot.engine.verdicts import Doubt, ForNewer
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from tests.engine.rig import ANN, Rig, running
from tests.engine.test_versions import forget_newer, newer_event

BOB = Actor(user="U0BOB")
ROOT = Actor(user="root at the terminal", operator=True)


@dataclass
class Behind:
    """An older version, on an incident that a newer one has changed; nobody carries anything."""

    rig: Rig
    stream: str

    def newer(self) -> Rig:
        """Another process, to which nothing is unknown any more."""
        rig = Rig(self.rig.database, clock=self.rig.clock)
        rig.on(f.DecideRequests, _decides(rig))
        return rig

    async def is_understood(self) -> None:
        """A version comes that knows the event."""
        await self.rig.database.write(lambda c: forget_newer(c, self.stream))

    async def asks(
        self,
        identity: str,
        *commands: Command,
        of: Rig | None = None,
        actor: Actor = ANN,
        tell: str = "url:https://hooks.slack.com/x",
    ) -> Answered:
        """Have somebody ask, and be told later where they asked."""
        first, *then = commands
        order = Order(
            workspace="T1",
            stream=self.stream,
            command=first,
            then=tuple(then),
            actor=actor,
            identity=identity,
            cause=f"slack:{identity}",
            correlation="c" * 32,
            later=lambda: tell,
        )
        return await (of or self.rig).dispatcher.deliver(order)

    async def rows(self) -> list[tuple[str, str]]:
        """The requests by their identity, with what became of them."""
        query = select(t.requests.c.identity, t.requests.c.state).order_by(t.requests.c.position)
        found = await self.rig.database.read(lambda c: c.execute(query).all())
        return [(row.identity, row.state) for row in found]

    async def happened(self, *names: str) -> list[tuple[str, str]]:
        """The events of these names: what, and by whom."""
        query = select(t.events.c.name, t.events.c.actor).where(t.events.c.name.in_(names))
        by_turn = query.order_by(t.events.c.version)
        found = await self.rig.database.read(lambda c: c.execute(by_turn).all())
        return [(row.name, row.actor) for row in found]

    async def owed(self, kind: type[f.Effect]) -> int:
        """How many effects of a kind are open."""
        outbox = t.outbox.c
        query = select(func.count()).where(outbox.kind == kind.__name__, outbox.state == "open")
        return await self.rig.database.read(lambda c: c.execute(query).scalar_one())


def _decides(rig: Rig) -> Performer:
    async def decide(effect: f.DecideRequests, _carrying: Carrying) -> Command | None:
        if not await rig.dispatcher.decide_waiting(effect.stream):
            raise ForNewer
        return None

    return decide


@pytest.fixture
async def behind(database: Database) -> Behind:
    """An incident that a newer version has changed, on each database."""
    rig = Rig(database)
    rig.on(f.DecideRequests, _decides(rig))
    answered = await rig.declares()
    assert answered.done is not None
    stream = answered.done.incident.stream
    await database.write(lambda c: newer_event(c, stream))
    return Behind(rig, stream)


def _levels(*levels: str) -> Sequence[Command]:
    return [SetSeverity(severity=level) for level in levels]


async def test_the_older_version_keeps_it_and_changes_nothing(behind: Behind) -> None:
    async with running(behind.rig) as old:
        assert (await behind.asks("one", AddNote(text=Text("hello")))).kept
        await old.passes(minutes=10)
    assert await behind.rows() == [("one", "open")]
    assert await behind.owed(f.DecideRequests) == 1
    assert not await behind.happened("NoteAdded")


async def test_all_that_was_asked_is_decided_in_its_order_as_of_then(behind: Behind) -> None:
    asked_at = behind.rig.clock.now()
    for identity, command in zip("abc", _levels("sev1", "sev3", "sev4"), strict=True):
        await behind.asks(identity, command, AddNote(text=Text(f"note {identity}")))
    behind.rig.clock.advance(timedelta(minutes=5))
    await behind.is_understood()
    async with running(behind.newer()) as new:
        await new.rests()
        incident = await new.state(behind.stream)
    assert incident.severity == "sev4"
    assert len(await behind.happened("NoteAdded")) == 3
    assert [state for _, state in await behind.rows()] == ["done"] * 3
    query = select(t.events.c.happened_at, t.events.c.correlation, t.events.c.cause).where(
        t.events.c.name == "SeverityChanged"
    )
    events = await behind.rig.database.read(lambda c: c.execute(query).all())
    assert {tuple(row) for row in events} == {
        (asked_at, "c" * 32, f"slack:{identity}") for identity in "abc"
    }
    answers = [e for e, _ in new.carried if isinstance(e, f.AnswerRequest)]
    assert [(each.identity, each.user, each.direct) for each in answers] == [
        (identity, ANN.user, False) for identity in "abc"
    ]


async def test_who_asks_the_newer_meanwhile_does_not_overtake_what_was_kept(behind: Behind) -> None:
    for identity, command in zip("ab", _levels("sev1", "sev3"), strict=True):
        await behind.asks(identity, command)
    await behind.is_understood()
    new = behind.newer()
    answered = await behind.asks("c", *_levels("sev4"), of=new, actor=BOB)
    assert answered.done is not None
    assert answered.done.incident.severity == "sev4"
    changes = await behind.happened("SeverityChanged")
    assert [who for _, who in changes] == [ANN.user, ANN.user, BOB.user]
    assert await behind.owed(f.AnswerRequest) == 2


async def test_what_is_refused_now_does_not_undo_what_others_asked_before(behind: Behind) -> None:
    await behind.asks("a", *_levels("sev1"))
    await behind.is_understood()
    new = behind.newer()
    with pytest.raises(Refused):
        await behind.asks("b", FinishTask(number=9), of=new, actor=BOB)
    assert await behind.rows() == [("a", "done")]
    assert (await new.state(behind.stream)).severity == "sev1"
    assert await behind.owed(f.AnswerRequest) == 1
    assert len(await behind.happened("SeverityChanged", "TaskFinished")) == 1


async def test_who_repeats_what_was_kept_is_told_the_truth(behind: Behind) -> None:
    """That it is recorded is said only where it is."""
    note = AddNote(text=Text("it began at noon"))
    await behind.asks("a", note)
    await behind.is_understood()
    with pytest.raises(Refused, match="recorded once"):
        await behind.asks("b", note, of=behind.newer())
    assert await behind.rows() == [("a", "done")]
    assert len(await behind.happened("NoteAdded")) == 1


async def test_a_delivery_that_comes_again_changes_nothing_wherever_it_comes(
    behind: Behind,
) -> None:
    note = AddNote(text=Text("it began at noon"))
    assert (await behind.asks("a", note)).kept
    assert (await behind.asks("a", note)).kept
    assert await behind.rows() == [("a", "open")]
    await behind.is_understood()
    again = await behind.asks("a", note, of=behind.newer())
    assert (again.kept, again.done) == (False, None)
    assert (await behind.asks("a", note, of=behind.newer())).done is None
    assert len(await behind.happened("NoteAdded")) == 1
    assert await behind.owed(f.AnswerRequest) == 1


async def test_the_same_person_asking_for_the_same_again_adds_nothing(behind: Behind) -> None:
    note = AddNote(text=Text("it began at noon"))
    assert (await behind.asks("a", note)).kept
    assert (await behind.asks("b", note)).kept
    assert (await behind.asks("c", note, actor=BOB)).kept
    assert await behind.rows() == [("a", "open"), ("c", "open")]
    await behind.is_understood()
    async with running(behind.newer()) as new:
        await new.rests()
        assert (await behind.asks("b", note, of=new)).done is None
        with pytest.raises(Refused, match="recorded once"):
            await behind.asks("d", note, of=new)
    by = [who for _, who in await behind.happened("NoteAdded")]
    assert by == [ANN.user, BOB.user]


async def test_back_to_what_it_was_is_no_repetition(behind: Behind) -> None:
    for identity, command in zip("abc", _levels("sev1", "sev3", "sev1"), strict=True):
        assert (await behind.asks(identity, command)).kept
    assert (await behind.asks("d", *_levels("sev1"))).kept, "an impatient second press"
    assert (await behind.asks("a", *_levels("sev1"))).kept, "delivered again"
    assert await behind.rows() == [(identity, "open") for identity in "abc"]
    await behind.is_understood()
    new = behind.newer()
    assert await new.dispatcher.decide_waiting(behind.stream)
    assert (await new.state(behind.stream)).severity == "sev1"


async def test_words_are_repeated_whatever_was_asked_in_between(behind: Behind) -> None:
    note = AddNote(text=Text("it began at noon"))
    await behind.asks("a", note)
    await behind.asks("b", *_levels("sev1"))
    assert (await behind.asks("c", note)).kept
    assert await behind.rows() == [("a", "open"), ("b", "open")]


@pytest.mark.parametrize(
    "command",
    [PagePerson(to="U0BOB"), SnoozeUpdates(minutes=10), RetryEffect(effect="SendPage:1:1")],
    ids=lambda command: type(command).__name__,
)
async def test_what_is_meant_for_the_moment_is_refused_and_not_done_later(
    behind: Behind, command: Command
) -> None:
    """A call that is decided when its repetition is due would leave twice at once."""
    for asked in ([command], [AddNote(text=Text("hello")), command]):
        with pytest.raises(Refused, match="try again in a moment"):
            await behind.asks("a", *asked)
    assert await behind.rows() == []
    assert await behind.owed(f.DecideRequests) == 0


async def test_an_order_that_cannot_be_kept_is_named_without_its_words(behind: Behind) -> None:
    note = AddNote(text=Text("the marmalade is mine"))
    order = Order(workspace="T1", stream=behind.stream, command=note, actor=ANN)
    with pytest.raises(TypeError) as fault:
        await behind.rig.database.write(lambda c: keep(c, order, behind.rig.clock.now()))
    assert str(fault.value) == "AddNote"


async def test_two_replicas_at_it_decide_it_once(behind: Behind) -> None:
    for identity, words in (("a", "first"), ("b", "second")):
        await behind.asks(identity, AddNote(text=Text(words)))
    await behind.is_understood()
    replicas = [behind.newer() for _ in range(3)]
    deciding = [each.dispatcher.decide_waiting(behind.stream) for each in replicas]
    asking = [behind.asks("c", AddNote(text=Text("third")), of=each) for each in replicas]
    assert all(await asyncio.gather(*deciding))
    await asyncio.gather(*asking)
    assert len(await behind.happened("NoteAdded")) == 3
    assert await behind.owed(f.AnswerRequest) == 2


async def test_what_fails_fails_alone_and_is_told(behind: Behind) -> None:
    guest = Actor(user="U0DAN", guest=True)
    await behind.asks("a", *_levels("sev1"), actor=guest)
    await behind.asks("b", *_levels("sev0"))
    await behind.asks("c", *_levels("sev3"), TakeRole(role="nobody"))
    await behind.asks("d", *_levels("sev4"))
    await behind.is_understood()
    new = behind.newer()
    assert await new.dispatcher.decide_waiting(behind.stream)
    states = [state for _, state in await behind.rows()]
    assert states == ["refused", "refused", "refused", "done"]
    assert len(await behind.happened("SeverityChanged")) == 1, "all of a request, or nothing"
    assert await behind.owed(f.AnswerRequest) == 4


async def test_after_half_an_hour_it_is_not_done_by_any_version(behind: Behind) -> None:
    async with running(behind.rig) as old:
        await behind.asks("a", AddNote(text=Text("early")))
        await old.passes(minutes=20)
        await behind.asks("b", AddNote(text=Text("later")))
        await old.rests()
        await old.passes(seconds=(PATIENCE - timedelta(minutes=20)).total_seconds() + 6)
        assert await behind.rows() == [("a", "late"), ("b", "open")]
        assert [e.identity for e, _ in old.carried if isinstance(e, f.AnswerRequest)] == ["a"]
    await behind.is_understood()
    async with running(behind.newer()) as new:
        await new.rests()
        assert (await behind.asks("a", AddNote(text=Text("early")), of=new)).done is None
    assert await behind.rows() == [("a", "late"), ("b", "done")]
    assert len(await behind.happened("NoteAdded")) == 1


async def test_what_tells_nobody_anything_waits_as_long_as_it_takes(behind: Behind) -> None:
    """Who asks to be let in is told nothing but that they asked: nor that it came to nothing."""
    async with running(behind.rig) as old:
        await behind.asks("a", AskAccess(text=Text("I hold the keys")), tell="", actor=BOB)
        await behind.asks("b", AddNote(text=Text("hello")))
        await old.rests()
        await old.passes(seconds=PATIENCE.total_seconds() + 6)
    assert await behind.rows() == [("a", "open"), ("b", "late")]
    await behind.is_understood()
    async with running(behind.newer()) as new:
        await new.rests()
    assert dict(await behind.rows())["a"] != "open"
    assert await behind.owed(f.DecideRequests) == 0


async def test_an_answer_that_never_arrives_is_no_failure_that_retry_could_mend(
    behind: Behind,
) -> None:
    await behind.asks("a", AddNote(text=Text("hello")))
    await behind.is_understood()
    new = behind.newer()

    async def never(_effect: f.AnswerRequest, _carrying: Carrying) -> Command | None:
        raise Doubt(new.clock.now())

    new.on(f.AnswerRequest, never)
    async with running(new):
        await new.rests()
        for _ in range(8):
            await new.passes(minutes=5)
        assert await behind.owed(f.AnswerRequest) == 0
        assert not (await new.state(behind.stream)).failures


async def test_it_is_decided_though_its_effect_was_lost_half_way(behind: Behind) -> None:
    """Who decided it died before that was settled: the next finds nothing left, and says so."""
    await behind.asks("a", AddNote(text=Text("hello")))
    await behind.is_understood()
    assert await behind.newer().dispatcher.decide_waiting(behind.stream)
    async with running(behind.newer()) as new:
        await new.rests()
    assert new.named().count("DecideRequests") == 1
    assert new.named().count("AnswerRequest") == 1
    assert len(await behind.happened("NoteAdded")) == 1


async def test_an_erasure_takes_the_words_and_their_request_away(behind: Behind) -> None:
    secret = RecordDecision(text=Text("the marmalade is mine"))
    await behind.asks("a", secret, actor=BOB)
    await behind.asks("b", secret)
    await behind.is_understood()
    behind.rig.clock.advance(timedelta(hours=1))
    erasing = Erasing(behind.rig.database, behind.newer().dispatcher)
    await erasing.erase(
        Erasure(workspace="T1", user=BOB.user, by=ROOT, cause="terminal:root"),
        behind.rig.clock.now(),
    )
    assert [identity for identity, _ in await behind.rows()] == ["b"]


async def test_what_was_asked_days_ago_is_swept(behind: Behind) -> None:
    async with running(behind.rig) as old:
        await behind.asks("a", AddNote(text=Text("hello")))
        await old.passes(minutes=31)
        await old.passes(days=2)
    async with running(behind.newer()) as new:
        await new.rests()
    assert await behind.rows() == []


async def test_what_does_not_say_where_to_tell_it_is_refused_and_leaves_nothing(
    behind: Behind,
) -> None:
    def counted(connection: Connection) -> list[int]:
        tables = (t.requests, t.outbox, t.deliveries, t.events)
        counts = [select(func.count()).select_from(one) for one in tables]
        return [connection.execute(count).scalar_one() for count in counts]

    before = await behind.rig.database.read(counted)
    with pytest.raises(Refused, match="newer version of Muster"):
        await behind.rig.asks(behind.stream, AddNote(text=Text("hello")))
    assert await behind.rig.database.read(counted) == before


async def test_a_replica_that_is_cut_off_from_slack_decides_and_leaves_the_rest_to_others(
    behind: Behind,
) -> None:
    """The one that reaches Slack is the older one, and cannot decide."""
    cut_off = behind.newer()
    cut_off.reach.away = Away(since=cut_off.clock.now(), why="no network")
    await behind.asks("one", AddNote(text=Text("hello")))
    async with running(behind.rig) as old:
        await old.rests()
    await behind.is_understood()
    async with running(cut_off):
        await cut_off.rests()
    assert cut_off.named() == ["DecideRequests"]
    assert await behind.rows() == [("one", "done")]
    assert await behind.owed(f.AnswerRequest) == 1
    async with running(Rig(behind.rig.database, clock=behind.rig.clock)) as well:
        await well.rests()
        assert "AnswerRequest" in well.named(), "it was not held"
