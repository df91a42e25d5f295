"""Emptying what was kept for as long as `muster.yaml` says: incident by incident, once a day.

A rule that is new is put on record first, and empties nothing for a while: who wrote `10d` for
`1000d` has time to see it, and who needs something to save it.
"""

from datetime import datetime, timedelta
from functools import partial

from bot.domain.anchoring import KeptLongEnough, RetentionRuled
from bot.domain.process import Process
from bot.domain.values import MUSTER
from bot.engine.dispatcher import Dispatcher
from bot.engine.emptying import Amount, Emptying, ToEmpty
from bot.storage import anchors, authorship, retention
from bot.storage.database import Connection, Database, Urgency, in_the_end

AT_ONCE = 100
"""How many incidents are looked up at a time."""


class Retaining:
    """Empties words that were kept for as long as the process says."""

    def __init__(self, database: Database, dispatcher: Dispatcher) -> None:
        self._database = database
        self._emptying = Emptying(database, dispatcher)

    async def retain(self, process: Process, now: datetime) -> Amount:
        """Empty what was kept for as long as the process says.

        Raises:
            DatabaseAway: not all of it was emptied.
        """
        total = Amount()
        for workspace in await self._database.read(authorship.workspaces):
            if await self._begins(workspace, process, now) > now:
                continue
            done = await self._retain(workspace, now, process.keep_texts, said=False)
            done += await self._retain(workspace, now, process.keep_messages, said=True)
            if done != Amount():
                event = KeptLongEnough(**vars(done))
                note = partial(
                    anchors.note, workspace=workspace, event=event, now=now, actor=MUSTER.user
                )
                await in_the_end(self._database, note, Urgency.OUTCOME)
            total += done
        return total

    async def _begins(self, workspace: str, process: Process, now: datetime) -> datetime:
        """Return since when the rule applies; one that is not on record yet is recorded."""
        rule = retention.rule_of(process)

        def work(connection: Connection) -> datetime:
            known = retention.ruling(connection, workspace)
            if known is None and rule == RetentionRuled(texts=None, messages=None):
                return now
            if known is None or known.rule != rule:
                anchors.note(connection, workspace, rule, now, actor=MUSTER.user)
            return retention.begins(connection, workspace, process, now)

        return await in_the_end(self._database, work, Urgency.OUTCOME)

    async def _retain(
        self, workspace: str, now: datetime, kept: timedelta | None, *, said: bool
    ) -> Amount:
        """Empty each incident in turn; those that a newer version has to empty hold up nobody."""
        done, after = Amount(), 0
        if kept is None:
            return done
        look = partial(
            retention.over_since,
            workspace=workspace,
            before=now - kept,
            said=said,
            limit=AT_ONCE,
        )
        while found := await self._database.read(partial(look, after=after)):
            for stream in found.values():
                what = ToEmpty(
                    workspace=workspace,
                    stream=stream,
                    why="retention",
                    by=MUSTER,
                    texts=not said,
                    messages=said,
                    cause="retention",
                )
                done += await self._emptying.empty(what, now) or Amount()
            after = max(found)
        return done
