"""What a person repeats who got no answer: another delivery, and yet the same words.

Most of what can be asked changes nothing the second time: the rules know what is so by then. What
would stand there twice is known by who said what of which incident.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.commands import Adding
from bot.domain.refusals import NotNow
from bot.engine.orders import Order
from bot.storage import deliveries
from bot.storage.codec import dumps, pack_command
from bot.storage.database import Connection

_LATELY = timedelta(minutes=2)
"""How long somebody who got no answer may take to ask again."""


class SaidAlready(NotNow):
    """You said the same a moment ago, and it is recorded once. To say it again, change a word."""


def _words_of(order: Order) -> str | None:
    """Return what tells the same words again, without holding them; None for what adds nothing."""
    if not isinstance(order.command, Adding):
        return None
    said = dumps([order.stream, order.actor.user, pack_command(order.command)])
    return f"said:{sha256(said.encode()).hexdigest()}"


def check(connection: Connection, order: Order, now: datetime) -> None:
    """Let words through that were not said just now.

    Raises:
        SaidAlready: they were, and are on the record.
    """
    words = _words_of(order)
    if words and deliveries.said_since(connection, order.workspace, words, now - _LATELY):
        raise SaidAlready


def remember(connection: Connection, order: Order, now: datetime) -> None:
    """Keep in mind that this was said and is on the record."""
    words = _words_of(order)
    if words:
        deliveries.say(connection, order.workspace, words, now)
