"""What one person is told: answers, direct messages, and hints that only they see."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import effects as f
from bot.domain import permissions
from bot.domain.commands import Command, PageWasDelivered
from bot.domain.incident import Incident
from bot.engine.carrying import Carrying
from bot.engine.verdicts import GiveUp, NotYet
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.answers import declared_from_here, room_answer, room_view, wait_answer
from bot.slack.messages.brief import MOST_DECISIONS, brief
from bot.slack.messages.owing import waiting
from bot.slack.messages.paging import call, overtaken
from bot.slack.messages.posts import person_post, whispered
from bot.slack.messages.text import Block
from bot.slack.performers.common import (
    because,
    if_it_matters,
    post_asking,
    the_incident,
    the_room,
    unsaid,
)
from bot.slack.replies import respond
from bot.storage import outbox, streams

_OVERTAKEN = 3
"""How often an answer is written again because something happened while it was written."""
_LATELY = 40
"""How many events back a newcomer's last events are looked for."""


async def answer_with_room(
    desk: Desk, effect: f.AnswerWithRoom, carrying: Carrying
) -> Command | None:
    """Tell the declarer how to get in, where they asked; at most once after doubt."""
    incident = the_incident(carrying)
    if carrying.doubt:
        return None
    if incident.room is None and "CreateRoom" not in incident.failures:
        raise NotYet(carrying.now + timedelta(seconds=2))
    kind, _, target = effect.reply_to.partition(":")
    if kind == "view":
        try:
            await desk.calls.call("views.update", view_id=target, view=room_view(incident))
        except SlackSaidNo as error:
            raise GiveUp(error.error, quiet=True) from error
    elif kind == "url":
        await respond(desk, target, room_answer(incident))
    elif kind == "thread" and not incident.private:
        thread_ts, _, url = target.partition(":")
        public = {"response_type": "in_channel", "thread_ts": thread_ts, "replace_original": False}
        await respond(desk, url, {**public, **declared_from_here(incident)})
    return None


async def answer_meanwhile(
    desk: Desk, effect: f.AnswerMeanwhile, carrying: Carrying
) -> Command | None:
    """Tell the declarer what is late, or that it has come; at most once after doubt."""
    kind, _, target = effect.reply_to.partition(":")
    if carrying.doubt:
        return None
    if kind == "view":
        await _update_until_it_is_true(desk, the_incident(carrying), target, carrying.now)
        return None
    incident = the_incident(carrying)
    waits = await _waits(desk, incident, carrying.now, lasting=True)
    if waits and incident.card is None:
        await respond(desk, target, wait_answer(incident, waits))
    return None


async def _update_until_it_is_true(
    desk: Desk, incident: Incident, view_id: str, now: datetime
) -> None:
    """The answer that the room is there goes to the same view, and may have overtaken this one."""
    for _ in range(_OVERTAKEN):
        waits = await _waits(desk, incident, now) if incident.card is None else []
        try:
            await desk.calls.call("views.update", view_id=view_id, view=room_view(incident, waits))
        except SlackSaidNo as error:
            raise GiveUp(error.error, quiet=True) from error
        newer = await desk.dispatcher.current(incident.stream)
        if newer is None or (newer.room, newer.card) == (incident.room, incident.card):
            return
        incident = newer


async def _waits(
    desk: Desk, incident: Incident, now: datetime, *, lasting: bool = False
) -> list[Block]:
    owed = await desk.database.read(lambda c: outbox.pending(c, incident.stream))
    return waiting(incident, desk.process, owed, now, on_card=False, lasting=lasting)


async def tell_person(desk: Desk, effect: f.TellPerson, carrying: Carrying) -> Command | None:
    """Send a direct message about an event, to those who may still hear of it."""
    incident = the_incident(carrying)
    recorded, decided = await desk.database.read(
        lambda c: (
            streams.read_one(c, effect.stream, effect.version),
            streams.newest(c, effect.stream, "DecisionRecorded", MOST_DECISIONS),
        )
    )
    if recorded is None or not permissions.may_hear(incident, recorded.event, effect.user):
        unsaid(incident)
        return None
    message = person_post(incident, recorded, desk.process, effect.user, decided)
    if message is None:
        unsaid(incident)
        return None
    opened = await desk.calls.call("conversations.open", users=effect.user)
    await post_asking(desk, carrying, opened["channel"]["id"], message)
    return None


async def send_page(desk: Desk, effect: f.SendPage, carrying: Carrying) -> Command | None:
    """Call somebody, unless they have answered meanwhile."""
    incident = the_incident(carrying)
    page = next((one for one in incident.pages if one.number == effect.number), None)
    if page is None or overtaken(page, effect.times) or effect.user in incident.parted:
        unsaid(incident)
        return None
    message = call(incident, page, effect.times, desk.process)
    try:
        opened = await desk.calls.call("conversations.open", users=effect.user)
        await _call_out(desk, carrying, opened["channel"]["id"], message)
    except SlackSaidNo as error:
        raise because(f"{effect.label} to <@{effect.user}>", error) from error
    return PageWasDelivered(number=effect.number, times=effect.times)


async def _call_out(desk: Desk, carrying: Carrying, channel: str, message: dict[str, Any]) -> None:
    """Send a call; where it cannot be looked up whether it went out, rather twice than never."""
    try:
        await post_asking(desk, carrying, channel, message)
    except SlackSaidNo as error:
        if not carrying.doubt or error.method != "conversations.history":
            raise
        await post_asking(desk, replace(carrying, doubt=False), channel, message)


async def whisper(desk: Desk, effect: f.Whisper, carrying: Carrying) -> Command | None:
    """Tell one person of an event in the room; it cannot be looked up, so never twice."""
    room, incident = the_room(carrying), the_incident(carrying)
    recorded = await desk.database.read(
        lambda c: streams.read_one(c, effect.stream, effect.version)
    )
    message = recorded and whispered(incident, recorded, desk.process)
    if not message:
        unsaid(incident)
        return None
    if not carrying.doubt:
        await _ephemeral(desk, room.channel, effect, message)
    return None


async def brief_joiner(desk: Desk, effect: f.BriefJoiner, carrying: Carrying) -> Command | None:
    """Show a newcomer where things stand."""
    room, incident = the_room(carrying), the_incident(carrying)
    if carrying.doubt or effect.user not in incident.members:
        return None
    last = max(0, incident.version - _LATELY)
    decided, lately = await desk.database.read(
        lambda c: (
            streams.newest(c, incident.stream, "DecisionRecorded", MOST_DECISIONS),
            streams.read(c, incident.stream, last),
        )
    )
    recent = [*(each for each in decided if each.version <= last), *lately]
    message = brief(incident, recent, desk.process, effect.user, word=desk.word)
    await _ephemeral(desk, room.channel, effect, message)
    return None


async def _ephemeral(
    desk: Desk, channel: str, effect: f.Whisper | f.BriefJoiner, message: dict[str, Any]
) -> None:
    try:
        await desk.calls.call("chat.postEphemeral", channel=channel, user=effect.user, **message)
    except SlackSaidNo as error:
        raise if_it_matters(effect.label, error) from error
