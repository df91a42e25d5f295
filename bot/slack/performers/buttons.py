"""Takes buttons off messages once what they ask for was done: here, by a word, or in a form."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.domain import effects as f
from bot.domain.asking import SETTLES
from bot.domain.commands import Command
from bot.domain.events import Recorded
from bot.domain.incident import Incident
from bot.domain.permissions import may_see
from bot.domain.values import Place
from bot.engine.carrying import Carrying
from bot.engine.verdicts import Doubt, ForNewer
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages import paging, personal, posts, settled
from bot.slack.performers.common import the_incident
from bot.storage import outbox, streams
from bot.storage.database import Connection
from bot.storage.outbox import Asking

log = structlog.get_logger(__name__)

_AT_ONCE = 20
"""How many messages are edited before others may have a turn."""
_PATIENCE = timedelta(minutes=5)
"""After so long one at which Slack fails again stays, as what it does not let be edited."""
_SETTLES = tuple(each.__name__ for each in SETTLES)


async def take_buttons_away(
    desk: Desk, effect: f.TakeButtonsAway, carrying: Carrying
) -> Command | None:
    """Edit each message whose buttons are settled; one that stands as it is costs no call.

    Raises:
        Doubt: Slack failed at some of them, which are tried again; all others are done.
    """
    failed: list[Doubt] = []
    asking, events = await desk.database.read(lambda c: _look(c, effect.stream))
    incident = await _at_present(desk, carrying)
    edited = 0
    for one in asking:
        message = _drawn(desk, incident, one, events)
        if message is None:
            continue
        if edited == _AT_ONCE:
            carrying.trace.also.append(effect)
            break
        if message:
            edited += 1
            doubt = await _edit(desk, one.landed, message, carrying)
            incident = await _at_present(desk, carrying)
            if doubt is not None:
                failed.append(doubt)
                continue
        carrying.trace.answered.append(one.id)
    if failed:
        raise failed[0]
    return None


async def _at_present(desk: Desk, carrying: Carrying) -> Incident:
    """Return the incident as it is now: who may see it may have changed during a call.

    Raises:
        ForNewer: something happened that only a newer version understands.
    """
    incident = await desk.dispatcher.current(the_incident(carrying).stream)
    if incident is None or incident.holds_unknown:
        raise ForNewer
    return incident


def _look(connection: Connection, stream: str) -> tuple[list[Asking], list[Recorded]]:
    """Return the messages that ask, the events that they tell of, and what may have settled them.

    All in the order in which they happened.
    """
    asking = outbox.asking(connection, stream)
    versions = [_version(one.effect) for one in asking]
    known = [each for each in versions if each is not None]
    if not known:
        return asking, []
    told = (streams.read_one(connection, stream, version) for version in known)
    later = streams.read(connection, stream, min(known), names=_SETTLES)
    events = {each.version: each for each in (*told, *later) if each is not None}
    return asking, [events[version] for version in sorted(events)]


def _version(effect: f.Effect) -> int | None:
    return effect.version if isinstance(effect, f.PostToRoom | f.TellPerson) else None


def _drawn(
    desk: Desk, incident: Incident, one: Asking, events: Sequence[Recorded]
) -> dict[str, Any] | None:
    """Return the message as `_now` does; one that cannot be drawn must not keep all the others."""
    try:
        return _now(desk, incident, one, events)
    except Exception:
        log.exception("buttons.not_drawn", effect=one.effect.name, stream=incident.stream)
        return {}


def _now(
    desk: Desk, incident: Incident, one: Asking, events: Sequence[Recorded]
) -> dict[str, Any] | None:
    """Return the message as it is to be now; None to leave it as it is, nothing where it is lost.

    Whoever may not see the incident now keeps what they were sent as it was.
    """
    effect = one.effect
    if isinstance(effect, f.SendPage | f.TellPerson) and not may_see(incident, effect.user):
        return None
    if isinstance(effect, f.SendPage):
        return _call(desk, incident, effect)
    said = next((each for each in events if each.version == _version(effect)), None)
    if said is None:
        return {}
    later = [each for each in events if each.version > said.version]
    line = settled.become(said, later, desk.process)
    if line is None:
        return None
    words = _words(desk, incident, one, said)
    return settled.without_buttons(words, line) if words else {}


def _words(desk: Desk, incident: Incident, one: Asking, said: Recorded) -> dict[str, Any] | None:
    """Return what the message said; None where it stands in a room that is the incident's no more.

    That is so as soon as it is private, although the room that takes the public one's place is
    still being made.
    """
    effect, process, room = one.effect, desk.process, incident.room
    if isinstance(effect, f.TellPerson):
        return personal.post(incident, said, process, effect.user)
    channel = one.landed.channel
    if room is None or channel != room.channel or channel == incident.exposed:
        return None
    page = desk.common_link(incident)
    return posts.room_words(incident, said, process, page=page, word=desk.word)


def _call(desk: Desk, incident: Incident, effect: f.SendPage) -> dict[str, Any] | None:
    page = next((each for each in incident.pages if each.number == effect.number), None)
    if page is None:
        return {}
    line = settled.become_of_call(incident, page, effect.times, desk.process)
    if line is None:
        return None
    return settled.without_buttons(paging.call(incident, page, effect.times, desk.process), line)


async def _edit(desk: Desk, at: Place, message: dict[str, Any], carrying: Carrying) -> Doubt | None:
    """What Slack does not let be edited stays: pressed, it says itself that it is settled.

    So does what Slack failed at again and again; until then the doubt is returned. Its metadata is
    left out, and so stays as it is.

    Raises:
        Doubt: Slack is away, for all others too.
    """
    try:
        await desk.calls.call("chat.update", channel=at.channel, ts=at.item, **message)
    except SlackSaidNo as error:
        log.info("buttons.stay", channel=at.channel, why=error.error)
    except Doubt as doubt:
        if desk.calls.reach.away is not None:
            raise
        if not carrying.doubt or carrying.now - carrying.first_attempt_at < _PATIENCE:
            return doubt
        log.info("buttons.stay", channel=at.channel, why=type(doubt).__name__)
    return None
