"""A transport to the app, over a socket or HTTP, and the outcome of one attempt."""

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.simulator.model import Json
from bot.simulator.record import Attempt, Delivery

Outcome = Literal["acknowledged", "timeout", "unreachable", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The outcome of one attempt. `body` is the payload of the app's acknowledgement."""

    outcome: Outcome
    body: Json | None = None
    reason: str = ""  # as the next attempt's retry reason words it
    status: int = 0  # of HTTP
    said: str = ""  # the beginning of an answer that is no acknowledgement
    stop: bool = False  # the app asked not to be tried again


class Transport(Protocol):
    """A way to the app."""

    def retry_after(self) -> tuple[float, ...]:
        """Seconds to wait before each further attempt of an event."""
        ...

    async def send(self, delivery: Delivery, attempt: Attempt, deadline: float) -> Answer:
        """Try once."""
        ...

    async def reachable(self, within: float) -> None:
        """Return when the app can be reached again, or when the time has passed."""
        ...
