"""Moves the workspace's clock ahead: for the page, HTTP and stories."""

from datetime import timedelta
from typing import Protocol, runtime_checkable

from bot.simulator.errors import WrongOrder
from bot.simulator.ground import Ground

LONGEST_STEP = 366 * 24 * 3600


@runtime_checkable
class Movable(Protocol):
    """A clock that can be moved ahead."""

    def advance(self, by: timedelta) -> None: ...


def move(ground: Ground, seconds: float) -> None:
    """Move the clock ahead; message times follow it, signatures, triggers and sockets do not.

    Raises:
        WrongOrder: backwards, too far, or not a clock that moves.
    """
    if not 0 < seconds <= LONGEST_STEP:
        raise WrongOrder("The clock moves ahead only, by at most a year at a time.")
    if not isinstance(ground.clock, Movable):
        raise WrongOrder("This simulator's clock cannot be moved.")
    ground.clock.advance(timedelta(seconds=seconds))
    ground.changed("clock")
