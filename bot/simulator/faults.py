"""Injected faults: what goes wrong, with which call or delivery, how often; repeatable by seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bot.simulator.errors import WrongOrder
from bot.simulator.fault_kinds import DELAYS, KINDS, Kind
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
    body: str = "{"
    effect: bool = True
    seconds: float = 0.1
    jitter: float = 0.0
    workspace: str = ""  # a team's id: only what happens there
    id: str = ""
    seen: int = 0
    struck: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: Counter[str] = field(default_factory=Counter)

    def meets(self, name: str) -> bool:
        """Count one that matches, and say whether this order is for it."""
        self.seen += 1
        if len(self._seen) < MOST_NAMES or name in self._seen:
            self._seen[name] += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.nth is not None and self.seen != self.nth:
            return False
        return self.share is None or self._dice(name, "share") < self.share

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        if self.times is not None and self.struck >= self.times:
            return True
        return self.nth is not None and self.seen >= self.nth

    def pause(self, name: str) -> float:
        """The seconds by which what it meets just now is late."""
        return self.seconds + self.jitter * self._dice(name, "jitter")

    def _dice(self, name: str, what: str) -> float:
        return random.Random(f"{self.seed} {what} {name} {self._seen[name]}").random()

    def release(self) -> None:
        """Let what hangs go on."""
        self.released.set()


@dataclass(frozen=True, kw_only=True, slots=True)
class Harm:
    """What strikes one call or delivery: one fault at the most, and late by `pause` besides."""

    fault: Fault | None = None
    pause: float = 0.0
    kinds: str = ""
    """The kinds of all that struck, as the record names them; nothing when none did."""

    @property
    def kind(self) -> str:
        """The kind of the fault, apart from delays."""
        return self.fault.kind if self.fault else ""


UNHARMED = Harm()


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
        body: str = "{",
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
            body=body,
            effect=effect,
            seconds=seconds,
            jitter=jitter,
            workspace=workspace,
        )
        _check(fault)
        self._take(fault)
        return fault

    def _take(self, fault: Fault) -> None:
        if len(self._orders) >= MOST_ORDERS:
            raise WrongOrder(f"There are {MOST_ORDERS} orders already; take some back first.")
        self._given += 1
        fault.id = f"fault-{self._given}"
        self._orders.append(fault)

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

    def for_call(self, method: str, team: str = "") -> Harm:
        """What strikes this call; each order that matches counts the call."""
        return self._struck(method, team, "call") if self._orders else UNHARMED

    def for_delivery(self, name: str, team: str = "") -> Harm:
        """The same for something that is sent to the app."""
        return self._struck(name, team, "delivery") if self._orders else UNHARMED

    def for_answer(self, team: str = "") -> Harm:
        """The same for an answer at a response_url, which is no method: `*` does not mean it."""
        return self._struck(ANSWER, team, "call", by_name=True) if self._orders else UNHARMED

    def _struck(self, name: str, team: str, strikes: str, *, by_name: bool = False) -> Harm:
        """Every delay that is due, and of the other faults the one that was ordered first."""
        met = [
            fault
            for fault in self._orders
            if KINDS[fault.kind].strikes == strikes
            and fault.workspace in ("", team)
            and (fault.target == name if by_name else fnmatchcase(name, fault.target))
            and fault.meets(name)
        ]
        delays = [each for each in met if each.kind in DELAYS]
        acting = [each for each in met if each.kind not in DELAYS][:1]
        for each in (*delays, *acting):  # the others wait: an order is spent by what it does
            each.struck += 1
        return Harm(
            fault=acting[0] if acting else None,
            pause=sum(each.pause(name) for each in delays),
            kinds=", ".join(each.kind for each in (*delays, *acting)),
        )


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
