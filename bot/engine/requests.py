"""What a version cannot decide is kept, and decided by one that can, as of when it was asked.

An incident whose record holds what only a newer version understands takes no decision of a person
on this replica. Their request is kept with who made it and when; the effect `DecideRequests` brings
a newer replica to it. What comes to the incident there first, that effect or somebody's next
request, has all that was kept decided, in the order in which it was asked. What nobody has decided
after half an hour is not decided any more: something else may be right by then. They are told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.commands import OfTheMoment
from bot.domain.effects import AnswerRequest, DecideRequests
from bot.domain.refusals import NotUnderstood, Refused
from bot.engine import repeats
from bot.engine.orders import Done, Order
from bot.storage import deliveries, outbox, requests
from bot.storage.codec import NotReadable
from bot.storage.database import Connection, alone
from bot.storage.outbox import Owing
from bot.storage.requests import Request

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=30)
"""How long a request waits to be decided; whoever asked has a `response_url` as long."""
_OUR_FAULT = "Muster itself failed at this; the log of the bot has the details."

Decide = Callable[[Connection, Order], tuple[Done, list[Owing]]]
"""Decides an order, inside a transaction; returns what is still to be added to the outbox."""


@dataclass
class Decided:
    """What came of the requests that were kept; what is owed is for the caller to add."""

    orders: list[tuple[Order, Done]] = field(default_factory=list)
    owing: list[Owing] = field(default_factory=list)
    left: bool = False
    """Whether something is left that only a newer version can decide."""
    settled: bool = False
    """Whether anything was settled, which is not to be undone with what is asked after it."""


def can_be_kept(order: Order) -> bool:
    """Whether an order may wait: its result can be told later, and it means the same then."""
    asked = (order.command, *order.then)
    return order.later is not None and not any(isinstance(each, OfTheMoment) for each in asked)


def keep(connection: Connection, order: Order, now: datetime) -> list[Owing]:
    """Keep an order for a newer version, and return what brings that to it.

    It says where its result is told later, and is known again when it is delivered again.
    """
    if order.later is None or order.identity is None:
        raise TypeError(type(order.command).__name__)  # and none of its words
    kept = requests.keep(
        connection,
        order.stream,
        (order.command, *order.then),
        identity=order.identity,
        actor=order.actor,
        reply_to=order.later(),
        origin=order.origin,
        asked_at=now,
    )
    if not kept:
        _answered(connection, order.workspace, order.identity, order.stream, now)
    return outbox.owing([DecideRequests(stream=order.stream)], order.origin, now)


def decide_waiting(connection: Connection, stream: str, decide: Decide, now: datetime) -> Decided:
    """Decide what was kept about an incident, whose stream is held.

    What the rules refuse, and what they stumble over, fails alone. Where this version understands
    the incident no better, only what has waited too long is settled. What tells nobody anything
    does not age: nobody could be told that it did.
    """
    decided = Decided()
    for request in requests.waiting(connection, stream):
        if request.reply_to and now - request.asked_at >= PATIENCE:
            requests.settle(connection, request, "late")
        elif decided.left or not _decided(connection, request, decide, decided, now):
            decided.left = True  # and those behind it are not to overtake it
            continue
        decided.settled = True
        _answered(connection, request.workspace, request.identity, stream, now)
        decided.owing += _answer(request, now)
    return decided


def _decided(
    connection: Connection, request: Request, decide: Decide, decided: Decided, now: datetime
) -> bool:
    """Decide one, and say whether this version could."""
    try:
        order = _order(request)
    except NotReadable:
        return False
    came, fault = alone(connection, partial(decide, connection, order))
    if isinstance(fault, NotUnderstood):
        return False
    if came is not None:
        done, owing = came
        decided.orders.append((order, done))
        decided.owing += owing
        requests.settle(connection, request, "done")
        repeats.remember(connection, order, now)
    elif isinstance(fault, Refused):
        requests.settle(connection, request, "refused", why=fault.message, way_out=fault.way_out)
    else:
        log.error(
            "request.failed",
            stream=request.stream,
            cause=request.cause,
            correlation=request.correlation,
            exc_info=fault,
        )
        requests.settle(connection, request, "failed", why=_OUR_FAULT)
    return True


def _answered(
    connection: Connection, workspace: str, identity: str, stream: str, now: datetime
) -> None:
    """Remember that a delivery is answered, so that it changes nothing when it comes again."""
    deliveries.remember(
        connection,
        workspace=workspace,
        identity=identity,
        stream=stream,
        version=0,
        answer=None,
        now=now,
    )


def _answer(request: Request, now: datetime) -> list[Owing]:
    """Return what tells the person."""
    if not request.reply_to:
        return []
    answer = AnswerRequest(
        stream=request.stream,
        identity=request.identity,
        user=request.actor.user,
        direct=not request.reply_to.startswith("url:"),
    )
    return outbox.owing([answer], request.origin, now)


def _order(request: Request) -> Order:
    """Return what was asked, by whom and when, as it was.

    Raises:
        NotReadable: another version wrote it.
    """
    first, *rest = request.commands
    return Order(
        workspace=request.workspace,
        stream=request.stream,
        command=first,
        then=tuple(rest),
        actor=request.actor,
        cause=request.cause,
        correlation=request.correlation,
        asked_at=request.asked_at,
        can_wait=True,
    )
