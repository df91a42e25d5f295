"""What all workspaces of a simulator share: the app, the clock, ids, change notifications."""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.simulator.changes import Change, Changes
from bot.simulator.model import App

if TYPE_CHECKING:
    from bot.simulator.workspace import Workspace


class Clock(Protocol):
    """What the simulator needs of a clock: the present in UTC, and word when it is moved."""

    def now(self) -> datetime: ...

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]: ...


@dataclass(kw_only=True, slots=True)
class Habits:
    """What Slack does occasionally, and the simulator when it is ordered."""

    latency: float = 0.0  # seconds added to every API call
    twins: bool = False  # two channels of one name when created at once
    short_pages: bool = False  # pages hold fewer than was asked for, and more comes
    share_after: float = 0.0  # seconds from files.completeUploadExternal until a file is shared
    tells_counters: bool = False  # a reply comes with a change of its thread's first message


@dataclass(kw_only=True, slots=True)
class Ground:
    """One app, one clock and one address for any number of workspaces; ids are unique among all."""

    clock: Clock
    app: App
    base_url: str = "http://127.0.0.1"
    chance: random.Random = field(default_factory=random.SystemRandom)
    """Where what nobody can guess comes from: secrets, hashes, the ids of envelopes."""
    changes: Changes = field(default_factory=Changes)
    workspaces: "dict[str, Workspace]" = field(default_factory=dict)
    """By the team's id, in the order in which they were opened."""
    habits: Habits = field(default_factory=Habits)
    _ids: Counter[str] = field(default_factory=Counter)

    def copy(self, clock: Clock) -> "Ground":
        """The same app with its ids so far, on another clock, without any workspace yet."""
        return replace(
            self,
            clock=clock,
            app=deepcopy(self.app),
            changes=Changes(),
            workspaces={},
            habits=Habits(),
            _ids=Counter(self._ids),
        )

    def mint_id(self, prefix: str) -> str:
        """A fresh id, counted apart for each kind of thing, so that runs repeat exactly."""
        self._ids[prefix] += 1
        return f"{prefix}{self._ids[prefix]:09d}"

    def mint_secret(self, size: int) -> str:
        """This number of random bytes, in hexadecimal."""
        return self.chance.randbytes(size).hex()

    def mint_uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def changed(self, kind: str) -> None:
        """Notify of a change that concerns all workspaces."""
        self.changes.tell(Change(kind=kind))
