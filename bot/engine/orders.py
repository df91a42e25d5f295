"""What the dispatcher is asked for, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.commands import Command
from bot.domain.effects import Effect
from bot.domain.events import Recorded
from bot.domain.incident import Incident
from bot.domain.values import Actor, Origin
from bot.following import correlation


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of a command: the state after it and what happened, which may be nothing."""

    incident: Incident
    events: tuple[Recorded, ...]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Somebody asks for something.

    `stream` is the incident's, or a fresh UUID for a declaration. `identity` recognises the same
    request when it is delivered again, and `answer` says in plain JSON what the person is told: it
    is stored with what was caused, and given again to a duplicate. `also` is owed besides what the
    rules owe, once per `identity`. `then` is done in the same transaction: all of it happens, or
    nothing. `asked_at` is when it was asked, where that was earlier: the rules decide as of then.

    What `can_wait` is not decided on a state that this version cannot fully read. Nor is what says
    where its result is to be told `later`: that is kept for a newer version (see `requests`). What
    was seen in a `room` concerns an incident only so long as that is its room.
    """

    workspace: str
    stream: str
    command: Command
    actor: Actor
    identity: str | None = None
    cause: str = ""
    correlation: str = field(default_factory=correlation)
    rule: str = ""
    happened_at: datetime | None = None
    asked_at: datetime | None = None
    answer: Callable[[Done], Any] | None = None
    also: tuple[Effect, ...] = ()
    then: tuple[Command, ...] = ()
    can_wait: bool = False
    room: str = ""
    later: Callable[[], str] | None = None

    @property
    def origin(self) -> Origin:
        """Where what comes of it comes from."""
        return Origin(workspace=self.workspace, cause=self.cause, correlation=self.correlation)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer to an order; `done` is None where it is a duplicate's stored answer.

    `kept` says that nothing was decided: the request waits for a newer version.
    """

    answer: Any
    done: Done | None
    kept: bool = False
