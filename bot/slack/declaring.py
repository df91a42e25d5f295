"""Declaring, however it was asked for: one line, the form, a message, or *Declare another*.

Where the database is away, a provisional room is opened instead; where it is only busy, the turn is
waited for.
"""

import asyncio
from functools import partial
from uuid import uuid4

import structlog

from bot.domain.commands import Declare
from bot.domain.effects import AnswerWithRoom
from bot.engine.orders import Done
from bot.slack.asking import Asked, Message
from bot.slack.crowd import record_soon
from bot.slack.messages.answers import declared
from bot.slack.provisional.opening import open_instead
from bot.storage.database import CommitUnknown, DatabaseAway

log = structlog.get_logger(__name__)

_TO_SPARE = 0.3
"""Seconds before the person must be answered in which the other way is taken."""


async def declare(asked: Asked, command: Declare, *, thread: str = "") -> Message | None:
    """Declare, and follow the acknowledgement with the way into the room.

    `thread` is where the message lies from which it was declared: there it is answered, too.
    """

    def answer(done: Done) -> Message:
        return declared(done.incident)

    stream = str(uuid4())  # the incident's number comes later, from the database
    reply_to = f"view:{asked.view_id}" if asked.view_id else f"url:{asked.response_url}"
    answerable = asked.view_id or asked.response_url
    follow_ups = tuple(
        AnswerWithRoom(stream=stream, reply_to=place, user=asked.actor.user)
        for place in (reply_to if answerable else "", thread)
        if place
    )
    record = partial(asked.deliver, command, answer=answer, also=follow_ups, stream=stream)
    instead = partial(open_instead, asked, command, stream)
    presence = asked.desk.database.presence
    others = presence.commits
    try:
        async with asyncio.timeout_at(asked.attempt.until(_TO_SPARE)):
            message = await record()
    except CommitUnknown:
        raise  # it may be recorded: whoever asks again gets that incident, or a provisional room
    except (DatabaseAway, TimeoutError) as fault:
        if isinstance(fault, TimeoutError) and asked.attempt.maybe_recorded:
            raise CommitUnknown("not committed in time") from fault
        if (
            isinstance(fault, TimeoutError)
            and presence.trouble is None
            and presence.commits > others
        ):
            message = record_soon(asked, command, record, instead)
        else:
            log.warning("declare.database_away", why=repr(fault))
            message = instead()
    asked.desk.drafts.end(asked.workspace, asked.actor.user)
    return message
