"""What a process has told the message log, until a batch holds it; and what nobody holds any more.

A message is acknowledged when its row is committed; the batch that holds it costs as much again, so
it is written later, for many at once: as soon as there are enough for a batch, and within a minute.
Until then the process remembers what it wrote: only that is held, so a row that somebody changes
meanwhile shows. What a process that died had not held yet is taken as it is found, and told as
such.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from itertools import islice
from uuid import uuid4

from bot.storage import batches
from bot.storage.batches import Row, Writer
from bot.storage.database import Database, DatabaseAway, Urgency, in_the_end
from bot.storage.keys import MessageKey

_IN_ONE_BATCH = 500
_MOST_REMEMBERED = 100_000
"""So many words of a minute are remembered; what is told beyond that is held as it is found."""
_MOST_LOOKED_AT = 10_000
_TURNS = 3
"""At how many looks in a row nobody must have held a message before it counts as left."""


class Holding:
    """The words that a process has written and not held yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(name=uuid4().hex)
        self._written: dict[MessageKey, Row] = {}
        self._turn = asyncio.Lock()
        self._enough = asyncio.Event()

    def note(self, rows: Iterable[Row]) -> None:
        """Remember rows that were committed; of one message only the newest word."""
        for row in rows:
            place = batches.place_of(row)
            known = self._written.get(place)
            if known is None and len(self._written) >= _MOST_REMEMBERED:
                continue
            if known is None or batches.age_of(known) <= batches.age_of(row):
                self._written[place] = row
        if len(self._written) >= _IN_ONE_BATCH:
            self._enough.set()

    async def hold_as_it_comes(self) -> None:
        """Hold whenever there is enough for a batch, so that little is remembered; for ever."""
        while True:
            await self._enough.wait()
            self._enough.clear()
            with suppress(DatabaseAway):  # it stays remembered, and the next word rings again
                await self.hold()

    async def hold(self) -> None:
        """Hold all that is remembered.

        Raises:
            DatabaseAway: not all of it is held; what is not stays remembered.
        """
        async with self._turn:
            while some := list(islice(self._written.values(), _IN_ONE_BATCH)):
                work = partial(batches.hold, rows=some, writer=self._writer)
                await in_the_end(self._database, work, Urgency.OUTCOME)
                for row in some:
                    if self._written.get(place := batches.place_of(row)) is row:
                        del self._written[place]


class Leftovers:
    """Messages that no process will hold: of one that died, or of a version without batches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = uuid4().hex
        self._seen: dict[MessageKey, int] = {}

    async def take(self) -> int:
        """Look at what is not held, and hold what was not at the looks before; return how much.

        Raises:
            DatabaseAway: not all of it is held; the next look finds it.
        """
        unheld = await self._database.read(partial(batches.unheld, most=_MOST_LOOKED_AT))
        self._seen = {place: self._seen.get(place, 0) + 1 for place in unheld}
        left = [place for place, times in self._seen.items() if times >= _TURNS]
        taken = 0
        for start in range(0, len(left), _IN_ONE_BATCH):
            some = left[start : start + _IN_ONE_BATCH]
            work = partial(batches.take_over, places=some, writer=self._writer)
            taken += await in_the_end(self._database, work, Urgency.OUTCOME)
        return taken
