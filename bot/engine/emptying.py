"""Emptying what was written: a person's words on demand, and those that were kept for long enough.

Each incident is a transaction of its own: its texts and messages are emptied, an event says so,
what lists and pages show is written anew, and card, announcement and review are owed again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog

from bot.domain.anchoring import KeptLongEnough, PersonErased, RecordEvent
from bot.domain.commands import EmptyWords
from bot.domain.effects import CompileReview
from bot.domain.process import Process
from bot.domain.values import MUSTER, Actor, Emptied, Phase, TextPlace
from bot.engine.dispatcher import Dispatcher, Done, Order
from bot.engine.states import NotUnderstood
from bot.storage import anchors, deliveries, emptying, outbox, streams
from bot.storage.batches import Writer
from bot.storage.database import Connection, Database, Urgency, in_the_end

log = structlog.get_logger(__name__)

_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much was, or would be, emptied."""

    incidents: int = 0
    texts: int = 0
    messages: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            incidents=self.incidents + other.incidents,
            texts=self.texts + other.texts,
            messages=self.messages + other.messages,
        )


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a person has written, by the stream of the incident."""

    texts: dict[str, list[TextPlace]]
    messages: dict[str, int]

    @property
    def streams(self) -> list[str]:
        """The incidents that it is about."""
        return sorted({*self.texts, *self.messages})

    @property
    def amount(self) -> Amount:
        """How much it is."""
        return Amount(
            incidents=len(self.streams),
            texts=sum(map(len, self.texts.values())),
            messages=sum(self.messages.values()),
        )


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What to empty of one incident, and why."""

    workspace: str
    stream: str
    why: Emptied
    by: Actor
    user: str | None = None
    texts: bool = True
    messages: bool = True
    cause: str = ""


class LeftForNewer(Exception):
    """Incidents that a newer version of Muster has changed were left as they are."""

    def __init__(self, done: Amount, left: int) -> None:
        super().__init__()
        self.done = done
        self.left = left


class Emptying:
    """Empties words by the same way in as all else."""

    def __init__(self, database: Database, dispatcher: Dispatcher) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._writer = uuid4().hex

    async def written_by(self, workspace: str, user: str) -> Written:
        """Return what a person has written.

        Raises:
            DatabaseAway: it cannot be told.
        """

        def look(connection: Connection) -> Written:
            return Written(
                texts=emptying.texts_by(connection, workspace, user),
                messages=emptying.messages_by(connection, workspace, user),
            )

        return await self._database.read(look)

    async def erase(
        self, workspace: str, user: str, *, by: Actor, cause: str, now: datetime
    ) -> Amount:
        """Empty what a person wrote, and their name; what comes to be meanwhile stays.

        Interrupted, it is to be asked again: what was emptied is, each incident for itself.

        Raises:
            DatabaseAway: not all of it was emptied.
            LeftForNewer: all was, but for incidents that this version cannot fully read.
        """
        done, left = Amount(), 0
        for stream in (await self.written_by(workspace, user)).streams:
            task = _Task(
                workspace=workspace, stream=stream, why="erasure", by=by, user=user, cause=cause
            )
            emptied = await self._empty(task, now)
            left += emptied is None
            done += emptied or Amount()
        event = PersonErased(user=user, by=by.user, **vars(done))
        await self._forget_name(event, workspace, cause, now)
        if left:
            raise LeftForNewer(done, left)
        return done

    async def _forget_name(
        self, event: PersonErased, workspace: str, cause: str, now: datetime
    ) -> None:
        """Erase the name, put down what was done, and have reviews with the name compiled anew."""

        def work(connection: Connection) -> None:
            naming = emptying.reviews_naming(connection, workspace, event.user)
            streams.hold(connection, naming)
            named = emptying.erase_name(connection, workspace, event.user, now)
            if not named and not event.incidents:
                return
            anchors.note(connection, workspace, event, now, actor=event.by)
            for stream in naming:
                emptying.forget_review(connection, stream)
            again = [
                CompileReview(stream=stream, complete=phase is Phase.CLOSED)
                for stream, phase in naming.items()
            ]
            terms = {"workspace": workspace, "cause": cause, "correlation": uuid4().hex}
            outbox.owe(connection, outbox.owing(again, now=now, **terms), now)
            deliveries.forget_words(connection, workspace)

        await in_the_end(self._database, work)
        self._dispatcher.wake()

    async def retain(self, process: Process, now: datetime) -> Amount:
        """Empty what was kept for as long as the process says.

        Raises:
            DatabaseAway: not all of it was emptied.
        """
        total = Amount()
        for workspace in await self._database.read(emptying.workspaces):
            done = await self._retain(workspace, now, process.keep_texts, said=False)
            done += await self._retain(workspace, now, process.keep_messages, said=True)
            if done != Amount():
                event: RecordEvent = KeptLongEnough(**vars(done))
                note = partial(
                    anchors.note, workspace=workspace, event=event, now=now, actor=MUSTER.user
                )
                await in_the_end(self._database, note, Urgency.OUTCOME)
            total += done
        return total

    async def _retain(
        self, workspace: str, now: datetime, kept: timedelta | None, *, said: bool
    ) -> Amount:
        done = Amount()
        if kept is None:
            return done
        look = partial(
            emptying.over_since,
            workspace=workspace,
            before=now - kept,
            said=said,
            limit=_AT_ONCE,
        )
        before = None
        while before != done and (found := await self._database.read(look)):
            before = done
            for stream in found:
                task = _Task(
                    workspace=workspace,
                    stream=stream,
                    why="retention",
                    by=MUSTER,
                    texts=not said,
                    messages=said,
                    cause="retention",
                )
                done += await self._empty(task, now) or Amount()
        return done

    async def _empty(self, task: _Task, now: datetime) -> Amount | None:
        """Empty what is to be emptied of one incident; None where a newer version has to do it."""
        work = partial(self._emptied, task=task, now=now)
        try:
            done, amount = await in_the_end(self._database, work, Urgency.OUTCOME)
        except NotUnderstood:
            log.warning("record.left_for_newer", stream=task.stream, why=task.why)
            return None
        if done is not None:
            self._dispatcher.remember([done.incident])
            self._dispatcher.wake()
        return amount

    def _emptied(
        self, connection: Connection, task: _Task, now: datetime
    ) -> tuple[Done | None, Amount]:
        streams.hold(connection, [task.stream])
        correlation = uuid4().hex
        places = self._places(connection, task) if task.texts else []
        emptying.empty_texts(connection, task.stream, places)
        writer = Writer(name=self._writer, why=task.why, correlation=correlation)
        messages = (
            emptying.empty_messages(connection, task.stream, writer, now, user=task.user)
            if task.messages
            else 0
        )
        if not places and not messages:
            return None, Amount()
        emptying.forget_review(connection, task.stream)
        command = EmptyWords(why=task.why, user=task.user, texts=tuple(places), messages=messages)
        done = self._dispatcher.apply(
            connection,
            Order(
                workspace=task.workspace,
                stream=task.stream,
                command=command,
                actor=task.by,
                cause=task.cause,
                correlation=correlation,
                can_wait=True,
            ),
        )
        return done, Amount(incidents=1, texts=len(places), messages=messages)

    def _places(self, connection: Connection, task: _Task) -> list[TextPlace]:
        """Return the texts as they stand now, when the stream is held."""
        if task.user is None:
            return emptying.texts_of(connection, task.stream)
        found = emptying.texts_by(connection, task.workspace, task.user, stream=task.stream)
        return found.get(task.stream, [])
