"""Faults on order: what goes wrong, with which call or delivery, how often; repeatable by seed."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

ApiFault = Literal[
    "rate_limited",  # 429 with Retry-After, before the effect
    "error",  # an error in Slack's words, before the effect
    "http",  # a 5xx with an HTML body, before the effect
    "http_after_effect",  # the same, though the effect took place
    "wrong_answer",  # 200, JSON announced, something else sent; the effect took place
    "lose_answer",  # the effect takes place, then the connection is cut
    "refuse",  # the connection is cut before the effect
    "hang",  # no answer until released; the effect took place or not
    "held",  # on its way until released, whatever becomes of the caller; then it takes effect
    "latency",  # an answer that is late
]
DeliveryFault = Literal["twice", "late", "lost"]
Kind = ApiFault | DeliveryFault
DELIVERY_KINDS = frozenset({"twice", "late", "lost"})


@dataclass(kw_only=True, slots=True)
class Fault:
    """One order. It strikes the calls whose method matches, as often as `times` allows.

    `nth` strikes the n-th matching call only (counted from 1), `share` a random part of them.
    """

    target: str  # a method or a delivery's name; may hold * as a wildcard
    kind: Kind
    times: int | None = 1
    nth: int | None = None
    share: float | None = None
    seed: int = 0
    error: str = "internal_error"
    status: int = 500
    retry_after: int = 1
    empty_body: bool = False
    effect: bool = True
    seconds: float = 0.1
    seen: int = 0
    struck: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def strikes(self) -> bool:
        """Count one matching call, and say whether it is struck."""
        self.seen += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.nth is not None and self.seen != self.nth:
            return False
        if self.share is not None and self._dice.random() >= self.share:
            return False
        self.struck += 1
        return True

    def release(self) -> None:
        """Let what hangs go on."""
        self.released.set()


class Faults:
    """The orders in force."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(
        self,
        target: str,
        kind: Kind,
        *,
        times: int | None = 1,
        nth: int | None = None,
        share: float | None = None,
        seed: int = 0,
        error: str = "internal_error",
        status: int = 500,
        retry_after: int = 1,
        empty_body: bool = False,
        effect: bool = True,
        seconds: float = 0.1,
    ) -> Fault:
        """Order a fault; the returned order tells how often it `struck`, and releases what hangs.

        It strikes once, unless `times` says otherwise; `times=None` means without end.
        """
        fault = Fault(
            target=target,
            kind=kind,
            times=times,
            nth=nth,
            share=share,
            seed=seed,
            error=error,
            status=status,
            retry_after=retry_after,
            empty_body=empty_body,
            effect=effect,
            seconds=seconds,
        )
        self._orders.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take one order back and let what hangs go on."""
        fault.release()
        self._orders.remove(fault)

    def clear(self) -> None:
        """Take all orders back and let what hangs go on."""
        for fault in self._orders:
            fault.release()
        self._orders.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._orders))

    def for_call(self, method: str) -> Fault | None:
        """The fault that strikes this call, if any; each matching order counts the call."""
        return self._first(method, deliveries=False) if self._orders else None

    def for_delivery(self, name: str) -> Fault | None:
        """The same for something that is sent to the app."""
        return self._first(name, deliveries=True) if self._orders else None

    def _first(self, name: str, *, deliveries: bool) -> Fault | None:
        struck = [
            fault
            for fault in self._orders
            if (fault.kind in DELIVERY_KINDS) is deliveries
            and fnmatchcase(name, fault.target)
            and fault.strikes()
        ]
        return struck[0] if struck else None
