"""How long replicas take, by what the pretend Slack has recorded, on a machine that may be busy.

What is promised is promised on a machine that is there for the replicas. What it withholds from the
test while that waits, it withholds from them; that much is added to the promise.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.record import Call

_EVERY = 0.05


@dataclass
class Withheld:
    """Seconds that the machine was not there when it was asked for."""

    loop: asyncio.AbstractEventLoop
    seconds: float = 0.0

    def after(self, begin: datetime, promised: timedelta) -> datetime:
        """Return when what begins then has to be done."""
        return begin + promised + timedelta(seconds=self.seconds)

    def look(self, due: float) -> None:
        """Count by how much this came late, and look again."""
        self.seconds += self.loop.time() - due
        self.go_on()

    def go_on(self) -> None:
        """Be woken a moment later."""
        due = self.loop.time() + _EVERY
        self._next = self.loop.call_at(due, self.look, due)

    def end(self) -> None:
        """Look no more."""
        self._next.cancel()


@asynccontextmanager
async def machine() -> AsyncIterator[Withheld]:
    """Watch the machine."""
    withheld = Withheld(asyncio.get_running_loop())
    withheld.go_on()
    try:
        yield withheld
    finally:
        withheld.end()


def effect_of(call: Call) -> str:
    """The id of the effect that a post carries, "" for anything else."""
    metadata = call.args.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return str(metadata.get("event_payload", {}).get("effect", ""))


def done_instead(calls: Iterable[Call], held: Call) -> Call:
    """The first call with which another replica has done what a call that was held back was for."""
    others = [
        each
        for each in calls
        if each.number > held.number
        and each.method == held.method
        and effect_of(each) == effect_of(held)
    ]
    assert others, f"nobody has done {held.args}"
    return others[0]


def taken_away(calls: Iterable[Call], late: Call) -> Call:
    """The call that has deleted what landed late."""
    (deleted,) = [
        each
        for each in calls
        if each.method == "chat.delete" and each.args["ts"] == late.answer["ts"]
    ]
    return deleted
