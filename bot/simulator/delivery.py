"""Delivers events, commands and interactions to the app, with Slack's retries (§3.2, §4)."""

import asyncio
import contextlib
import json
import time
from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from bot.simulator.events import LAST_WORDS, addressed, envelope, rate_limited
from bot.simulator.faults import Fault, Faults, Harm
from bot.simulator.ground import Ground
from bot.simulator.limits import Limits
from bot.simulator.model import Channel, Json
from bot.simulator.outside import Outside
from bot.simulator.record import Attempt, Delivery, Record
from bot.simulator.transport import Answer, Transport
from bot.simulator.workspace import Workspace

ACK_DEADLINE = 3.0
DELAYED_EVENTS = (3600.0,) * 24
"""Seconds before each further attempt where an app has Delayed Events switched on."""
MOST_WAITING = 5_000
"""Events under way at once; Slack bounds them too, in another way (contract §4.3)."""


class Deliveries:
    """Hands each delivery to the transport, records the outcome, and retries events."""

    def __init__(
        self,
        ground: Ground,
        record: Record,
        faults: Faults,
        limits: Limits,
        transport: Transport,
    ) -> None:
        self._ground = ground
        self._record = record
        self._faults = faults
        self._limits = limits
        self.transport = transport
        self.deadline = ACK_DEADLINE
        self.delayed: tuple[float, ...] = ()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._overtaken: list[asyncio.Event] = []  # set once something else was sent
        self._giving_up = False

    def hear(self, workspace: Workspace) -> None:
        """Deliver the events of this workspace from now on."""
        outside = Outside(workspace, self._record)
        workspace.listen_to_events(partial(self._on_event, workspace, outside))

    # -- events --------------------------------------------------------------------------

    def _on_event(
        self, workspace: Workspace, outside: Outside, event: Json, room: Channel | None
    ) -> None:
        if room is not None and event["type"] == "message":
            outside.explain(event, room)
        for each in addressed(workspace, event, room):
            event_id = self._ground.mint_id("Ev")
            body = envelope(workspace, each, event_id)
            delivery = self._new("events_api", body)
            if not self._limits.admits_event(workspace.team.id):
                self._lose(delivery)
                self._tell_limited(workspace)
            elif self._has_room():
                self._track(self._carry(delivery, self._struck(delivery)))
            else:
                self._lose(delivery)

    def _tell_limited(self, workspace: Workspace) -> None:
        """Once a minute, in place of the events: it is tried once (contract §1.2)."""
        if not self._limits.is_first_of_minute(workspace.team.id):
            return
        self._record.note(
            "delivery",
            f"More than {self._limits.events} events within an hour in {workspace.team.name}: "
            "further ones are lost, and the app is told so once a minute.",
        )
        delivery = self._new("events_api", rate_limited(workspace))
        self._track(self._once(delivery, self._struck(delivery)))

    async def _once(self, delivery: Delivery, harm: Harm) -> None:
        if harm.kind == "lost":
            self._lose(delivery)
        else:
            await self._hold(harm)
            await self._attempt(delivery, fault=harm.fault)

    def _has_room(self) -> bool:
        """Whether one more event may wait; the queue for a silent app is bounded."""
        full = (
            len(self._tasks) >= MOST_WAITING
            and sum(not task.done() for task in self._tasks) >= MOST_WAITING
        )
        if full and not self._giving_up:
            self._record.note(
                "delivery",
                f"{MOST_WAITING} events wait for the app to acknowledge them: further ones are "
                "lost until it does. Slack would switch the app's events off.",
            )
        self._giving_up = full
        return not full

    async def _carry(self, delivery: Delivery, harm: Harm) -> None:
        """Try an event until it is acknowledged or the retries are used up."""
        if harm.kind == "lost":
            self._lose(delivery)
            return
        await self._hold(harm)
        if harm.kind == "twice":
            await asyncio.gather(self._attempt(delivery), self._carry_on(delivery))
            return
        await self._carry_on(delivery, harm.fault)

    async def _carry_on(self, delivery: Delivery, fault: Fault | None = None) -> None:
        answer = await self._attempt(delivery, fault=fault)
        for number, wait in enumerate(self._waits(), start=1):
            if answer.outcome == "acknowledged" or answer.stop:
                return
            if answer.outcome == "unreachable":
                await self.transport.reachable(wait)
            else:
                await asyncio.sleep(wait)
            if not self._is_for_somebody(delivery):
                return
            answer = await self._attempt(delivery, number=number, reason=answer.reason)

    def _waits(self) -> Iterator[float]:
        """Seconds before each further attempt; Delayed Events go on where others end (§4.3)."""
        yield from self.transport.retry_after()
        yield from self.delayed

    def _is_for_somebody(self, delivery: Delivery) -> bool:
        """Whether the app is still there to hear of it; of its own end it hears afterwards."""
        workspace = self._ground.workspaces[delivery.team]
        if workspace.bot.is_installed or delivery.name in LAST_WORDS:
            return True
        self._record.note("delivery", "The app is not installed in that workspace.", delivery.team)
        return False

    # -- commands and interactions -------------------------------------------------------

    async def ask(self, kind: str, payload: Json) -> Answer:
        """Deliver something a person did; it is tried once, and the person sees the outcome."""
        delivery = self._new(kind, payload)
        if kind == "interactive" and not self._ground.app.interactive:
            self._record.note("delivery", "The app's manifest does not enable interactivity.")
            self._lose(delivery)
            return Answer(outcome="failed", reason="http_error")
        if not self._is_for_somebody(delivery):
            self._lose(delivery)
            return Answer(outcome="failed", reason="http_error")
        harm = self._struck(delivery)
        if harm.kind == "lost":
            self._lose(delivery)
            return Answer(outcome="timeout", reason="timeout")
        try:
            await self._hold(harm)
        except asyncio.CancelledError:
            self._lose(delivery)  # whoever did it has gone away
            raise
        if harm.kind == "twice":
            first, _ = await asyncio.gather(self._attempt(delivery), self._attempt(delivery))
            return first
        return await self._attempt(delivery, fault=harm.fault)

    async def again(self, delivery: Delivery) -> Answer:
        """Deliver the same payload once more."""
        number = len(delivery.attempts) if delivery.kind == "events_api" else 0
        return await self._attempt(delivery, number=number, reason="timeout" if number else "")

    # -- faults --------------------------------------------------------------------------

    def _struck(self, delivery: Delivery) -> Harm:
        harm = self._faults.for_delivery(delivery.name, delivery.team)
        if harm.kinds:
            delivery.fault = harm.kinds
            self._ground.changed("fault")
        return harm

    async def _hold(self, harm: Harm) -> None:
        """Delay it as its faults say."""
        if harm.pause:
            await asyncio.sleep(harm.pause)
        fault = harm.fault
        if fault is not None and fault.kind == "out_of_order":
            overtaken = asyncio.Event()
            self._overtaken.append(overtaken)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(fault.seconds):
                    await overtaken.wait()

    def _overtake(self) -> None:
        waiting, self._overtaken = self._overtaken, []
        for each in waiting:
            each.set()

    # -- one attempt ---------------------------------------------------------------------

    async def _attempt(
        self,
        delivery: Delivery,
        *,
        number: int = 0,
        reason: str = "",
        fault: Fault | None = None,
    ) -> Answer:
        attempt = Attempt(at=self._ground.clock.now(), number=number, reason=reason)
        if fault is not None and fault.kind == "cut":
            attempt.cut = "after" if fault.effect else "before"
        delivery.attempts.append(attempt)
        sent = time.perf_counter()
        try:
            answer = await self.transport.send(delivery, attempt, self.deadline)
        except asyncio.CancelledError:
            attempt.outcome = "failed"  # whoever did it has gone away
            raise
        finally:
            self._overtake()
        if answer.outcome == "acknowledged":
            attempt.acknowledged_after = time.perf_counter() - sent
            attempt.answer = answer.body
        attempt.outcome = answer.outcome
        attempt.status, attempt.said = answer.status, answer.said
        self._record.attempted(delivery, _size(answer))
        return answer

    def _lose(self, delivery: Delivery) -> None:
        """Drop it: Slack counts it as sent, and the app does not get it."""
        delivery.attempts.append(Attempt(at=self._ground.clock.now(), outcome="lost"))
        self._record.attempted(delivery)

    def _new(self, kind: str, payload: Json) -> Delivery:
        delivery = Delivery(
            id=self._ground.mint_id("Dl"),
            kind=kind,
            payload=payload,
            at=self._ground.clock.now(),
            size=len(json.dumps(payload)),
        )
        self._record.delivery(delivery)
        return delivery

    # -- stopping ------------------------------------------------------------------------

    def _track(self, carrying: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(carrying)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel what is still under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _size(answer: Answer) -> int:
    body = 0 if answer.body is None else len(json.dumps(answer.body))
    return body + len(answer.said)
