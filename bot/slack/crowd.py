"""A declaration that waits for its turn in a crowd: that is said at once, and done when it comes.

The database is there and records one thing after the other. A provisional room would be one more
thing to be recorded later; a little patience is what helps.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot.domain.commands import Declare
from bot.domain.decide import decide
from bot.domain.refusals import Refused
from bot.slack.asking import Asked, Message
from bot.slack.messages import provisional
from bot.slack.messages.answers import OUR_FAULT, declared_view, refused
from bot.slack.provisional.insisting import insist
from bot.storage.database import CommitUnknown, DatabaseAway, Overtaken

log = structlog.get_logger(__name__)

_PATIENCE = 15.0
"""Seconds that a declaration waits for its turn before the database is taken to be away."""


def record_soon(
    asked: Asked,
    command: Declare,
    record: Callable[[], Awaitable[Message | None]],
    instead: Callable[[], Message],
) -> Message:
    """Begin to wait for the turn, and return the acknowledgement.

    `record` records it, `instead` opens a provisional room where that does not come about.

    Raises:
        Refused: the rules do not take the declaration.
    """
    decide(None, command, asked.given)
    log.info("declare.waits")
    asked.desk.errands.start(_recorded(asked, record, instead), "declare in a crowd")
    return provisional.waits_its_turn()


async def _recorded(
    asked: Asked,
    record: Callable[[], Awaitable[Message | None]],
    instead: Callable[[], Message],
) -> None:
    """Record it, or tell the person why not; the way into the room follows by itself."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await record()
    except Refused as why:
        answer = asked.refusal(why)
    except (DatabaseAway, Overtaken, TimeoutError) as fault:
        log.warning("declare.no_turn_came", why=repr(fault))
        late = isinstance(fault, TimeoutError) and asked.attempt.maybe_recorded
        unknown = late or isinstance(fault, CommitUnknown)
        answer = provisional.perhaps_recorded() if unknown else instead()
    except Exception:
        log.exception("declare.failed", identity=asked.identity)
        answer = refused(OUR_FAULT, None)
    else:
        return
    await insist(asked.desk, partial(_told, asked, answer))


async def _told(asked: Asked, answer: Message) -> None:
    if asked.view_id:
        view = declared_view(answer)
        await asked.desk.calls.call("views.update", view_id=asked.view_id, view=view)
    else:
        await asked.tell(answer)
