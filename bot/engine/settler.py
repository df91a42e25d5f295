"""What came back is settled, and what it means is fed to the rules; so are timers that are due.

All of it happens inside the transaction of a courier's round. What fails there fails alone: one
effect or timer that the rules stumble over must not hold up all others.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.domain.commands import Command, EffectGivenUp, EffectWorked
from bot.domain.incident import Incident
from bot.domain.owing import shows_wait
from bot.domain.values import MUSTER
from bot.engine.carrying import Carried
from bot.engine.dispatcher import Dispatcher, Order
from bot.engine.tally import Tally
from bot.engine.verdicts import Doubt, GiveUp, NotYet, RetryAt
from bot.storage import brakes, outbox, settling, timers
from bot.storage.claiming import Claimed
from bot.storage.codec import unpack_command
from bot.storage.database import Connection, alone
from bot.storage.timers import Due

log = structlog.get_logger(__name__)

_TIMERS_AT_ONCE = 100


class Settler:
    """Settles for one courier, which is the owner of the lanes it settles."""

    def __init__(self, dispatcher: Dispatcher, tally: Tally, owner: str) -> None:
        self._dispatcher = dispatcher
        self._tally = tally
        self._owner = owner

    def settle(
        self, connection: Connection, came: Sequence[Carried], now: datetime
    ) -> list[Incident]:
        """Settle effects that are still this courier's and return the states they lead to."""
        states: list[Incident] = []
        held = [one for one in came if self._holds(connection, one.claimed)]
        for one in held:
            states += self._settled(connection, one, now)
        settling.release(connection, [one.claimed.lane for one in held])
        return states

    def fire(self, connection: Connection, now: datetime) -> list[Incident]:
        """Feed due timers to the rules and return the new states."""
        states: list[Incident] = []
        for due in timers.take_due(connection, now, _TIMERS_AT_ONCE):
            states += self._applied(connection, _order_of_timer(due))
        return states

    def _holds(self, connection: Connection, claimed: Claimed) -> bool:
        return settling.holds(connection, claimed.lane, claimed.epoch, self._owner)

    def _settled(self, connection: Connection, one: Carried, now: datetime) -> list[Incident]:
        claimed = one.claimed
        match one.verdict:
            case None:
                self._tally.settled(claimed, "done", now)
                settling.finish(connection, [claimed.id], "done", now)
                if claimed.attempts > 1:
                    self._show_wait(connection, claimed, now)
                return self._told(connection, one)
            case GiveUp(why=why, quiet=quiet):
                self._tally.settled(claimed, "failed", now)
                settling.finish(connection, [claimed.id], "failed", now)
                given_up = EffectGivenUp(effect=claimed.effect.name, why=why)
                return [] if quiet else self._tell(connection, claimed, given_up)
            case RetryAt(at=at, brake=brake):
                if brake:
                    brakes.brake(connection, claimed.workspace, brake, at)
                self._put_back(connection, claimed, at, now, doubt=claimed.doubt)
            case Doubt(at=at):
                self._put_back(connection, claimed, at, now, doubt=True)
            case NotYet(at=at):
                settling.put_back(connection, claimed.id, at, maybe_sent=claimed.doubt)
            case _:
                raise TypeError(one.verdict)
        return []

    def _put_back(
        self, connection: Connection, claimed: Claimed, at: datetime, now: datetime, *, doubt: bool
    ) -> None:
        """Carry it again later. A doubt of an earlier attempt stays until it was looked up."""
        self._tally.retried(claimed)
        settling.put_back(connection, claimed.id, at, maybe_sent=doubt)
        self._show_wait(connection, claimed, now)

    def _told(self, connection: Connection, one: Carried) -> list[Incident]:
        states = [] if one.outcome is None else self._tell(connection, one.claimed, one.outcome)
        if one.had_failed:
            worked = EffectWorked(effect=one.claimed.effect.name)
            states += self._tell(connection, one.claimed, worked)
        return states

    def _tell(self, connection: Connection, claimed: Claimed, command: Command) -> list[Incident]:
        """Feed an outcome to the rules; outcomes are never refused."""
        order = Order(
            workspace=claimed.workspace,
            stream=claimed.effect.stream,
            command=command,
            actor=MUSTER,
            cause=f"effect:{claimed.effect_id}",
            correlation=claimed.correlation,
        )
        return self._applied(connection, order)

    def _applied(self, connection: Connection, order: Order) -> list[Incident]:
        """Apply an order of the bot's own; a fault of the rules is logged and holds up nothing."""
        done, fault = alone(connection, lambda: self._dispatcher.apply(connection, order))
        if done is None:
            log.error("outcome.failed", cause=order.cause, stream=order.stream, exc_info=fault)
            self._tally.count("outcomes_failed", type(order.command).__name__)
            return []
        return [done.incident]

    def _show_wait(self, connection: Connection, claimed: Claimed, now: datetime) -> None:
        """Have the card say what waits for Slack, and stop saying it when it has come."""
        card = shows_wait(claimed.effect)
        if card is not None:
            terms = {"cause": f"effect:{claimed.effect_id}", "correlation": claimed.correlation}
            outbox.owe(connection, [card], workspace=claimed.workspace, now=now, **terms)


def _order_of_timer(due: Due) -> Order:
    return Order(
        workspace=due.workspace,
        stream=due.stream,
        command=unpack_command(due.body),
        actor=MUSTER,
        cause=f"timer:{due.key}",
        correlation=due.correlation,
        rule=due.key.partition(":")[0],
    )
