"""Faults on order: what goes wrong, with which call or delivery, how often; repeatable by seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bot.simulator.errors import WrongOrder
from bot.simulator.fault_kinds import KINDS, Kind
from bot.simulator.fault_targets import ANSWER, check_target

MOST_ORDERS = 200
MOST_NAMES = 10_000  # that one order counts apart
LONGEST = 3600.0
SERVER_ERRORS = range(400, 600)


@dataclass(kw_only=True, slots=True)
class Fault:
    """One order. It strikes what matches the target, as often as `times` allows.

    `nth` strikes the n-th that matches only (counted from 1), `share` a part of them: which ones
    is decided by `seed`, the name, and how often that name was seen, so that it is the same in
    each run, whatever happens between them.
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
    jitter: float = 0.0
    workspace: str = ""  # a team's id: only what happens there
    id: str = ""
    seen: int = 0
    struck: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: Counter[str] = field(default_factory=Counter)

    def strikes(self, name: str) -> bool:
        """Count one that matches, and say whether it is struck."""
        self.seen += 1
        if len(self._seen) < MOST_NAMES or name in self._seen:
            self._seen[name] += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.nth is not None and self.seen != self.nth:
            return False
        if self.share is not None and self._dice(name, "share") >= self.share:
            return False
        self.struck += 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it never will strike again."""
        if self.times is not None and self.struck >= self.times:
            return True
        return self.nth is not None and self.seen >= self.nth

    def pause(self, name: str) -> float:
        """The seconds by which what was struck just now is late."""
        return self.seconds + self.jitter * self._dice(name, "jitter")

    def _dice(self, name: str, what: str) -> float:
        return random.Random(f"{self.seed} {what} {name} {self._seen[name]}").random()

    def release(self) -> None:
        """Let what hangs go on."""
        self.released.set()


class Faults:
    """The orders in force."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._given = 0

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
        jitter: float = 0.0,
        workspace: str = "",
    ) -> Fault:
        """Order a fault; the returned order tells how often it `struck`, and releases what hangs.

        It strikes once, unless `times` says otherwise; `times=None` means without end. With the
        id of a `workspace` it strikes there only.

        Raises:
            WrongOrder: it makes no sense.
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
            jitter=jitter,
            workspace=workspace,
        )
        _check(fault)
        if len(self._orders) >= MOST_ORDERS:
            raise WrongOrder(f"There are {MOST_ORDERS} orders already; take some back first.")
        self._given += 1
        fault.id = f"fault-{self._given}"
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

    def find(self, fault_id: str) -> Fault:
        """The order of that id.

        Raises:
            WrongOrder: there is none.
        """
        for fault in self._orders:
            if fault.id == fault_id:
                return fault
        raise WrongOrder(f"There is no order {fault_id[:40]!r}; it may have been taken back.")

    def for_call(self, method: str, team: str = "") -> Fault | None:
        """The fault that strikes this call, if any; each matching order counts the call."""
        return self._first(method, team, "call") if self._orders else None

    def for_delivery(self, name: str, team: str = "") -> Fault | None:
        """The same for something that is sent to the app."""
        return self._first(name, team, "delivery") if self._orders else None

    def for_answer(self, team: str = "") -> Fault | None:
        """The same for an answer at a response_url, which is no method: `*` does not mean it."""
        return self._first(ANSWER, team, "call", by_name=True) if self._orders else None

    def _first(self, name: str, team: str, strikes: str, *, by_name: bool = False) -> Fault | None:
        struck = [
            fault
            for fault in self._orders
            if KINDS[fault.kind].strikes == strikes
            and fault.workspace in ("", team)
            and (fault.target == name if by_name else fnmatchcase(name, fault.target))
            and fault.strikes(name)
        ]
        return struck[0] if struck else None


def _check(fault: Fault) -> None:
    if fault.kind not in KINDS:
        raise WrongOrder(f"There is no fault {fault.kind[:40]!r}; there is: {', '.join(KINDS)}.")
    if not fault.target:
        raise WrongOrder("Say in `target` which method or delivery: chat.postMessage, message, *.")
    check_target(fault.target, fault.kind)
    for name, number in (("times", fault.times), ("nth", fault.nth)):
        if number is not None and number < 1:
            raise WrongOrder(f"`{name}` counts from 1, and this is {number}.")
    if fault.share is not None and not 0 < fault.share <= 1:
        raise WrongOrder(f"`share` is a part of all, as 0.25 is; {fault.share} is not.")
    for name, seconds in (("seconds", fault.seconds), ("jitter", fault.jitter)):
        if not 0 <= seconds <= LONGEST:
            raise WrongOrder(f"`{name}` is between 0 and {LONGEST:.0f}, and this is {seconds}.")
    if not 0 <= fault.retry_after <= LONGEST:
        raise WrongOrder(f"`retry_after` is between 0 and {LONGEST:.0f} seconds.")
    if fault.status not in SERVER_ERRORS:
        raise WrongOrder(f"`status` is between 400 and 599, and this is {fault.status}.")
