"""Erasing what a person wrote, on demand: incident by incident, then the name.

That it began is on record before anything is emptied, and that it is done after all is. What was
begun and cut short, by a crash perhaps, is finished by a running bot, or by asking again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from bot.domain.anchoring import ErasureBegun, PersonErased, of_record
from bot.domain.effects import CompileReview
from bot.domain.values import Actor, Origin, Phase, TextPlace
from bot.engine.dispatcher import Dispatcher
from bot.engine.emptying import Amount, Emptying, ToEmpty
from bot.storage import (
    anchors,
    authorship,
    deliveries,
    emptying,
    erasures,
    outbox,
    requests,
    streams,
)
from bot.storage.database import Connection, Database, in_the_end
from bot.storage.erasures import Begun

_LEFT_ALONE = timedelta(minutes=15)
"""How long an erasure is assumed to be still running before another process finishes it."""
_AGAIN = timedelta(days=1)
"""How long until what was left for a newer version is tried again."""


@dataclass(frozen=True, kw_only=True)
class WrittenWords:
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
class Erasure:
    """Whose words are erased, on whose demand; `cause` says how that came in."""

    workspace: str
    user: str
    by: Actor
    cause: str


class LeftForNewer(Exception):
    """Incidents that a newer version of Muster has changed were left as they are."""

    def __init__(self, done: Amount, left: int) -> None:
        super().__init__()
        self.done = done
        self.left = left


class Erasing:
    """Erases people's words."""

    def __init__(self, database: Database, dispatcher: Dispatcher) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._emptying = Emptying(database, dispatcher)
        self._left: dict[Begun, datetime] = {}

    async def written_by(self, workspace: str, user: str) -> WrittenWords:
        """Return what a person has written.

        Raises:
            DatabaseAway: it cannot be told.
        """

        def look(connection: Connection) -> WrittenWords:
            return WrittenWords(
                texts=authorship.texts_by(connection, workspace, user),
                messages=authorship.messages_by(connection, workspace, user),
            )

        return await self._database.read(look)

    async def erase(self, asked: Erasure, now: datetime) -> Amount:
        """Empty what a person wrote, and their name; what is written meanwhile stays.

        Returns how much it was since it was begun, by this process or one that was interrupted.

        Raises:
            DatabaseAway: not all of it was emptied.
            LeftForNewer: all was, but for incidents that this version cannot fully read.
        """
        written = await self.written_by(asked.workspace, asked.user)
        if not await in_the_end(self._database, lambda c: _begin(c, asked, written, now)):
            return Amount()
        left = 0
        for stream in written.streams:
            what = ToEmpty(
                workspace=asked.workspace,
                stream=stream,
                why="erasure",
                by=asked.by,
                user=asked.user,
                cause=asked.cause,
            )
            left += await self._emptying.empty(what, now) is None
        finish = partial(_finish, asked=asked, now=now, whole=not left)
        done = await in_the_end(self._database, finish)
        self._dispatcher.wake()
        if left:
            raise LeftForNewer(done, left)
        return done

    async def finish(self, now: datetime) -> list[Erasure]:
        """Finish what was begun a while ago and cut short; return whose it was.

        Cheap enough to be called often: with nothing to do it is one query.

        Raises:
            DatabaseAway: not all of it was finished.
        """
        finished = []
        unfinished = await self._database.read(erasures.unfinished)
        self._left = {one: at for one, at in self._left.items() if one in unfinished}
        for one in unfinished:
            left = self._left.get(one)
            if now - one.since < _LEFT_ALONE or (left is not None and now - left < _AGAIN):
                continue
            by = Actor(user=one.by, operator=True)
            asked = Erasure(workspace=one.workspace, user=one.user, by=by, cause="record")
            try:
                await self.erase(asked, now)
            except LeftForNewer:
                self._left[one] = now  # it stays begun, for the newer version
                continue
            finished.append(asked)
        return finished


def _begin(connection: Connection, asked: Erasure, written: WrittenWords, now: datetime) -> bool:
    """Put down that it begins, once; say whether there is anything to do."""
    streams.head(connection, of_record(asked.workspace))
    requests.forget_those_of(connection, asked.workspace, asked.user)
    if erasures.of(connection, asked.workspace, asked.user) is not None:
        return True
    if not written.streams and not emptying.has_name(connection, asked.workspace, asked.user):
        return False
    event = ErasureBegun(user=asked.user, by=asked.by.user)
    anchors.note(connection, asked.workspace, event, now, actor=asked.by.user)
    return True


def _finish(connection: Connection, asked: Erasure, now: datetime, *, whole: bool) -> Amount:
    """Erase the name, have reviews with it compiled anew, and where all is done, put that down."""
    naming = authorship.reviews_naming(connection, asked.workspace, asked.user)
    streams.lock(connection, naming)
    streams.head(connection, of_record(asked.workspace))
    begun = erasures.of(connection, asked.workspace, asked.user)
    if begun is None:
        return Amount()  # somebody else has finished it
    emptying.erase_name(connection, asked.workspace, asked.user, now)
    incidents, texts, said = erasures.emptied_since(connection, begun)
    done = Amount(incidents=incidents, texts=texts, messages=said)
    if whole:
        event = PersonErased(user=asked.user, by=asked.by.user, **vars(done))
        anchors.note(connection, asked.workspace, event, now, actor=asked.by.user)
    for stream in naming:
        emptying.forget_review(connection, stream)
    again = [
        CompileReview(stream=stream, complete=phase is Phase.CLOSED)
        for stream, phase in naming.items()
    ]
    origin = Origin(workspace=asked.workspace, cause=asked.cause, correlation=uuid4().hex)
    outbox.owe(connection, outbox.owing(again, origin, now), now)
    deliveries.forget_words(connection, asked.workspace)
    requests.forget_those_of(connection, asked.workspace, asked.user)
    return done
