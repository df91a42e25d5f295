"""Emptying the words of one incident, in batches small enough for others to wait for.

Each step is a transaction of its own: some texts and messages are emptied, an event says which and
how many, what lists and pages show is written anew, and card, announcement and review are owed
again. So the record is whole after every step, and whoever was interrupted goes on with the rest.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import uuid4

import structlog

from bot.domain.commands import EmptyWords
from bot.domain.refusals import NotUnderstood
from bot.domain.values import Actor, TextPlace, WhyEmptied
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Done, Order
from bot.storage import authorship, emptying, streams
from bot.storage.batches import Writer
from bot.storage.database import Connection, Database, Urgency, in_the_end
from bot.storage.emptying import BEGINNING, MessagesToEmpty
from bot.storage.keys import MessageKey

log = structlog.get_logger(__name__)

TEXTS_AT_ONCE = 500
MESSAGES_AT_ONCE = 500
"""How much one transaction empties: meanwhile the incident waits, and on SQLite every writer."""


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
class ToEmpty:
    """What to empty of one incident, and why; `user` is whose words, None for everybody's."""

    workspace: str
    stream: str
    why: WhyEmptied
    by: Actor
    user: str | None = None
    texts: bool = True
    messages: bool = True
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """What one transaction did; `upto` is where the messages go on, None where there are none."""

    done: Done | None
    texts: int
    messages: int
    upto: MessageKey | None

    @property
    def last(self) -> bool:
        """Whether nothing is left."""
        return self.upto is None and self.texts < TEXTS_AT_ONCE


class Emptying:
    """Empties words in steps, each a command to the dispatcher like any other."""

    def __init__(self, database: Database, dispatcher: Dispatcher) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._writer = uuid4().hex

    async def empty(self, what: ToEmpty, now: datetime) -> Amount | None:
        """Empty what is to be emptied of one incident, step by step; what comes meanwhile stays.

        None where a newer version of Muster has to do it, or what is left of it.

        Raises:
            DatabaseAway: not all of it was emptied.
        """
        total, after = Amount(), BEGINNING
        while True:
            work = partial(self._step, what=what, after=after, now=now)
            try:
                step = await in_the_end(self._database, work, Urgency.OUTCOME)
            except NotUnderstood:
                log.warning("record.left_for_newer", stream=what.stream, why=what.why)
                return None
            if step.done is not None:
                self._dispatcher.remember([step.done.incident])
                self._dispatcher.wake()
                total += Amount(texts=step.texts, messages=step.messages)
            if step.last:
                return replace(total, incidents=1) if total != Amount() else total
            more_texts, more_said = step.texts == TEXTS_AT_ONCE, step.upto is not None
            what = replace(what, texts=more_texts, messages=more_said)
            after = step.upto or after

    def _step(
        self, connection: Connection, what: ToEmpty, after: MessageKey, now: datetime
    ) -> _Step:
        streams.lock(connection, [what.stream])
        correlation = uuid4().hex
        places = _places(connection, what)[:TEXTS_AT_ONCE] if what.texts else []
        emptying.empty_texts(connection, what.stream, places)
        count, upto = 0, None
        if what.messages:
            which = MessagesToEmpty(
                stream=what.stream, user=what.user, most=MESSAGES_AT_ONCE, after=after
            )
            writer = Writer(name=self._writer, why=what.why, correlation=correlation)
            said = emptying.empty_messages(connection, which, writer, now)
            count, upto = said.count, said.upto
        done = None
        if places or count:
            emptying.forget_review(connection, what.stream)
            command = EmptyWords(why=what.why, user=what.user, texts=tuple(places), messages=count)
            done = self._dispatcher.apply(connection, _order(what, command, correlation))
        return _Step(done=done, texts=len(places), messages=count, upto=upto)


def _order(what: ToEmpty, command: EmptyWords, correlation: str) -> Order:
    return Order(
        workspace=what.workspace,
        stream=what.stream,
        command=command,
        actor=what.by,
        cause=what.cause,
        correlation=correlation,
        can_wait=True,
    )


def _places(connection: Connection, what: ToEmpty) -> list[TextPlace]:
    """Return the texts as they stand now, when the stream is held."""
    if what.user is None:
        return authorship.texts_of(connection, what.stream)
    found = authorship.texts_by(connection, what.workspace, what.user, stream=what.stream)
    return found.get(what.stream, [])
