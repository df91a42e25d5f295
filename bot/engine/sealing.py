"""Putting what Slack told into batches, which seal it: soon after it was written, many at once.

A message is acknowledged when its row is committed. The batch that seals it costs as much again, so
it is written later: as soon as there are enough rows for a full one, and within a minute. Until
then the process remembers what it wrote, and seals that and nothing else: a row that somebody
changed meanwhile does not match what was sealed. Rows of a process that died are sealed by another
one as it finds them, and marked as such.
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
"""How many rows a process remembers; what it writes beyond that is sealed as it is found."""
_MOST_LOOKED_AT = 10_000
_TURNS = 3
"""After how many looks in a row at an unsealed message nobody is expected to seal it any more."""


class Sealing:
    """The rows that this process has written and not sealed yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(name=uuid4().hex)
        self._written: dict[MessageKey, Row] = {}
        self._turn = asyncio.Lock()
        self._enough = asyncio.Event()

    def note(self, rows: Iterable[Row]) -> None:
        """Remember rows that were committed; of each message only the newest version."""
        for row in rows:
            key = batches.key_of(row)
            known = self._written.get(key)
            if known is None and len(self._written) >= _MOST_REMEMBERED:
                continue
            if known is None or batches.age_of(known) <= batches.age_of(row):
                self._written[key] = row
        if len(self._written) >= _IN_ONE_BATCH:
            self._enough.set()

    async def seal_full_batches(self) -> None:
        """Seal whenever there is enough for a batch, so that little is remembered; for ever."""
        while True:
            await self._enough.wait()
            self._enough.clear()
            with suppress(DatabaseAway):  # it stays remembered, and the next row rings again
                await self.seal()

    async def seal(self) -> None:
        """Seal all that is remembered.

        Raises:
            DatabaseAway: not all of it is sealed; what is not stays remembered.
        """
        async with self._turn:
            while some := list(islice(self._written.values(), _IN_ONE_BATCH)):
                work = partial(batches.seal, rows=some, writer=self._writer)
                await in_the_end(self._database, work, Urgency.OUTCOME)
                for row in some:
                    if self._written.get(key := batches.key_of(row)) is row:
                        del self._written[key]


class Leftovers:
    """Messages that no process will seal: of one that died, or of a version without batches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = uuid4().hex
        self._seen: dict[MessageKey, int] = {}

    async def seal(self) -> int:
        """Look at what is not sealed, seal what nobody did for several looks; return how much.

        Raises:
            DatabaseAway: not all of it is sealed; the next look finds it.
        """
        unsealed = await self._database.read(partial(batches.unsealed, most=_MOST_LOOKED_AT))
        self._seen = {key: self._seen.get(key, 0) + 1 for key in unsealed}
        left = [key for key, times in self._seen.items() if times >= _TURNS]
        sealed = 0
        for start in range(0, len(left), _IN_ONE_BATCH):
            some = left[start : start + _IN_ONE_BATCH]
            work = partial(batches.seal_as_found, keys=some, writer=self._writer)
            sealed += await in_the_end(self._database, work, Urgency.OUTCOME)
        return sealed
