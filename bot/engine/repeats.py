"""Refuses what somebody says a second time because they got no answer to the first.

Slack delivers that as something new. Most of what can be asked changes nothing the second time.
What would then stand on the record twice is recognised by who said which words about which
incident.
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
    """Return a digest by which the same words are known again; None for what adds no words."""
    if not isinstance(order.command, Adding):
        return None
    said = dumps([order.stream, order.actor.user, pack_command(order.command)])
    return f"said:{sha256(said.encode()).hexdigest()}"


def check(connection: Connection, order: Order, now: datetime) -> None:
    """Refuse words that the same person has said just now.

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
